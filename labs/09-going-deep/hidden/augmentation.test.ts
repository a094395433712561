import { type Rng, rng as generator } from '@backprop/core'
import { type SubmissionFixtures, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import type { Augmentation, Image } from '#lab/augmentation'
import { expectLists, fields } from './checks.ts'

type Module = typeof import('#lab/augmentation')
const test = submissionTest<Module>('augmentation', {
  keepsArguments: ['flip', 'shift', 'cutout', 'augment', 'makeBatch'],
})

const EXACTLY = { relative: 0, absolute: 0 }
const OFF: Augmentation = { flip: false, shift: 0, cutout: 0 }

/** An image whose numbers are all different, so that each tells where it came from; none of them is 0. */
const imageOf = ([channels, rows, cols]: number[], rng: Rng): Image => {
  const numbers = [...rng.permutation(channels * rows * cols)].map(value => value + 1)
  const lineAt = (start: number) => numbers.slice(start, start + cols)
  return Array.from({ length: channels }, (_, c) =>
    Array.from({ length: rows }, (_, i) => lineAt((c * rows + i) * cols)),
  )
}

/** Each number of the image goes to one place, or nowhere; other places are 0. */
function moved(image: Image, placeOf: (row: number, col: number) => [number, number] | null): Image {
  const result = image.map(channel => channel.map(line => line.map(() => 0)))
  for (const [c, channel] of image.entries())
    for (const [row, line] of channel.entries())
      for (const [col, value] of line.entries()) {
        const [i, j] = placeOf(row, col) ?? [-1, -1]
        if (i >= 0 && i < channel.length && j >= 0 && j < line.length) result[c][i][j] = value
      }
  return result
}

const mirrored = (image: Image) => moved(image, (row, col) => [row, image[0][0].length - 1 - col])
const shifted = (image: Image, down: number, right: number) => moved(image, (row, col) => [row + down, col + right])
const cut = (image: Image, top: number, left: number, side: number) =>
  moved(image, (row, col) => (row >= top && row < top + side && col >= left && col < left + side ? null : [row, col]))

const SHAPES = [
  [1, 5, 4],
  [3, 4, 7],
  [2, 1, 3],
  [1, 3, 1],
]

/** The whole numbers from low to high. */
const range = (low: number, high: number) => Array.from({ length: high - low + 1 }, (_, k) => low + k)

/** Everything that an augmentation may make of an image, as text, with the names of the choices. */
function outcomes(image: Image, { flip, shift, cutout }: Augmentation): Map<string, string> {
  const [rows, cols] = [image[0].length, image[0][0].length]
  const found = new Map<string, string>()
  const half = Math.floor(cutout / 2)
  const corners = (count: number) => (cutout > 0 ? range(-half, count - 1 - half) : [0])
  for (const isFlipped of flip ? [false, true] : [false])
    for (const down of range(-shift, shift))
      for (const right of range(-shift, shift))
        for (const top of corners(rows))
          for (const left of corners(cols)) {
            const one = shifted(isFlipped ? mirrored(image) : image, down, right)
            found.set(JSON.stringify(cut(one, top, left, cutout)), `${isFlipped} ${down} ${right} ${top} ${left}`)
          }
  return found
}

/** How often each choice happened in many calls with different seeds; every result must be one of those allowed. */
async function counted(
  { student, rng }: Pick<SubmissionFixtures<Module>, 'student' | 'rng'>,
  [shape, augmentation, times]: [number[], Augmentation, number],
): Promise<Map<string, number>> {
  const image = imageOf(shape, rng)
  const allowed = outcomes(image, augmentation)
  const counts = new Map([...allowed.values()].map(name => [name, 0]))
  for (let time = 0; time < times; time += 1) {
    const result: unknown = await student.augment(image, augmentation, generator(rng.integer(2 ** 31)))
    expect(result, 'an image of the same shape').toHaveShape(shape)
    const name = allowed.get(JSON.stringify(result))
    expect(name !== undefined, 'the image flipped, shifted and cut as the settings allow').toBe(true)
    counts.set(name!, counts.get(name!)! + 1)
  }
  return counts
}

/** Equally likely choices: none of them occurs far more or less often than expected. */
function expectEven(counts: ReadonlyMap<string, number>, why: string): void {
  const times = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const p = 1 / counts.size
  // Six standard deviations and one more call, which fewer than one run in a million exceeds, all choices together.
  const most = 1 + 6 * Math.sqrt(times * p * (1 - p))
  const farthest = Math.max(...[...counts.values()].map(count => Math.abs(count - times * p)))
  expect(farthest, why).toBeLessThan(most)
}

exercise('augmentation', () => {
  test('flip', async ({ student, rng }) => {
    for (const shape of SHAPES) {
      const image = imageOf(shape, rng)
      expectLists(await student.flip(image), mirrored(image), `an image of ${shape.join(' × ')}`, EXACTLY)
    }
  })

  test('shift', async ({ student, rng }) => {
    for (const shape of SHAPES) {
      const image = imageOf(shape, rng)
      for (const [down, right] of [[0, 0], [1, 0], [0, 1], [-1, 0], [0, -1], [2, -1], [-2, 3], [9, 0], [0, -9]])
        expectLists(await student.shift(image, down, right), shifted(image, down, right), `${down} down, ${right} right`, EXACTLY) // prettier-ignore
    }
  })

  test('cutout', async ({ student, rng }) => {
    for (const shape of SHAPES) {
      const image = imageOf(shape, rng)
      for (const [row, col, side] of [[0, 0, 1], [1, 1, 2], [-1, 0, 2], [0, -2, 3], [2, 3, 4], [-3, -3, 20], [1, 0, 0], [8, 8, 2]])
        expectLists(await student.cutout(image, row, col, side), cut(image, row, col, side), `a square of ${side} at ${row}, ${col}`, EXACTLY) // prettier-ignore
    }
  })

  test('random', async ({ student, rng }) => {
    const given = { student, rng }
    expectEven(await counted(given, [[1, 3, 4], { ...OFF, flip: true }, 200]), 'half of the images are mirrored')
    expectEven(await counted(given, [[1, 4, 4], { ...OFF, shift: 1 }, 300]), 'all nine shifts are equally likely')
    expectEven(
      await counted(given, [[2, 5, 5], { ...OFF, shift: 2, flip: true }, 500]),
      'flips and shifts, independent',
    )
    expect((await counted(given, [[1, 2, 2], OFF, 3])).size, 'nothing happens if nothing is allowed').toBe(1)
  })

  test('random-cutout', async ({ student, rng }) => {
    const given = { student, rng }
    // Images so large, or squares so small, that different places give different images.
    expectEven(await counted(given, [[1, 3, 4], { ...OFF, cutout: 1 }, 300]), 'any pixel may be cut out')
    expectEven(await counted(given, [[2, 4, 5], { ...OFF, cutout: 3 }, 400]), 'any pixel may be the middle')
    expectEven(await counted(given, [[1, 4, 3], { ...OFF, cutout: 2 }, 300]), 'squares with an even side')
    expectEven(await counted(given, [[1, 1, 5], { ...OFF, cutout: 1 }, 100]), 'an image of a single row')
    await counted(given, [[3, 6, 5], { flip: true, shift: 2, cutout: 2 }, 100])
  })

  test('batch', async ({ student, rng }) => {
    const images = Array.from({ length: 6 }, () => imageOf([1, 4, 4], rng))
    const labels = [3, 1, 4, 1, 5, 9]
    const augmentation = { flip: true, shift: 1, cutout: 0 }
    // The same image many times: each is augmented by its own draws.
    const indices = [4, 0, 5, ...Array<number>(40).fill(2)]
    const options = { training: true, augmentation, rng: generator(rng.integer(2 ** 31)) }
    const batch = fields(await student.makeBatch(images, labels, indices, options))
    expectLists(batch.labels, indices.map(i => labels[i]), 'the labels stay, in the order of the indices', EXACTLY) // prettier-ignore
    expect(batch.images, 'one image for each index').toHaveShape([indices.length, 1, 4, 4])
    const texts = (batch.images as unknown[]).map(image => JSON.stringify(image))
    for (const [n, text] of texts.entries())
      expect(outcomes(images[indices[n]], augmentation).has(text), 'each image is the chosen one, augmented').toBe(true)
    // 40 draws among 18: five or fewer different ones happen once in 10²⁰ runs.
    expect(new Set(texts.slice(3)).size, 'each image has its own draws').toBeGreaterThan(5)
    const again = fields(await student.makeBatch(images, labels, indices, options))
    expect(JSON.stringify(again.images) === JSON.stringify(batch.images), 'the same seed, the same batch').toBe(true)
    const other = { ...options, rng: generator(rng.integer(2 ** 31)) }
    const changed = fields(await student.makeBatch(images, labels, indices, other))
    expect(JSON.stringify(changed.images) === JSON.stringify(batch.images), 'another seed, another batch').toBe(false)
  })

  test('judged', async ({ student, rng }) => {
    const images = Array.from({ length: 5 }, () => imageOf([2, 3, 4], rng))
    const labels = [7, 0, 2, 2, 8]
    const augmentation = { flip: true, shift: 2, cutout: 2 }
    for (const indices of [[0, 1, 2, 3, 4], [3, 3, 1], [2], []]) {
      const batch = fields(await student.makeBatch(images, labels, indices, { training: false, augmentation, rng }))
      expectLists(batch.images, indices.map(i => images[i]), 'images to judge by stay as they are', EXACTLY) // prettier-ignore
      expectLists(batch.labels, indices.map(i => labels[i]), 'their labels too', EXACTLY) // prettier-ignore
    }
    // A batch that is never augmented earns nothing.
    const indices = Array<number>(30).fill(1)
    const batch = fields(await student.makeBatch(images, labels, indices, { training: true, augmentation, rng }))
    expect(batch.images, 'one image for each index').toHaveShape([30, 2, 3, 4])
    const kept = (batch.images as unknown[]).filter(image => JSON.stringify(image) === JSON.stringify(images[1]))
    expect(kept.length, 'images to learn from change').toBeLessThan(30)
  })
})
