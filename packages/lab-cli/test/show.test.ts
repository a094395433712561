import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadMnist } from '@backprop/datasets/node'
import { describe, expect, test } from 'vitest'
import { WrongUsage } from '../src/command.ts'
import { folder, pixelsOf, show } from './shown.ts'

describe('pnpm lab show', () => {
  test('draws a digit with its label, and says what there is to see', async () => {
    const stdout = await show('mnist', '7')
    expect(stdout).toContain('mnist train 7: the digit 3')
    expect(stdout).toMatch(/[░▒▓█@#%]{5}/)
  })

  test('the test images are others', async () => {
    expect(await show('mnist', '0', { test: true })).toContain('mnist test 0: the digit 7')
  })

  test('writes a PNG with the pixels of the image, larger', async () => {
    const file = join(folder, 'digit.PNG')
    await show('mnist', '5', { out: 'digit.PNG' })
    const { size, at } = pixelsOf(file)
    expect(size).toEqual([224, 224])
    const { images } = (await loadMnist()).train
    for (const [x, y] of [
      [0, 0],
      [14, 10],
      [20, 7],
      [27, 27],
    ])
      expect(at(x, y)).toEqual([images[5 * 784 + 28 * y + x]])
  })

  test('writes an SVG', async () => {
    const file = join(folder, 'digit.svg')
    await show('mnist', '7', { out: file })
    expect(readFileSync(file, 'utf8')).toMatch(/^<svg [^]*the digit 3[^]*<image /)
  })

  test.each([
    ['mnst', '7', {}, 'There is no data set "mnst". There are: mnist, cifar.'],
    ['constructor', '7', {}, 'There is no data set "constructor". There are: mnist, cifar.'],
    ['mnist', '60000', {}, 'There is no image "60000": the training images of mnist go from 0 to 59999.'],
    ['cifar', '10000', { test: true }, 'There is no image "10000": the test images of cifar go from 0 to 9999.'],
    ['mnist', '1.5', {}, 'There is no image "1.5": the training images of mnist go from 0 to 59999.'],
    ['mnist', '1', { out: 'x.jpg' }, 'The image can be written as .png or .svg, but "x.jpg" is neither.'],
  ] as const)('%s %s %j is refused in a sentence', async (name, index, options, sentence) => {
    const refused = expect(show(name, index, options)).rejects
    await refused.toThrow(sentence.replace('"x.jpg"', `"${join(folder, 'x.jpg')}"`))
    await refused.toBeInstanceOf(WrongUsage)
  })

  test('makes the folder of a file; where that does not work, it is a sentence', async () => {
    const file = join(folder, 'new', 'x.png')
    await show('mnist', '1', { out: file })
    await expect(show('mnist', '1', { out: join(file, 'y.png') })).rejects.toThrow(
      /^The file .*y\.png cannot be written \((ENOTDIR|EEXIST)\); name another one\.$/,
    )
  })
})
