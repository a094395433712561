import { submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import { expectLists } from './checks.ts'
import { imageOf, normalImage, pool, poolBack, shapeOf } from './reference.ts'

const test = submissionTest<typeof import('#lab/pooling')>('pooling', {
  keepsArguments: ['maxPool', 'maxPoolBackward'],
})

const SQUARE = [
  [
    [1, 2, 3, 1],
    [1, 1, 1, 1],
    [2, 3, 1, 6],
    [8, 1, 4, 5],
  ],
]

exercise('max-pool', () => {
  test('worked-example', async ({ student, rng }) => {
    const largest = [
      [2, 3],
      [8, 6],
    ]
    expectLists(await student.maxPool(SQUARE, { kernel: 2, stride: 2 }), [largest], 'the image of the README')
    const slopes = [
      [10, 20],
      [30, 40],
    ]
    const back = [
      [0, 10, 20, 0],
      [0, 0, 0, 0],
      [0, 0, 0, 40],
      [30, 0, 0, 0],
    ]
    expectLists(await student.maxPoolBackward(SQUARE, [slopes], { kernel: 2 }), [back], 'its slopes, sent back')
    const other = normalImage(rng, 1, 4, 4)
    expectLists(await student.maxPool(other, { kernel: 2 }), pool(other, 2), 'a different image')
    const sent = poolBack(other, [slopes], 2)
    expectLists(await student.maxPoolBackward(other, [slopes], { kernel: 2 }), sent, 'the slopes sent back to it')
  })

  test('any-window', async ({ student, rng }) => {
    for (const [C, H, W, kernel] of [
      [2, 6, 4, 2],
      [3, 9, 3, 3],
      [1, 5, 5, 5],
      [4, 2, 3, 1],
      [2, 1, 5, 1],
    ]) {
      const x = normalImage(rng, C, H, W)
      expectLists(await student.maxPool(x, { kernel }), pool(x, kernel), `windows of ${kernel} × ${kernel}`)
    }
    const negative = imageOf(2, 4, 6, () => -1000 * (1 + rng.uniform()))
    expectLists(await student.maxPool(negative, { kernel: 2 }), pool(negative, 2), 'only negative numbers')
    for (const size of [1e-9, 1e12]) {
      const scaled = imageOf(1, 4, 4, () => -size * (1 + rng.uniform()))
      expectLists(await student.maxPool(scaled, { kernel: 2 }), pool(scaled, 2), 'of any size', {
        relative: 1e-12,
        absolute: 0,
      })
    }
  })

  test('left-over', async ({ student, rng }) => {
    for (const [H, W, kernel, stride] of [
      [5, 7, 2, 2],
      [8, 7, 3, 3],
      [6, 9, 2, 4],
      [5, 4, 3, 5],
    ]) {
      const x = normalImage(rng, 2, H, W)
      const y = await student.maxPool(x, { kernel, stride })
      const why = `windows of ${kernel} × ${kernel} on ${H} × ${W}, ${stride} apart`
      expectLists(y, pool(x, kernel, stride), why)
      const dy = normalImage(rng, ...shapeOf(pool(x, kernel, stride)))
      const dx = await student.maxPoolBackward(x, dy, { kernel, stride })
      expectLists(dx, poolBack(x, dy, kernel, stride), `${why}, backward`)
    }
  })

  test('gradient', async ({ student, rng }) => {
    for (const [C, H, W, kernel] of [
      [2, 6, 4, 2],
      [3, 3, 9, 3],
      [1, 4, 4, 4],
      [1, 1, 3, 1],
    ]) {
      const [x, dy] = [normalImage(rng, C, H, W), normalImage(rng, C, H / kernel, W / kernel)]
      const dx = await student.maxPoolBackward(x, dy, { kernel })
      expect(dx, 'a gradient has the shape of its image').toHaveShape([C, H, W])
      expectLists(dx, poolBack(x, dy, kernel), `windows of ${kernel} × ${kernel}`)
    }
  })

  test('ties', async ({ student, rng }) => {
    const x = imageOf(2, 6, 6, () => rng.integer(2))
    const dy = normalImage(rng, 2, 2, 2)
    const dx = await student.maxPoolBackward(x, dy, { kernel: 3 })
    expectLists(dx, poolBack(x, dy, 3), 'the first of several equal numbers, read row by row')
    // Equal numbers below 0, where windows overlap, and in the last row and column.
    const level = imageOf(2, 4, 4, () => -1 - rng.integer(2))
    const slope = normalImage(rng, 2, 3, 3)
    const back = await student.maxPoolBackward(level, slope, { kernel: 2, stride: 1 })
    expectLists(back, poolBack(level, slope, 2, 1), 'the first of several equal numbers below zero')
    const flat = imageOf(1, 2, 4, () => 0)
    const slopes = [[[1, 2]]]
    expectLists(await student.maxPoolBackward(flat, slopes, { kernel: 2 }), poolBack(flat, slopes, 2), 'only zeros')
  })

  test('overlap', async ({ student, rng }) => {
    for (const [kernel, stride] of [
      [3, 1],
      [3, 2],
      [2, 1],
    ]) {
      const x = normalImage(rng, 2, 7, 5)
      const why = `windows of ${kernel} × ${kernel}, ${stride} apart`
      expectLists(await student.maxPool(x, { kernel, stride }), pool(x, kernel, stride), why)
      const dy = normalImage(rng, ...shapeOf(pool(x, kernel, stride)))
      const dx = await student.maxPoolBackward(x, dy, { kernel, stride })
      expectLists(dx, poolBack(x, dy, kernel, stride), `${why}: the largest number of several windows gets the sum`)
    }
  })
})
