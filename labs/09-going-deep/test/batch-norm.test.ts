import { exercise, expect, test } from '@backprop/testkit'
import { batchNorm } from '#lab/batch-norm'

// ε = 1e-5 changes the fifth digit.
const FIVE = { relative: 1e-5, absolute: 1e-5 }
const column = () => [[1], [1], [5], [5]]

exercise('batch-norm', () => {
  test('gives each feature mean 0 and variance 1, then scale and shift', () => {
    expect(
      batchNorm([1], [0]).forward(column(), true),
      'the column has mean 3 and variance 4: (1 − 3) / 2 = −1',
    ).toBeNear([[-1], [-1], [1], [1]], FIVE)
    expect(batchNorm([2], [1]).forward(column(), true), '2 · (−1) + 1 = −1 and 2 · 1 + 1 = 3').toBeNear(
      [[-1], [-1], [3], [3]],
      FIVE,
    )
  })

  test('treats each column by itself', () => {
    const y = batchNorm([1, 1], [0, 0]).forward([[0, 100], [2, 300]], true) // prettier-ignore
    expect(y, 'a feature is a column, not a row').toBeNear([[-1, -1], [1, 1]], FIVE) // prettier-ignore
  })

  test('moves the running statistics by a tenth', () => {
    const layer = batchNorm([1], [0])
    expect(layer.running(), 'before training').toEqual({ mean: [0], variance: [1] })
    layer.forward(column(), true)
    const { mean, variance } = layer.running()
    expect(mean, '0.9 of the old mean and 0.1 of the batch: 0.9 · 0 + 0.1 · 3').toBeNear([0.3])
    expect(variance, '0.9 · 1 + 0.1 · 4: divided by N = 4, not by 3').toBeNear([1.3])
  })

  test('uses the running statistics in evaluation, and leaves them', () => {
    const layer = batchNorm([1], [0])
    layer.forward(column(), true)
    expect(layer.forward([[1]], false), '(1 − 0.3) / √1.3').toBeNear([[0.7 / Math.sqrt(1.3)]], FIVE)
    expect(layer.running().mean, 'evaluation leaves them as they are').toBeNear([0.3])
  })

  test('answers β for a batch of one', () => {
    expect(batchNorm([2], [5]).forward([[17]], true), '17 is its own mean, and its variance is 0').toBeNear([[5]])
  })

  test('sends slopes back, through mean and variance too', () => {
    const layer = batchNorm([2], [1])
    layer.forward(column(), true)
    const { dx, dgamma, dbeta } = layer.backward([[1], [0], [0], [0]])
    expect(dbeta, 'the sum of the slopes').toBeNear([1])
    expect(dgamma, 'the sum of slope · x̂').toBeNear([-1], FIVE)
    expect(dx, 'γ / √(variance + ε) · (dy − mean of dy − x̂ · mean of (dy · x̂))').toBeNear(
      [[0.5], [-0.5], [0], [0]],
      FIVE,
    )
  })

  test('sends slopes back through constants after an evaluation', () => {
    const layer = batchNorm([2], [1])
    layer.forward(column(), false)
    expect(layer.backward([[1], [0], [0], [0]]).dx, 'mean 0 and variance 1 are constants: 2 · 1').toBeNear(
      [[2], [0], [0], [0]],
      FIVE,
    )
  })

  test('does not change its arguments', () => {
    const [x, dy, gamma, beta] = [[[1], [3]], [[1], [0]], [2], [1]]
    const layer = batchNorm(gamma, beta)
    layer.forward(x, true)
    layer.backward(dy)
    expect([x, dy, gamma, beta], 'return new lists').toEqual([[[1], [3]], [[1], [0]], [2], [1]])
  })

  test('rejects sizes that do not fit', () => {
    expect(() => batchNorm([1, 1], [0]), 'two scales, one shift').toThrow(RangeError)
    const layer = batchNorm([1, 1], [0, 0])
    expect(() => layer.forward([], true), 'an empty batch has no mean').toThrow(RangeError)
    expect(() => layer.forward([[1, 2, 3]], true), 'three numbers for two features').toThrow(RangeError)
    expect(() => layer.forward([[1, 2], [3]], true), 'the second row is too short').toThrow(RangeError)
    layer.forward([[1, 2]], true)
    expect(() => layer.backward([[1, 1], [1, 1]]), 'slopes for two examples, after a batch of one').toThrow(RangeError) // prettier-ignore
    expect(() => layer.backward([[1]]), 'one slope for two features').toThrow(RangeError)
  })
})
