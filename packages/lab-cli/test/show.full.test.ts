import { join } from 'node:path'
import { loadCifar10 } from '@backprop/datasets/node'
import { expect, test } from 'vitest'
import { folder, pixelsOf, show } from './shown.ts'

test('pnpm lab show writes a photograph in its colours', async () => {
  const file = join(folder, 'photograph.png')
  expect(await show('cifar', '12', { out: file })).toMatch(/cifar train 12: [a-z]+/)
  const { size, at } = pixelsOf(file)
  expect(size).toEqual([256, 256])
  const { images } = (await loadCifar10()).train
  for (const [x, y] of [
    [0, 0],
    [31, 5],
    [16, 16],
  ])
    expect(at(x, y)).toEqual([0, 1, 2].map(channel => images[12 * 3072 + channel * 1024 + 32 * y + x]))
})
