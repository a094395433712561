import { expect, test } from '@backprop/testkit'
import {
  argmax,
  backward,
  batchNorm,
  clamp,
  crossEntropy,
  dropout,
  embedding,
  erf,
  gather,
  grad,
  layerNorm,
  maskedSoftmax,
  mean,
  minimum,
  mse,
  mul,
  normal,
  oneHot,
  ones,
  plain,
  reshape,
  rng,
  sign,
  slice,
  square,
  sub,
  sum,
  tensor,
} from '../src/index.ts'

const on = plain({ dtype: 'float64' })

test('dropout keeps the mean, and the gradient goes where the numbers went', () => {
  const x = ones([10_000], { on, requiresGrad: true })
  const y = dropout(x, 0.25, rng(1))
  const values = y.dataSync()
  const kept = values.filter(v => v !== 0)
  expect(kept.length).toBeNear(7500, { absolute: 130 }) // three standard deviations
  expect([...new Set(kept)]).toBeNear([4 / 3])
  backward(sum(y))
  expect(x.grad?.dataSync()).toEqual(values)
})

test('one generator, one mask; p = 0 keeps everything', () => {
  const x = ones([100], { on })
  expect(dropout(x, 0.5, rng(7)).dataSync()).toEqual(dropout(x, 0.5, rng(7)).dataSync())
  expect(dropout(x, 0, rng(7)).dataSync()).toEqual(x.dataSync())
})

test('the mask is released with the graph, and at once without one', () => {
  const own = plain()
  const x = ones([10], { on: own, requiresGrad: true })
  backward(sum(dropout(x, 0.5, rng(1))))
  expect(own.stats().liveSlots).toBe(3) // x, its gradient and the loss
  dropout(ones([10], { on: own }), 0.5, rng(1)).release()
  expect(own.stats().liveSlots).toBe(4)
})

test('batchNorm by statistics of the same batch is what it does in training', () => {
  const x = normal([6, 2, 3, 3], { on, rng: rng(1), std: 3 })
  const [scale, shift] = [tensor([1, 2], { on }), tensor([0.5, -1], { on })]
  const center = mean(x, { axis: [0, 2, 3], keepdims: true })
  const statistics = {
    mean: reshape(center, [2]),
    variance: mean(square(sub(x, center)), { axis: [0, 2, 3] }),
  }
  const trained = batchNorm(x, scale, shift).dataSync()
  expect(batchNorm(x, scale, shift, { statistics }).dataSync()).toBeNear(trained)
})

test('erf has 14 digits', () => {
  // Wolfram Alpha
  expect(erf(tensor([0, 0.5, -1, 2, 3.5, 5.9, 7], { on })).dataSync()).toBeNear(
    [0, 0.5204998778130465, -0.8427007929497149, 0.9953222650189527, 0.9999992569016276, 1, 1],
    { relative: 1e-14, absolute: 0 },
  )
})

test('gather, slice and oneHot by hand', () => {
  const x = tensor([[1, 2, 3], [4, 5, 6]], { on }) // prettier-ignore
  expect(gather(x, { indices: [2, 0, 2], axis: 1 }).dataSync()).toBeNear([3, 1, 3, 6, 4, 6])
  expect(slice(x, [[1], [-2]]).dataSync()).toBeNear([5, 6])
  expect(oneHot([2, 0], 3, { on }).dataSync()).toBeNear([0, 0, 1, 1, 0, 0])
})

test('argmax along several axes counts through them in row-major order', async () => {
  const x = tensor([0, 1, 9, 3, 9, 5, 8, 7], { on, shape: [2, 2, 2] })
  expect(await argmax(x, [0, 2])).toEqual(Int32Array.of(2, 0))
  expect(await argmax(x, [0, 1, 2])).toEqual(Int32Array.of(2))
})

test('a composed op and one that keeps moments leave nothing behind, also where an input needs no gradient', () => {
  const own = plain()
  const x = normal([4, 3], { on: own, rng: rng(1) })
  const scale = ones([3], { on: own, requiresGrad: true })
  const shift = ones([3], { on: own, requiresGrad: true })
  backward(sum(layerNorm(x, scale, shift)))
  expect(own.stats().liveSlots).toBe(6) // three inputs, two gradients and the loss
  const y = tensor([1, 2], { on: own, requiresGrad: true })
  backward(mse(mul(y, 1), tensor([3, 5], { on: own })))
  expect(y.grad?.dataSync()).toBeNear([-2, -3])
})

