import {
  backward,
  mean,
  mul,
  noGrad,
  plain,
  relu,
  rng,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  uniform,
} from '@backprop/core'
import { expect, test } from '@backprop/testkit'
import {
  AvgPool2d,
  BatchNorm2d,
  Conv2d,
  Dropout,
  evaluation,
  flatten,
  LayerNorm,
  Linear,
  MaxPool2d,
  type Module,
  parameters,
  Sequential,
  sequential,
  state,
  training,
} from '../src/index.ts'

const on = plain({ dtype: 'float64' })
const init = { on, rng: rng(1) }
const draw = (...shape: number[]) => uniform(shape, { on, rng: rng(2), low: -1 })
const learning = training(rng(3))

test('Linear is x W + b, for any axes in front', () => {
  const layer = new Linear(2, 3, init)
  layer.weight.value = tensor([[1, 2, 3], [4, 5, 6]], { on }) // prettier-ignore
  layer.bias.value = tensor([10, 20, 30], { on })
  expect(layer.forward(tensor([[1, 1], [0, 2]], { on })).dataSync()).toBeNear([15, 27, 39, 18, 30, 42]) // prettier-ignore
  expect(layer.forward(draw(4, 5, 2))).toHaveShape([4, 5, 3])
  expect(() => layer.forward(draw(4, 3))).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: linear: x has shape [4, 3], expected [4, 2]: axis 1 is 3, not 2.
      Hint: w has a row for each column of x.]
  `)
})

test('Conv2d and pooling use their stride and padding', () => {
  const images = draw(2, 3, 8, 8)
  const conv = new Conv2d(3, 5, 3, { ...init, stride: 2, padding: 1 })
  expect(conv.weight.value).toHaveShape([5, 3, 3, 3])
  expect(conv.forward(images)).toHaveShape([2, 5, 4, 4])
  expect(new Conv2d(3, 5, 3, init).forward(images)).toHaveShape([2, 5, 6, 6])
  const square = tensor([1, 2, 3, 1, 1, 1, 1, 1, 2, 3, 1, 6, 8, 1, 4, 5], { on, shape: [1, 1, 4, 4] })
  expect(new MaxPool2d(2).forward(square).dataSync()).toBeNear([2, 3, 8, 6])
  expect(new AvgPool2d(2).forward(square).dataSync()).toBeNear([1.25, 1.5, 3.5, 4])
  expect(new MaxPool2d(2, { stride: 1 }).forward(square)).toHaveShape([1, 1, 3, 3])
  expect(flatten(images)).toHaveShape([2, 192])
  expect(flatten(draw(0, 2, 3))).toHaveShape([0, 6])
})

test('LayerNorm normalizes each example by itself', () => {
  const norm = new LayerNorm(4, { on })
  const y = norm.forward(tensor([[1, 2, 3, 4], [10, 20, 30, 40]], { on })).dataSync() // prettier-ignore
  const row = [-1.5, -0.5, 0.5, 1.5].map(x => x / Math.sqrt(1.25))
  expect(y).toBeNear([...row, ...row], { relative: 1e-4 })
  expect(new LayerNorm([2, 2], { on }).forward(draw(3, 2, 2))).toHaveShape([3, 2, 2])
})

/** Mean and variance of each of two channels. */
const momentsOf = (x: Tensor) => {
  const axis = [0, 2, 3]
  const center = mean(x, { axis, keepdims: true })
  const variance = mean(square(sub(x, center)), { axis })
  return { mean: mean(x, { axis }).dataSync(), variance: variance.dataSync() }
}

test('BatchNorm2d normalizes by the batch in training, and by its running statistics in evaluation', () => {
  const norm = new BatchNorm2d(2, { on, momentum: 0.5 })
  const x = draw(4, 2, 3, 3)
  const before = momentsOf(x)
  const after = momentsOf(norm.forward(x, learning))
  expect(after.mean).toBeNear([0, 0])
  expect(after.variance).toBeNear([1, 1], { relative: 1e-3 }) // ε is in the way
  const unbiased = before.variance.map(value => (value * 36) / 35)
  expect(norm.mean.value.dataSync()).toBeNear(before.mean.map(value => value / 2))
  expect(norm.variance.value.dataSync()).toBeNear(unbiased.map(value => 0.5 + value / 2))

  const kept = norm.mean.value
  for (let step = 0; step < 60; step++) norm.forward(x, learning)
  expect(norm.mean.value.dataSync()).toBeNear(before.mean)
  expect(norm.variance.value.dataSync()).toBeNear(unbiased)
  expect(() => kept.dataSync()).toThrow('BatchNorm2d saw another batch')
  const one = norm.forward(tensor(x.dataSync().slice(0, 18), { on, shape: [1, 2, 3, 3] }), evaluation)
  expect(one.dataSync()).toBeNear(norm.forward(x, evaluation).dataSync().slice(0, 18))
  expect(norm.mean.value.dataSync()).toBeNear(before.mean)
})

test('no optimizer sees a statistic, no gradient reaches it, and it survives a noGrad', () => {
  const norm = new BatchNorm2d(2, { on })
  expect([...parameters(norm).keys()]).toEqual(['scale', 'shift'])
  expect([...state(norm).keys()]).toEqual(['scale', 'shift', 'mean', 'variance'])
  const x = draw(4, 2, 3, 3)
  for (const mode of [learning, evaluation]) backward(sum(norm.forward(x, mode)))
  noGrad(() => norm.forward(x, learning))
  expect(norm.mean.value.grad).toBe(null)
  expect(norm.mean.value.dataSync()).not.toEqual(Float64Array.of(0, 0))
  expect(norm.scale.value.grad).not.toBe(null)
})

test('a batch of one number for each channel cannot teach batch norm its variance', () => {
  const norm = new BatchNorm2d(3, { on })
  expect(() => norm.forward(draw(1, 3), learning)).toThrowErrorMatchingInlineSnapshot(`
    [Error: BatchNorm2d: x has shape [1, 3], at most 1 number for each channel, expected at least 2.
      Hint: in training a batch needs more than one example.]
  `)
  expect(norm.forward(draw(1, 3), evaluation)).toHaveShape([1, 3])
})

test('Dropout keeps the mean, draws a new mask each time, and does nothing in evaluation', () => {
  const dropout = new Dropout(0.75)
  const x = tensor(new Float64Array(40_000).fill(1), { on })
  const [first, second] = [dropout.forward(x, learning), dropout.forward(x, learning)].map(y => y.dataSync())
  expect(new Set(first)).toEqual(new Set([0, 4]))
  expect(mean(tensor(first, { on })).dataSync()[0]).toBeNear(1, { relative: 0.05 })
  expect(first).not.toEqual(second)
  expect(dropout.forward(x, training(rng(5))).dataSync()).toEqual(dropout.forward(x, training(rng(5))).dataSync())
  expect(dropout.forward(x, evaluation)).toBe(x)
  expect(new Dropout(0).forward(x, learning)).toBe(x)
})

test('what depends on the mode says so when it is missing', () => {
  // @ts-expect-error a program that was not type-checked
  expect(() => new Dropout(0.5).forward(draw(2))).toThrowErrorMatchingInlineSnapshot(`
    [TypeError: Dropout: forward needs to know the mode.
      Hint: forward(x, training(rng)) while it learns, forward(x, evaluation) when it is used.]
  `)
  // @ts-expect-error the same
  expect(() => new BatchNorm2d(2, { on }).forward(draw(2, 2))).toThrow('BatchNorm2d: forward needs to know the mode')
  expect(() => new Dropout(1)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Dropout: p is 1, expected 0 ≤ p < 1.]`)
})

