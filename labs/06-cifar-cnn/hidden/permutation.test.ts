import { type Rng, rng as generator } from '@backprop/core'
import { expectRefusal, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import type { Labelled } from '#lab/permutation'
import { expectLists, expectNumber, fields } from './checks.ts'

const test = submissionTest<typeof import('#lab/permutation')>('permutation', {
  keepsArguments: ['permutePixels', 'permuteWeights', 'comparePermuted'],
})

const bytes = (rng: Rng, count: number) => Uint8Array.from({ length: count }, () => rng.integer(256))

/** An order other than 0, 1, 2, … */
function disorder(rng: Rng, area: number): Uint32Array {
  const order = rng.permutation(area)
  return order.some((place, p) => place !== p) ? order : disorder(rng, area)
}

/** Channel after channel into the new order. */
function reordered(images: Uint8Array, order: Uint32Array): number[] {
  const all: number[] = []
  for (let start = 0; start < images.length; start += order.length)
    for (const place of order) all.push(images[start + place])
  return all
}

/** Images whose channels have `area` pixels, all different within a channel, so that an order can be read off. */
function labelled(rng: Rng, count: number, area: number, channels = 1): Labelled {
  const images = new Uint8Array(count * channels * area)
  for (let start = 0; start < images.length; start += area) images.set(rng.permutation(area), start)
  return { images, labels: Uint8Array.from({ length: count }, () => rng.integer(4)) }
}

/** Runs the comparison with our learner, which records its arguments and returns the given answers. */
async function observed(
  compare: (learn: (train: Labelled, images: Uint8Array) => Promise<number[]>) => Promise<unknown>,
  answers: number[][],
) {
  const calls: { train: Labelled; images: Uint8Array }[] = []
  const result = await compare(async (train, images) => {
    calls.push({ train, images })
    return Promise.resolve(answers[calls.length - 1] ?? [])
  })
  expect(calls, 'the learner is called twice').toHaveLength(2)
  for (const { train, images } of calls) {
    expect(fields(train).images, 'images to learn from').toBeInstanceOf(Uint8Array)
    expect(fields(train).labels, 'labels to learn from').toBeInstanceOf(Uint8Array)
    expect(images, 'images to read').toBeInstanceOf(Uint8Array)
  }
  return { result: fields(result as object) as Record<string, unknown>, calls }
}

/** The old position that each new one was filled from, read off an image whose pixels all differ. */
const orderIn = (before: Uint8Array, after: Uint8Array, start: number, area: number) =>
  [...after.subarray(start, start + area)].map(value => before.subarray(start, start + area).indexOf(value))

exercise('permutation', () => {
  test('pixels', async ({ student, rng }) => {
    for (const [stretches, area] of [
      [6, 5],
      [1, 9],
      [3, 1024],
      [4, 1],
      [0, 3],
    ]) {
      const [images, order] = [bytes(rng, stretches * area), area === 1 ? Uint32Array.of(0) : disorder(rng, area)]
      const actual: unknown = await student.permutePixels(images, order)
      expect(actual, 'a Uint8Array').toBeInstanceOf(Uint8Array)
      expect(actual, `${stretches} channels of ${area} pixels`).toBeNear(reordered(images, order))
    }
    // One order for every image, as any kind of list.
    for (const order of [Uint32Array.of(1, 2, 0), [2, 0, 1], Uint8Array.of(0, 2, 1)]) {
      const images = bytes(rng, 18)
      const actual = await student.permutePixels(images, order)
      expect(actual, 'each channel of each image').toBeNear(reordered(images, Uint32Array.from(order)))
    }
    const listed = await student.permutePixels(Uint8Array.of(10, 20, 30, 40, 50, 60), [2, 0, 1])
    expect(listed, 'the images of the README, and an order that is a plain list').toBeNear([30, 10, 20, 60, 40, 50])
  })

  test('refusals', async ({ student, rng }) => {
    const images = bytes(rng, 12)
    for (const order of [
      [0, 0, 1],
      [1, 2, 3],
      [0, 1, 1.5],
      [-1, 0, 1],
      [0, 1, NaN],
      [2, 0, 2],
      [0, 1, 3],
      [1, 2],
      [0, 1, 2, 2],
      [0, 1, 2, 4],
      // Numbers with the same sum as an order.
      [1, 1, 1],
      [0, 3, 0, 3],
      [-1, 2, 2],
    ])
      await expectRefusal(student.permutePixels(images, order), `the order ${order.join(', ')}`)
    await expectRefusal(student.permutePixels(images, [4, 3, 2, 1, 0]), '12 bytes are not whole channels of 5 pixels')
    // A function that rejects everything earns nothing.
    expect(await student.permutePixels(images, [1, 0]), 'valid arguments are accepted').toBeNear(
      reordered(images, Uint32Array.of(1, 0)),
    )
  })

  test('weights', async ({ student, rng }) => {
    for (const [area, neurons] of [
      [5, 3],
      [16, 1],
      [7, 7],
    ]) {
      const weight = Array.from({ length: area }, () => Array.from({ length: neurons }, () => rng.normal()))
      const order = disorder(rng, area)
      const moved: unknown = await student.permuteWeights(weight, order)
      expect(Array.isArray(moved), 'a list of rows').toBe(true)
      expect(moved, 'as many rows and columns as before').toHaveShape([area, neurons])
      const image = bytes(rng, area)
      const answer = (pixels: ArrayLike<number>, rows: number[][]) =>
        rows[0].map((_, k) => rows.reduce((sum, row, p) => sum + pixels[p] * row[k], 0))
      const why = 'the new weights answer to the permuted image as the old ones did to the image'
      expectLists(answer(reordered(image, order), moved as number[][]), answer(image, weight), why)
    }
    const only = rng.normal()
    expect(await student.permuteWeights([[only]], [0]), 'one pixel has one order').toBeNear([[only]])
  })

  test('one-order', async ({ student, rng }) => {
    const area = 40
    for (const channels of [1, 3, 2]) {
      const [train, test] = [labelled(rng, 15, area, channels), labelled(rng, 9, area, channels)]
      const seed = rng.integer(1_000_000)
      const options = { area, rng: generator(seed) }
      const { calls } = await observed(learn => student.comparePermuted(learn, train, test, options), [[], []])
      const [plain, permuted] = calls
      expect(plain.train.images, 'first the original images').toBeNear([...train.images])
      expect(plain.images, 'first the original test images').toBeNear([...test.images])
      expect(permuted.train.images, 'as many bytes as before').toHaveLength(train.images.length)
      const order = orderIn(train.images, permuted.train.images, 0, area)
      const own = [...generator(seed).permutation(area)]
      expect(order, 'the order that rng.permutation(area) draws').toBeNear(own)
      expect(permuted.train.images, 'the same order for all training images').toBeNear(
        reordered(train.images, Uint32Array.from(own)),
      )
      expect(permuted.images, 'and for the test images').toBeNear(reordered(test.images, Uint32Array.from(own)))
    }
  })

  test('measured', async ({ student, rng }) => {
    const area = 30
    for (const count of [4, 9]) {
      const [train, test] = [labelled(rng, 5, area), labelled(rng, count, area)]
      // The first answers are right for about half of the images, the second ones for about a quarter.
      const first = [...test.labels].map((label, i) => (i % 2 === 0 ? label : (label + 1) % 4))
      const second = [...test.labels].map((label, i) => (i % 4 === 0 ? label : (label + 2) % 4))
      const { result, calls } = await observed(
        learn => student.comparePermuted(learn, train, test, { area, rng: generator(rng.integer(1000)) }),
        [first, second],
      )
      const share = (answers: number[]) => answers.filter((answer, i) => answer === test.labels[i]).length / count
      expectNumber(result.plain, share(first), 'the share of right answers on the original images')
      expectNumber(result.permuted, share(second), 'the share of right answers on the permuted images')
      const [plain, permuted] = calls.map(({ train: seen }) => seen.images)
      const isSame = plain.length === permuted.length && plain.every((byte, i) => byte === permuted[i])
      expect(isSame, 'the second time, the pixels are in a different order').toBe(false)
      for (const { train: seen } of calls)
        expect(seen.labels, 'each image keeps its own label').toBeNear([...train.labels])
    }
  })
})
