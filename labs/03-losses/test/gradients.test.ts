import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { bceGradient, bceWithLogitsGradient, crossEntropyGradient, maeGradient, mseGradient } from '#lab/gradients'

exercise('gradients', () => {
  test('mse: twice the error, divided by N', () => {
    const gradient = mseGradient([150, 170, 210], [160, 170, 180])
    expect(
      gradient,
      'errors −10, 0, 30, each twice and over N = 3; a prediction that is too low has a negative slope',
    ).toBeNear([-20 / 3, 0, 20])
  })

  test('mae: the sign of the error, divided by N', () => {
    const gradient = maeGradient([150, 170, 210], [160, 170, 180])
    expect(gradient, 'the size of an error makes no difference; no error, no slope').toBeNear([-1 / 3, 0, 1 / 3])
    expect(
      maeGradient([0.001], [0]),
      'a small error has the same slope as a large one: the corner is only at 0',
    ).toBeNear([1])
  })

  test('bce: −1/p for label 1, and 1/(1 − p) for label 0', () => {
    expect(bceGradient([0.5, 0.2], [1, 0], 'sum'), 'p of class 1 should rise, p of class 0 fall').toBeNear([-2, 1.25])
  })

  test('bce: finite where the loss is', () => {
    expect(bceGradient([0], [0]), 'the slope of −log(1 − p) at 0 is 1: is there a 0 / 0?').toBeNear([1])
  })

  test('bce with logits: probability minus label', () => {
    // σ(log 3) = ¾.
    const gradient = bceWithLogitsGradient([Math.log(3), Math.log(3)], [1, 0], 'sum')
    expect(gradient, 'with respect to the logit, not to the probability').toBeNear([-0.25, 0.75])
  })

  test('cross-entropy: probabilities minus one-hot', () => {
    // Probabilities 6/10, 3/10 and 1/10.
    const row = [Math.log(6), Math.log(3), 0]
    expect(crossEntropyGradient([row], [1]), '(0.6, 0.3, 0.1) − (0, 1, 0)').toBeNear([[0.6, -0.7, 0.1]])
  })

  test('cross-entropy: divided by N for the mean, not for the sum', () => {
    const logits = [
      [0, 0],
      [0, 0],
    ]
    expect(crossEntropyGradient(logits, [0, 1]), 'N = 2 halves each number').toBeNear([
      [-0.25, 0.25],
      [0.25, -0.25],
    ])
    expect(crossEntropyGradient(logits, [0, 1], 'sum'), 'the sum is not divided').toBeNear([
      [-0.5, 0.5],
      [0.5, -0.5],
    ])
  })

  test('reject lists of different lengths, and empty ones', () => {
    expect(
      () => mseGradient([1, 2], [1]),
      'two predictions, but one target: throw an error; countExamples does',
    ).toThrow(RangeError)
    expect(
      () => crossEntropyGradient([], []),
      'an empty batch has no gradient: throw an error; countExamples does',
    ).toThrow(RangeError)
  })
  test('do not change their arguments', () => {
    for (const gradient of [mseGradient, maeGradient, bceGradient, bceWithLogitsGradient])
      expectKept(gradient, [[0.25, 0.5], [1, 0], 'mean'])
    expectKept(crossEntropyGradient, [[[3, 1, 2]], [0], 'mean'])
  })
})