test('sequential passes the mode on, and takes functions and other sequences', () => {
  const modes: unknown[] = []
  const spy: Module = { forward: (x, mode) => (modes.push(mode), x) }
  const inner = sequential(spy, x => mul(x, 2))
  const model = sequential(new Linear(3, 4, init), relu, inner, spy)
  expect(model).toBeInstanceOf(Sequential)
  expect(model.forward(draw(2, 3), evaluation)).toHaveShape([2, 4])
  expect(modes).toEqual([evaluation, evaluation])
  expect([...parameters(model).keys()]).toEqual(['layers.0.weight', 'layers.0.bias'])
})

test('gradients reach every parameter, and x', () => {
  const model = sequential(
    new Conv2d(1, 3, 3, { ...init, padding: 1 }),
    new BatchNorm2d(3, { on }),
    new MaxPool2d(2),
    new AvgPool2d(2),
    flatten,
    new LayerNorm(3, { on }),
    new Dropout(0.1),
    new Linear(3, 2, init),
  )
  const x = draw(5, 1, 4, 4).detach({ requiresGrad: true })
  backward(sum(square(model.forward(x, learning))))
  const leaves = new Map([['x', x], ...[...parameters(model)].map(([name, { value }]) => [name, value] as const)])
  expect(leaves.size).toBe(9)
  for (const [name, { grad, shape }] of leaves) expect(grad, name).toHaveShape(shape)
})
