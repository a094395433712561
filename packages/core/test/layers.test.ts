import { expect, test } from '@backprop/testkit'
import {
  argmax,
  backward,
  batchNorm,
  dropout,
  erf,
  gather,
  layerNorm,
  mean,
  mse,
  mul,
  normal,
  oneHot,
  ones,
  plain,
  reshape,
  rng,
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

test('a composed op leaves nothing behind, also where its input needs no gradient', () => {
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
