import { gelu, plain, relu, type Rng, rng, sigmoid, tanh, tensor } from '@backprop/core'
import { expect, test } from '@backprop/testkit'
import {
  accuracy,
  Adam,
  AvgPool2d,
  batchesOf,
  bceWithLogits,
  Conv2d,
  cosineDecay,
  crossEntropy,
  Dropout,
  evaluate,
  fit,
  flatten,
  heUniform,
  Linear,
  mse,
  parameters,
  sequential,
  SGD,
  warmUp,
  zeros,
} from '../src/index.ts'

const on = plain()
const seeds = [1, 2, 3, 4, 5]

/** Index arrays of one epoch. */
function* shuffled(count: number, size: number, random: Rng) {
  const order = random.permutation(count)
  for (let start = 0; start < count; start += size) yield order.slice(start, start + size)
}

/** Two arms of points that wind around each other. */
function spiral(count: number, random: Rng) {
  const y = Uint8Array.from({ length: count }, (_, i) => i % 2)
  const values = Array.from(y).flatMap((label, i) => {
    const angle = 1 + (5 * i) / count
    const noise = () => 0.02 * random.normal()
    return [Math.cos, Math.sin].map(f => (angle * f(angle + label * Math.PI)) / 6 + noise())
  })
  return { x: { values, shape: [2] }, y }
}

test.each(seeds)('a small network learns XOR from seed %i', async seed => {
  const random = rng(seed)
  const init = { on, rng: random }
  const model = sequential(new Linear(2, 8, init), tanh, new Linear(8, 1, init))
  const data = [{ x: tensor([[0, 0], [0, 1], [1, 0], [1, 1]], { on }), y: tensor([[0], [1], [1], [0]], { on }) }] // prettier-ignore
  const optimizer = new Adam(parameters(model), { learningRate: 0.05 })
  const { epochs } = await fit(model, data, { loss: bceWithLogits, optimizer, epochs: 200, rng: random })
  expect(epochs[199].training.loss).toBeLessThan(0.05)
  expect(sigmoid(model.forward(data[0].x, { training: false })).dataSync()).toBeNear([0, 1, 1, 0], { absolute: 0.1 })
})

test.each(seeds)('a deeper one unwinds the spiral from seed %i, and does as well on new points', async seed => {
  const random = rng(seed)
  const init = { on, rng: random, weight: heUniform }
  const model = sequential(
    new Linear(2, 32, init),
    gelu,
    new Linear(32, 32, init),
    gelu,
    new Dropout(0.05),
    new Linear(32, 2, init),
  )
  const data = spiral(200, random)
  const steps = 60 * 7
  const optimizer = new Adam(parameters(model), { learningRate: warmUp(20, cosineDecay(0.02, { steps })) })
  await fit(model, () => batchesOf(data, shuffled(200, 32, random), { on }), {
    loss: crossEntropy,
    optimizer,
    epochs: 60,
    rng: random,
    clip: 5,
  })
  const fresh = spiral(400, random)
  const scores = await evaluate(model, () => batchesOf(fresh, shuffled(400, 100, random), { on }), {
    loss: crossEntropy,
    metrics: { accuracy },
  })
  expect(scores.accuracy).toBeGreaterThan(0.97)
})

test('a small CNN tells horizontal from vertical stripes wherever they lie', async () => {
  const random = rng(1)
  const init = { on, rng: random }
  const model = sequential(
    new Conv2d(1, 4, 3, { ...init, padding: 1 }),
    relu,
    new AvgPool2d(8),
    flatten,
    new Linear(4, 2, init),
  )
  const stripes = (count: number) => {
    const y = Int32Array.from({ length: count }, () => random.integer(2))
    const values = Array.from(y).flatMap(label => {
      const phase = random.integer(4)
      return Array.from(
        { length: 64 },
        (_, i) => Number((phase + (label ? i % 8 : i >> 3)) % 4 < 2) + 0.3 * random.normal(),
      )
    })
    return { x: { values, shape: [1, 8, 8] }, y }
  }
  const data = stripes(200)
  await fit(model, () => batchesOf(data, shuffled(200, 20, random), { on }), {
    loss: crossEntropy,
    optimizer: new Adam(parameters(model), { learningRate: 0.02 }),
    epochs: 8,
    rng: random,
  })
  const scores = await evaluate(model, () => batchesOf(stripes(100), [[...Array(100).keys()]], { on }), {
    loss: crossEntropy,
    metrics: { accuracy },
  })
  expect(scores.accuracy).toBeGreaterThan(0.97)
})

test('hidden neurons that start equal stay equal: zeros are no way to start', async () => {
  const random = rng(1)
  const init = { on, rng: random, weight: zeros }
  const [first, second] = [new Linear(2, 4, init), new Linear(4, 1, init)]
  const model = sequential(first, sigmoid, second)
  const data = [{ x: tensor([[0, 1], [2, 3], [4, 1]], { on }), y: tensor([[1], [0], [2]], { on }) }] // prettier-ignore
  const optimizer = new SGD(parameters(model), { learningRate: 0.1, momentum: 0.9, nesterov: true })
  await fit(model, data, { loss: mse, optimizer, epochs: 20, rng: random })
  for (const { value } of [first.weight, second.weight]) {
    const values = [...value.dataSync()]
    expect(values[0]).not.toBe(0)
    expect(new Set(values).size).toBe(value === first.weight.value ? 2 : 1)
  }
})
