import { exercise, expect } from '@backprop/testkit'
import { submissionTest } from '@backprop/grader/suite'
import type { Label } from '#lab/perceptron'
import { coins, expectNumber, expectNumbers, fields, normals, perceptron, separable } from './reference.ts'

const test = submissionTest<typeof import('#lab/perceptron')>('perceptron')

const CLOSE: { X: number[][]; y: Label[] } = {
  X: [
    [2, 1],
    [2, 3],
    [4, 5],
  ],
  y: [1, -1, -1],
}

exercise('perceptron-rule', () => {
  test('one-epoch', async ({ student, rng }) => {
    for (const rows of [1, 6, 15]) {
      const X = normals(rng, rows, 2)
      const y = rows === 1 ? [-1 as const] : coins(rng, rows)
      const fit = fields(await student.perceptronRule(X, y, { maxEpochs: 1 }))
      const expected = perceptron(X, y, 1)
      expectNumbers(fit.w, expected.w, 'w after one epoch')
      expectNumber(fit.b, expected.b, 'b after one epoch')
      expectNumbers(fit.mistakes, expected.mistakes, 'the mistakes of one epoch')
    }
  })

  test('tie-at-zero', async ({ student }) => {
    // Whole numbers, so the scores are exact: the first is 0, and so is the third.
    const X = [
      [2, 1],
      [1, 3],
      [2, -1],
      [1, 0],
    ]
    const y: Label[] = [1, -1, 1, 1]
    const fit = fields(await student.perceptronRule(X, y, { maxEpochs: 20 }))
    const expected = perceptron(X, y, 20)
    expectNumbers(fit.mistakes, expected.mistakes, 'the mistakes of each epoch when scores of zero count as +1')
    expectNumbers(fit.w, expected.w, 'w when scores of zero count as +1')
  })

  test('separable', async ({ student, rng }) => {
    // The last has classes that lie close together: it takes five epochs.
    const sets = [separable(rng, 25, 2), separable(rng, 25, 2), separable(rng, 25, 2), CLOSE]
    for (const { X, y } of sets) {
      const fit = fields(await student.perceptronRule(X, y, { maxEpochs: 5000 }))
      const expected = perceptron(X, y, 5000)
      expect(fit.converged, 'a line separates these classes').toBe(true)
      expectNumbers(fit.mistakes, expected.mistakes, 'the mistakes of each epoch, up to the first epoch without any')
      expectNumbers(fit.w, expected.w, 'the weights that separate the classes')
      expectNumber(fit.b, expected.b, 'the bias that separates the classes')
    }
  })

  test('not-separable', async ({ student, rng }) => {
    const corners = [
      [1, 1],
      [1, -1],
      [-1, 1],
      [-1, -1],
    ]
    const shifted = corners.map(([x1, x2]) => [x1 + rng.uniform() / 4, x2 + rng.uniform() / 4])
    const y: Label[] = [1, -1, -1, 1]
    const fit = fields(await student.perceptronRule(shifted, y, { maxEpochs: 9 }))
    const expected = perceptron(shifted, y, 9)
    expect(fit.converged, 'no line separates the corners of a square crosswise').toBe(false)
    expectNumbers(fit.mistakes, expected.mistakes, 'mistakes in each of the nine epochs')
    expectNumbers(fit.w, expected.w, 'w after nine epochs')
  })

  test('many-features', async ({ student, rng }) => {
    for (const cols of [1, 3, 8]) {
      const X = normals(rng, 12, cols)
      const y = coins(rng, 12)
      const fit = fields(await student.perceptronRule(X, y, { maxEpochs: 4 }))
      const expected = perceptron(X, y, 4)
      expectNumbers(fit.w, expected.w, `the ${cols} weights`)
      expectNumber(fit.b, expected.b, 'the bias')
    }
  })
})
