import { submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import type { Label } from '#lab/perceptron'
import { coins, expectNumber, expectNumbers, fields, normals, perceptron, separable } from './reference.ts'

type Module = typeof import('#lab/perceptron')
const test = submissionTest<Module>('perceptron')
const keeping = submissionTest<Module>('perceptron', { keepsArguments: ['perceptronRule'] })

interface Examples {
  X: number[][]
  y: Label[]
}

/** The classes are close together: this takes five epochs. */
const CLOSE: Examples = {
  X: [
    [2, 1],
    [2, 3],
    [4, 5],
  ],
  y: [1, -1, -1],
}

/** Two neighbours far from 0. This takes 1,545 epochs, and after the first one no score is closer to 0 than 0.4. */
const SLOW: Examples = { X: [[40.3], [41.4]], y: [-1, 1] }

// The order of a sum can only matter for scores within rounding of 0, about 1e-15. Random scores come that close less
// than once in 10¹² cases.
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
    // Whole numbers, so the scores are exact. In the first set the first score is 0, and so is the third.
    const first: Examples = {
      X: [
        [2, 1],
        [1, 3],
        [2, -1],
        [1, 0],
      ],
      y: [1, -1, 1, 1],
    }
    // In the second set examples of both classes have a score of 0 in later epochs.
    const later: Examples = {
      X: [
        [1, 1],
        [4, 4],
        [-4, 3],
        [2, 4],
      ],
      y: [-1, 1, 1, 1],
    }
    for (const { X, y } of [first, later]) {
      const fit = fields(await student.perceptronRule(X, y, { maxEpochs: 20 }))
      const expected = perceptron(X, y, 20)
      expectNumbers(fit.mistakes, expected.mistakes, 'the mistakes of each epoch when scores of zero count as +1')
      expectNumbers(fit.w, expected.w, 'w when scores of zero count as +1')
    }
  })

  test('separable', async ({ student, rng }) => {
    // A random set takes at most as many epochs as corrections: (R/γ)², below 3,000 for every set drawn here.
    const sets = [separable(rng, 25, 2), separable(rng, 25, 2), separable(rng, 25, 2), CLOSE, SLOW]
    for (const { X, y } of sets) {
      const fit = fields(await student.perceptronRule(X, y, { maxEpochs: 5000 }))
      const expected = perceptron(X, y, 5000)
      expect(fit.converged, 'a line separates these classes').toBe(true)
      expectNumbers(fit.mistakes, expected.mistakes, 'the mistakes of each epoch, up to the first epoch without any')
      expectNumbers(fit.w, expected.w, 'the weights that separate the classes')
      expectNumber(fit.b, expected.b, 'the bias that separates the classes')
    }
  })

  test('last-epoch', async ({ student, rng }) => {
    for (const { X, y } of [separable(rng, 12, 2), CLOSE, SLOW]) {
      const { mistakes } = perceptron(X, y, 5000)
      const epochs = Math.max(2, mistakes.length)
      const fit = fields(await student.perceptronRule(X, y, { maxEpochs: epochs }))
      expectNumbers(fit.mistakes, mistakes, 'the last epoch allowed is the one without mistakes')
      expect(fit.converged, 'and it counts').toBe(true)
      const short = fields(await student.perceptronRule(CLOSE.X, CLOSE.y, { maxEpochs: 4 }))
      expect(short.converged, 'with one epoch fewer, the last one had mistakes').toBe(false)
    }
    // With zeros all scores are 0, which is right for class +1.
    const X = normals(rng, 5, 3)
    for (const maxEpochs of [1, 7]) {
      const fit = fields(await student.perceptronRule(X, [1, 1, 1, 1, 1], { maxEpochs }))
      expectNumbers(fit.mistakes, [0], 'the first epoch has no mistakes, and is the last one')
      expectNumbers(fit.w, [0, 0, 0], 'there was nothing to correct')
      expect(fit.converged, 'the last epoch had no mistakes').toBe(true)
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
    for (const maxEpochs of [9, 150]) {
      const fit = fields(await student.perceptronRule(shifted, y, { maxEpochs }))
      const expected = perceptron(shifted, y, maxEpochs)
      expect(fit.converged, 'no line separates opposite corners of a square').toBe(false)
      expectNumbers(fit.mistakes, expected.mistakes, `mistakes in each of the ${maxEpochs} epochs`)
      expectNumbers(fit.w, expected.w, `w after ${maxEpochs} epochs`)
    }
  })

  keeping('many-features', async ({ student, rng }) => {
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
