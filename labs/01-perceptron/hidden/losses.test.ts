import { exercise } from '@backprop/testkit'
import { submissionTest } from '@backprop/grader/suite'
import { coins, expectNumber, expectNumbers, fields, logistic, lossOf, normals } from './reference.ts'

const test = submissionTest<typeof import('#lab/perceptron')>('perceptron')

exercise('zero-one-risk', () => {
  test('worked-example', async ({ student }) => {
    expectNumber(await student.zeroOneRisk([5, -5, 0, 2], [1, -1, -1, -1]), 0.5, 'two of four are wrong')
  })

  test('any-batch', async ({ student, rng }) => {
    for (const count of [1, 2, 7, 40]) {
      const scores = Array.from({ length: count }, () => rng.normal())
      const y = count === 1 ? [-1 as const] : coins(rng, count)
      const wrong = scores.filter((s, i) => s * y[i] < 0).length
      expectNumber(await student.zeroOneRisk(scores, y), wrong / count, `the risk of ${count} examples`)
    }
  })

  test('tie-at-zero', async ({ student }) => {
    expectNumber(await student.zeroOneRisk([0, 0, 0, -1], [1, -1, 1, -1]), 0.25, 'zero counts as +1')
    expectNumber(await student.zeroOneRisk([-0, 3], [1, 1]), 0, 'minus zero is zero')
  })
})

exercise('logistic-loss', () => {
  test('loss', async ({ student, rng }) => {
    for (const [rows, cols] of SHAPES) {
      const [X, y, [w], b] = [normals(rng, rows, cols), labels(rng, rows), normals(rng, 1, cols), rng.normal()]
      const { loss } = fields(await student.logisticLoss(X, y, w, b))
      expectNumber(loss, lossOf(X, y, w, b), `the mean loss of ${rows} examples`)
    }
  })

  test('gradient', async ({ student, rng }) => {
    for (const [rows, cols] of SHAPES) {
      const [X, y] = [normals(rng, rows, cols), labels(rng, rows)]
      // From zeros, one step of length 1 downhill is minus the gradient.
      const step = logistic(X, y, 1, 1)
      const atZero = fields(await student.logisticLoss(X, y, Array<number>(cols).fill(0), 0))
      expectNumbers(
        atZero.dw,
        step.w.map(d => -d),
        'the derivatives by w at zero',
      )
      expectNumber(atZero.db, -step.b, 'the derivative by b at zero')
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
      'the derivatives by w',
    )
    expectNumber(db, (lossOf(X, y, w, b + h) - lossOf(X, y, w, b - h)) / (2 * h), 'the derivative by b')
  })

  test('large-margins', async ({ student, rng }) => {
    const far = 1e5 * (1 + rng.uniform())
    const wrong = fields(await student.logisticLoss([[far]], [-1], [1], 0))
    expectNumber(wrong.loss, far, 'the loss of an answer that is wrong by far')
    expectNumbers(wrong.dw, [far], 'its derivative by w')
    expectNumber(wrong.db, 1, 'its derivative by b')
    const right = fields(await student.logisticLoss([[far], [-far]], [1, -1], [1], 0))
    expectNumber(right.loss, 0, 'the loss of answers that are right by far')
    expectNumbers(right.dw, [0], 'there is nothing left to learn')
  })
})

const SHAPES = [
  [1, 3],
  [8, 2],
  [3, 6],
] as const

const labels = (rng: Parameters<typeof coins>[0], rows: number) => (rows === 1 ? [-1 as const] : coins(rng, rows))
