import { submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import type { Label } from '#lab/perceptron'
import {
  coins,
  expectNumber,
  expectNumbers,
  fields,
  grid,
  logistic,
  NINE_DIGITS,
  normals,
  separable,
} from './reference.ts'

type Module = typeof import('#lab/perceptron')
const test = submissionTest<Module>('perceptron')
const keeping = submissionTest<Module>('perceptron', { keepsArguments: ['logisticRegression'] })

exercise('logistic-regression', () => {
  test('one-step', async ({ student, rng }) => {
    for (const [rows, cols] of [
      [1, 3],
      [9, 2],
      [4, 7],
    ]) {
      const X = normals(rng, rows, cols)
      const y = rows === 1 ? [-1 as const] : coins(rng, rows)
      const fit = fields(await student.logisticRegression(X, y, { learningRate: 0.7, epochs: 1 }))
      const expected = logistic(X, y, 0.7, 1)
      expectNumbers(fit.w, expected.w, 'w after one step')
      expectNumber(fit.b, expected.b, 'b after one step')
    }
  })

  test('whole-training', async ({ student, rng }) => {
    const clouds = separable(rng, 30, 2)
    const noisy = { X: normals(rng, 20, 5), y: coins(rng, 20) }
    for (const { X, y } of [clouds, noisy]) {
      const fit = fields(await student.logisticRegression(X, y, { learningRate: 0.3, epochs: 150 }))
      const expected = logistic(X, y, 0.3, 150)
      expectNumbers(fit.w, expected.w, 'w after 150 steps')
      expectNumber(fit.b, expected.b, 'b after 150 steps')
    }
    // Both classes at each point: long before the last step nothing is left to learn, and the loss hardly falls.
    const X = [[1], [1], [1], [-2], [-2], [3 + rng.uniform()]]
    const y: Label[] = [1, 1, -1, 1, -1, -1]
    const long = fields(await student.logisticRegression(X, y, { learningRate: 1.5, epochs: 2500 }))
    const expected = logistic(X, y, 1.5, 2500)
    expectNumbers(long.losses, expected.losses, 'one loss for each of 2500 steps, though the last ones change nothing')
    expectNumbers(long.w, expected.w, 'w after 2500 steps')
  })

  keeping('losses', async ({ student, rng }) => {
    const { X, y } = separable(rng, 17, 3)
    const fit = fields(await student.logisticRegression(X, y, { learningRate: 0.5, epochs: 40 }))
    expectNumbers(fit.losses, logistic(X, y, 0.5, 40).losses, 'the mean loss before each of the 40 steps')
  })

  test('any-margin', async ({ student }) => {
    for (const margin of grid(0.5, 40, 0.5)) {
      // After one step of length 1 the second example has the margin −m, or m + 1; the first is very right.
      for (const [X, y] of [
        [
          [[1 + 4 * margin], [1]],
          [-1, 1],
        ],
        [
          [[1 + 4 * margin], [1]],
          [-1, -1],
        ],
      ] as [number[][], Label[]][]) {
        const fit = fields(await student.logisticRegression(X, y, { learningRate: 1, epochs: 2 }))
        const expected = logistic(X, y, 1, 2)
        expectNumbers(fit.losses, expected.losses, `the losses of margins of ±${margin}`, NINE_DIGITS)
        expectNumbers(fit.w, expected.w, `w after a step with margins of ±${margin}`, NINE_DIGITS)
      }
    }
  })

  test('large-margins', async ({ student, rng }) => {
    // The first row is so long that the first step makes the second row's answer very wrong.
    const long = 1e5 * (1 + rng.uniform())
    const X = [
      [long, 0],
      [40, 1],
      [-30, 2],
    ]
    const y: Label[] = [-1, 1, -1]
    const fit = fields(await student.logisticRegression(X, y, { learningRate: 1, epochs: 4 }))
    const expected = logistic(X, y, 1, 4)
    expectNumbers(fit.losses, expected.losses, 'losses of margins beyond −100,000')
    expectNumbers(fit.w, expected.w, 'w after steps with margins beyond −100,000')
  })

  test('no-epochs', async ({ student, rng }) => {
    const [X, y]: [number[][], Label[]] = [normals(rng, 3, 2), [1, -1, 1]]
    const fit = fields(await student.logisticRegression(X, y, { learningRate: 1, epochs: 0 }))
    expectNumbers(fit.w, [0, 0], 'without a step w stays zero')
    expectNumber(fit.b, 0, 'without a step b stays zero')
    expect(fit.losses, 'without a step there is no loss to record').toBeNear([])
    const step = fields(await student.logisticRegression(X, y, { learningRate: 1, epochs: 1 }))
    expectNumbers(step.w, logistic(X, y, 1, 1).w, 'w after one step')
  })
})
