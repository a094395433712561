import { plain, rng } from '@backprop/core'
import { exercise, expect, test } from '@backprop/testkit'
import { drawNetwork, gradientNorms, type Layer } from '#lab/network'

const on = plain()

/** One example, x = (2, 2) of class +1. With a score of 0, dL/dscore is −½. */
const set = { points: [[2, 2]], labels: [1] }
const zeros: Layer = { W: [[0], [0]], b: [0] }

// Numbers are stored in 32 bits, about seven digits.
const SINGLE = { relative: 1e-5 }

exercise('saturation', () => {
  test('takes the norm over all weights and biases of a layer', () => {
    expect(
      gradientNorms([[zeros]], 'linear', set, on),
      'dL/dW is (−1, −1) and dL/db is −½, so √(1 + 1 + ¼): are the squares, the bias and the root there?',
    ).toBeNear([1.5], SINGLE)
  })

  test('gives one norm per layer, starting with the first layer', () => {
    // h = σ(0) = ½ and the score is 4·½ − 2 = 0. In the output layer dL/dW is −¼ and dL/db −½; the layer before gets a
    // factor 4·¼.
    const network = [zeros, { W: [[4]], b: [-2] }]
    expect(gradientNorms([network], 'sigmoid', set, on), '½ √(2² + 2² + 1) and √(1/16 + 1/4)').toBeNear(
      [1.5, Math.sqrt(0.3125)],
      SINGLE,
    )
  })

  test('takes the mean over the starts', () => {
    // A bias of log 3 makes the score log 3, and dL/dscore −¼: everything is half as large.
    const other: Layer = { ...zeros, b: [Math.log(3)] }
    expect(gradientNorms([[zeros], [other]], 'linear', set, on), 'the mean of 1.5 and 0.75').toBeNear([1.125], SINGLE)
  })

  test('rejects an empty list of networks', () => {
    expect(() => gradientNorms([], 'linear', set, on), 'throw a RangeError').toThrow(RangeError)
  })

  test('does not change the networks', () => {
    const networks = [[zeros], [zeros]]
    gradientNorms(networks, 'linear', set, on)
    expect(networks, 'do you remove networks from the list?').toEqual([[zeros], [zeros]])
  })

  test('measures six hidden layers', () => {
    const network = drawNetwork([2, 8, 8, 8, 8, 8, 8, 1], rng(1))
    const norms = gradientNorms([network], 'sigmoid', set, on)
    expect(norms, 'six hidden layers and the output').toHaveLength(7)
    expect(norms[0] < norms[6] / 100, 'with the sigmoid, hardly anything reaches the first layer').toBe(true)
  })
})
