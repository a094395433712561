import { backward, crossEntropy, plain, relu, rng, sum, type Tensor, tensor, uniform } from '@backprop/core'
import { expect, test } from '@backprop/testkit'
import {
  accuracy,
  Adam,
  attentionWeights,
  batchesOf,
  Embedding,
  evaluate,
  evaluation,
  fit,
  flatten,
  freeze,
  globalAvgPool2d,
  Linear,
  MultiHeadAttention,
  parameters,
  predict,
  sequential,
  sinusoidalPositions,
  unfreeze,
  zeroGradients,
} from '../src/index.ts'

const on = plain({ dtype: 'float64' })
const init = { on, rng: rng(1) }
const draw = (...shape: number[]) => uniform(shape, { on, rng: rng(2), low: -1 })

test('attention weights are the softmax of q k / √d, and 0 where the mask is', () => {
  const [q, k] = [tensor([[2, 0]], { on }), tensor([[Math.SQRT1_2 * Math.log(3), 5], [0, 7], [9, 9]], { on })] // prettier-ignore
  const mask = tensor([1, 1, 0], { on })
  expect(attentionWeights(q, k, mask).dataSync()).toBeNear([0.75, 0.25, 0]) // e^(log 3) against e⁰
  expect(attentionWeights(q, k).dataSync()[2]).toBeGreaterThan(0.99)
})

test('heads that are joined are the same as heads computed one by one', () => {
  const attention = new MultiHeadAttention(6, 3, init)
  const x = draw(2, 4, 6)
  const [q, k, v] = [attention.query, attention.key, attention.value].map(layer => layer.forward(x).dataSync())
  const at = (values: ArrayLike<number>, b: number, t: number, i: number) => values[(b * 4 + t) * 6 + i]
  const joined: number[] = []
  for (let b = 0; b < 2; b++)
    for (let t = 0; t < 4; t++)
      for (let i = 0; i < 6; i++) {
        const first = i - (i % 2) // a head has two numbers
        const scores = [0, 1, 2, 3].map(s =>
          Math.exp(
            (at(q, b, t, first) * at(k, b, s, first) + at(q, b, t, first + 1) * at(k, b, s, first + 1)) / Math.SQRT2,
          ),
        )
        const total = scores.reduce((a, c) => a + c)
        joined.push(scores.reduce((all, score, s) => all + (score / total) * at(v, b, s, i), 0))
      }
  const expected = attention.output.forward(tensor(joined, { on, shape: [2, 4, 6] })).dataSync()
  expect(attention.forward(x).dataSync()).toBeNear(expected)
  expect(attention.weights(x)).toHaveShape([2, 3, 4, 4])
})

test('hidden places change nothing, and without positions the order of words does not matter', () => {
  const attention = new MultiHeadAttention(4, 2, init)
  const words = draw(1, 3, 4).dataSync()
  const of = (rows: number[]) => tensor(rows.flatMap(row => [...words.slice(row * 4, row * 4 + 4)]), { on, shape: [1, rows.length, 4] }) // prettier-ignore
  const mask = tensor([1, 1, 0], { on, shape: [1, 1, 1, 3] })
  const whole = attention.forward(of([0, 1])).dataSync()
  expect(
    attention
      .forward(of([0, 1, 2]), evaluation, mask)
      .dataSync()
      .slice(0, 8),
  ).toBeNear(whole)
  expect(attention.forward(of([1, 0])).dataSync()).toBeNear([...whole.slice(4), ...whole.slice(0, 4)])
  expect(() => new MultiHeadAttention(4, 3, init)).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: MultiHeadAttention: the size is 4 and there are 3 heads, expected a multiple of the heads.]`,
  )
  expect(() => attention.forward(draw(3, 4))).toThrow('MultiHeadAttention: x has shape [3, 4], expected [B, T, D]')
})

test('sinusoidal positions are sines and cosines of ever longer waves', () => {
  const positions = sinusoidalPositions(3, 4, { on })
  expect(positions).toHaveShape([3, 4])
  expect(positions.dataSync()).toBeNear(
    [0, 1, 2].flatMap(t => [Math.sin(t), Math.cos(t), Math.sin(t / 100), Math.cos(t / 100)]),
  )
})

test('fit, evaluate and predict take a model of indices', async () => {
  // The class of a sentence of two words is whether the first comes before the second in the vocabulary.
  const pairs = Array.from({ length: 25 }, (_, i) => [Math.floor(i / 5), i % 5])
  const data = { x: { indices: pairs.flat(), shape: [2] }, y: pairs.map(([a, b]) => (a < b ? 1 : 0)) }
  const model = sequential(new Embedding(5, 4, init), flatten, new Linear(8, 8, init), relu, new Linear(8, 2, init))
  const batches = () => batchesOf(data, [pairs.map((_, i) => i)], { on })
  const optimizer = new Adam(parameters(model), { learningRate: 0.05 })
  expect([...parameters(model).keys()][0]).toBe('layers.0.table')
  await fit(model, batches, { loss: crossEntropy, optimizer, epochs: 60, rng: rng(1) })
  expect((await evaluate(model, batches, { loss: crossEntropy, metrics: { accuracy } })).accuracy).toBe(1)
  expect([...(await predict(model, batches))]).toEqual(data.y)
  // @ts-expect-error a model of words does not take images
  expect(() => model.forward(draw(1, 2), evaluation)).toThrow()
})

test('frozen parameters get no gradient and stay as they are until they are let go', () => {
  const [first, second] = [new Linear(2, 3, init), new Linear(3, 1, init)]
  const model = sequential(first, second)
  const optimizer = new Adam(parameters(model), { learningRate: 0.1 })
  const step = () => {
    backward(sum(model.forward(draw(4, 2), evaluation)))
    optimizer.step()
  }
  const before = first.weight.value.dataSync()
  freeze(parameters(first))
  step()
  expect(first.weight.value.grad).toBe(null)
  expect(first.weight.value.dataSync()).toEqual(before)
  unfreeze(parameters(first))
  step()
  expect(first.weight.value.dataSync()).not.toEqual(before)
})

test('zeroGradients forgets what a backward added', () => {
  const layer = new Linear(2, 1, init)
  const loss = () => sum(layer.forward(draw(4, 2)))
  const gradient = (): Tensor => layer.bias.value.grad!
  backward(loss())
  zeroGradients(parameters(layer))
  backward(loss())
  expect(gradient().dataSync()).toBeNear([4])
})

test('global average pooling is the mean of each channel', () => {
  const x = tensor([1, 2, 3, 6, 0, 0, 4, 4], { on, shape: [1, 2, 2, 2] })
  expect(globalAvgPool2d(x)).toHaveShape([1, 2])
  expect(globalAvgPool2d(x).dataSync()).toBeNear([3, 2])
  expect(() => globalAvgPool2d(draw(2, 2))).toThrow('globalAvgPool2d: x has shape [2, 2], expected [N, C, H, W]')
})
