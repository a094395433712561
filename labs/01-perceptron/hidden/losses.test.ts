import type { Rng } from '@backprop/core'
import { submissionTest } from '@backprop/grader/suite'
import { exercise } from '@backprop/testkit'
import type { Label } from '#lab/perceptron'
import {
  coins,
  expectNumber,
  expectNumbers,
  fields,
  gradientOf,
  grid,
  lossOf,
  NINE_DIGITS,
  normals,
} from './reference.ts'

type Module = typeof import('#lab/perceptron')
const test = submissionTest<Module>('perceptron')
const keeping = submissionTest<Module>('perceptron', { keepsArguments: ['zeroOneRisk', 'logisticLoss'] })

/** `count` scores and labels, `wrong` of which do not match, in mixed order. */
function batch(rng: Rng, count: number, wrong: number): { scores: number[]; y: Label[] } {
  const y = labels(rng, count)
  const order = [...rng.permutation(count)]
  return { scores: y.map((label, i) => (order[i] < wrong ? -label : label) * (0.1 + rng.uniform())), y }
}

exercise('zero-one-risk', () => {
  test('worked-example', async ({ student, rng }) => {
    expectNumber(await student.zeroOneRisk([5, -5, 0, 2], [1, -1, -1, -1]), 0.5, 'two of four are wrong')
    const { scores, y } = batch(rng, 4, 3)
    expectNumber(await student.zeroOneRisk(scores, y), 0.75, 'three of four other ones are wrong')
  })

  keeping('any-batch', async ({ student, rng }) => {
    for (const [count, wrong] of [
      [1, 0],
      [1, 1],
      [2, 1],
      [7, 3],
      [9, 8],
      [40, 13],
      [300, 101],
    ]) {
      const { scores, y } = batch(rng, count, wrong)
      expectNumber(await student.zeroOneRisk(scores, y), wrong / count, `the risk of ${count} examples`)
    }
  })

  test('tie-at-zero', async ({ student }) => {
    expectNumber(await student.zeroOneRisk([0, 0, 0, -1], [1, -1, 1, -1]), 0.25, 'zero counts as +1')
    expectNumber(await student.zeroOneRisk([-0, 3], [1, 1]), 0, 'minus zero is zero')
    for (const tiny of [1e-3, 1e-9, 1e-15, 1e-300]) {
      expectNumber(await student.zeroOneRisk([-tiny, tiny, 1], [1, 1, 1]), 1 / 3, `−${tiny} is below zero`)
      expectNumber(await student.zeroOneRisk([-tiny, tiny, 1], [-1, -1, 1]), 1 / 3, `${tiny} is above zero`)
      // On its own, because mistakes on both sides of zero could cancel out.
      expectNumber(await student.zeroOneRisk([tiny, 1], [1, 1]), 0, `${tiny} by itself is above zero`)
    }
  })
})

exercise('logistic-loss', () => {
  keeping('loss', async ({ student, rng }) => {
    for (const [rows, cols] of SHAPES) {
      const [X, y, [w], b] = [normals(rng, rows, cols), labels(rng, rows), normals(rng, 1, cols), rng.normal()]
      const { loss } = fields(await student.logisticLoss(X, y, w, b))
      expectNumber(loss, lossOf(X, y, w, b), `the mean loss of ${rows} examples`)
    }
  })

  test('gradient', async ({ student, rng }) => {
    for (const [rows, cols] of SHAPES)
      for (const size of [0, 1, 3]) {
        const [X, y] = [normals(rng, rows, cols), labels(rng, rows)]
        const [w, b] = [normals(rng, 1, cols)[0].map(weight => size * weight), size * rng.normal()]
        const expected = gradientOf(X, y, w, b)
        const { dw, db } = fields(await student.logisticLoss(X, y, w, b))
        expectNumbers(dw, expected.dw, 'the derivatives with respect to w')
        expectNumber(db, expected.db, 'the derivative with respect to b')
      }
  })

  test('central-differences', async ({ student, rng }) => {
    const [X, y, [w], b] = [normals(rng, 9, 4), coins(rng, 9), normals(rng, 1, 4), rng.normal()]
    const { dw, db } = fields(await student.logisticLoss(X, y, w, b))
    const h = 1e-5
    const along = (j: number) => (lossOf(X, y, w.with(j, w[j] + h), b) - lossOf(X, y, w.with(j, w[j] - h), b)) / (2 * h)
    expectNumbers(
      dw,
      w.map((_, j) => along(j)),
      'the derivatives with respect to w',
    )
    expectNumber(db, (lossOf(X, y, w, b + h) - lossOf(X, y, w, b - h)) / (2 * h), 'the derivative with respect to b')
  })

  test('any-margin', async ({ student }) => {
    for (const margin of grid(-50, 50, 0.5)) {
      for (const label of [-1, 1] as const) {
        const w = [label * margin]
        const { loss, dw, db } = fields(await student.logisticLoss([[1]], [label], w, 0))
        expectNumber(loss, lossOf([[1]], [label], w, 0), `the loss of a margin of ${margin}`, NINE_DIGITS)
        const expected = gradientOf([[1]], [label], w, 0)
        expectNumbers(dw, expected.dw, `the derivative with respect to w at a margin of ${margin}`, NINE_DIGITS)
        expectNumber(db, expected.db, `the derivative with respect to b at a margin of ${margin}`, NINE_DIGITS)
      }
    }
  })

  test('large-margins', async ({ student, rng }) => {
    const far = 1e5 * (1 + rng.uniform())
    const wrong = fields(await student.logisticLoss([[far]], [-1], [1], 0))
    expectNumber(wrong.loss, far, 'the loss of a very wrong answer')
    expectNumbers(wrong.dw, [far], 'its derivative with respect to w')
    expectNumber(wrong.db, 1, 'its derivative with respect to b')
    const right = fields(await student.logisticLoss([[far], [-far]], [1, -1], [1], 0))
    expectNumber(right.loss, 0, 'the loss of very right answers')
    expectNumbers(right.dw, [0], 'there is nothing left to learn')
    const mixed = fields(await student.logisticLoss([[far], [1], [-750]], [-1, 1, 1], [1], 0.5))
    expectNumber(mixed.loss, lossOf([[far], [1], [-750]], [-1, 1, 1], [1], 0.5), 'near and far margins in one batch')
    for (const margin of [-1000, -750, -700, -500, -100]) {
      const { loss, db } = fields(await student.logisticLoss([[margin]], [1], [1], 0))
      expectNumber(loss, -margin, `the loss of a margin of ${margin}`)
      expectNumber(db, -1, `the slope of a margin of ${margin}`)
    }
  })
})

const SHAPES = [
  [1, 3],
  [8, 2],
  [3, 6],
] as const

const labels = (rng: Rng, rows: number): Label[] => (rows === 1 ? [-1] : coins(rng, rows))