test('sign, clamp and minimum at ties, bounds, infinities and NaN', () => {
  const x = tensor([-Infinity, -2, -0, 1e-300, 3, NaN], { on, requiresGrad: true })
  expect(sign(x).dataSync()).toBeNear([-1, -1, 0, 1, 1, NaN])
  expect(sign(x).requiresGrad && grad(sum(sign(x)), [x])[0].dataSync()).toBeNear([0, 0, 0, 0, 0, 0])
  const y = tensor([-2, -1, 0, 1, 2], { on, requiresGrad: true })
  expect(clamp(y, { min: -1, max: 1 }).dataSync()).toBeNear([-1, -1, 0, 1, 1])
  expect(grad(sum(clamp(y, { min: -1, max: 1 })), [y])[0].dataSync()).toBeNear([0, 1, 1, 1, 0])
  expect(clamp(y, { max: 0 }).dataSync()).toBeNear([-2, -1, 0, 0, 0])
  expect(minimum(y, 0).dataSync()).toBeNear([-2, -1, 0, 0, 0])
  expect(grad(sum(minimum(y, 0)), [y])[0].dataSync()).toBeNear([1, 1, 0.5, 0, 0])
  expect(() => clamp(y, { min: 1, max: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: clamp: min is 1 and max is 0, expected min ≤ max.]`,
  )
})

test('crossEntropy counts examples by their weights, ignores labels, and gives the loss of each', () => {
  const logits = tensor([[0, 0], [Math.log(3), 0], [5, -5]], { on, requiresGrad: true }) // prettier-ignore
  const [a, b] = [Math.log(2), Math.log(4 / 3)] // −log of 1/2 and 3/4
  expect(crossEntropy(logits, { labels: [1, 0, 0], weights: [3, 1, 0] }).dataSync()).toBeNear([(3 * a + b) / 4])
  expect(crossEntropy(logits, { labels: [1, 0, -100], ignore: -100 }).dataSync()).toBeNear([(a + b) / 2])
  const each = crossEntropy(logits, { labels: [1, 0, -100], ignore: -100, weights: [1, 2, 1], each: true })
  expect(each.dataSync()).toBeNear([a, 2 * b, 0])
  const [whole] = grad(crossEntropy(logits, [1, 0, 0]), [logits])
  const [equal] = grad(crossEntropy(logits, { labels: [1, 0, 0], weights: [7, 7, 7] }), [logits])
  expect(equal.dataSync()).toBeNear(whole.dataSync())
  expect(() => crossEntropy(logits, { labels: [9, 9, 9], ignore: 9 })).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: crossEntropy: none of 3 examples counts, so they have no mean.]`,
  )
  expect(() => crossEntropy(logits, { labels: [0, 1, 0], weights: [1] })).toThrowErrorMatchingInlineSnapshot(`
    [RangeError: crossEntropy: there are 1 weights, but 3 labels.
      Hint: each example has one weight; for classes, labels.map(c => weights[c]).]
  `)
  expect(() => crossEntropy(logits, { labels: [0, 1, 0], weights: [1, -1, 1] })).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: crossEntropy: weight 1 is -1, expected at least 0.]`,
  )
})

test('a mask hides places whatever they hold, and rows that are hidden as a whole are 0', () => {
  const x = tensor([[1, 2, NaN], [0, Infinity, 0], [4, 5, 6]], { on, requiresGrad: true }) // prettier-ignore
  const mask = tensor([[1, 1, 0], [1, 0, 1], [0, 0, 0]], { on }) // prettier-ignore
  const p = 1 / (1 + Math.E)
  const y = maskedSoftmax(x, mask)
  expect(y.dataSync()).toBeNear([p, 1 - p, 0, 0.5, 0, 0.5, 0, 0, 0])
  const [dx] = grad(sum(mul(y, tensor([1, 2, 3], { on }))), [x])
  expect(dx.dataSync()).toBeNear([-p * (1 - p), p * (1 - p), 0, -0.5, 0, 0.5, 0, 0, 0])
  expect(() => maskedSoftmax(x, tensor([1, 1], { on }))).toThrow('shapes [3, 3] and [2] do not broadcast')
  expect(() => maskedSoftmax(tensor([1, 2], { on }), mask)).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: maskedSoftmax: shapes [2] and [3, 3] do not broadcast: axis -1 is 2 on the left, 3 on the right.
      Hint: two sizes agree when they are equal or one of them is 1.]
  `)
})

test('embedding looks rows up, and their gradients add up', () => {
  const table = tensor([[1, 2], [3, 4], [5, 6]], { on, requiresGrad: true }) // prettier-ignore
  const y = embedding(table, { indices: [2, 0, 2], shape: [1, 3] })
  expect(y).toHaveShape([1, 3, 2])
  expect(y.dataSync()).toBeNear([5, 6, 1, 2, 5, 6])
  expect(grad(sum(y), [table])[0].dataSync()).toBeNear([1, 1, 0, 0, 2, 2])
  expect(() => embedding(table, { indices: [0, 1], shape: [3] })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: embedding: shape [3] holds 3 indices, but 2 were given.]`,
  )
  expect(() => embedding(table, { indices: [3], shape: [1] })).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: embedding: index 0 is 3, but with 3 rows it must be an integer from 0 to 2.]`,
  )
})
