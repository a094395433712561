import { matmul, mse, mul, plain, relu, rng, sum, type Tensor, tensor } from '@backprop/core'
import { expect, test } from '@backprop/testkit'
import {
  accuracy,
  Adam,
  type Batch,
  batchesOf,
  BatchNorm2d,
  clipGradients,
  crossEntropy,
  Dropout,
  type EpochResult,
  evaluate,
  fit,
  type FitOptions,
  Linear,
  type Module,
  Parameter,
  parameters,
  predict,
  sequential,
  SGD,
  state,
  type StepReport,
} from '../src/index.ts'

const on = plain({ dtype: 'float64' })
const options = <Y>(model: Module, more: Partial<FitOptions<Y>> & Pick<FitOptions<Y>, 'loss'>): FitOptions<Y> => ({
  optimizer: new SGD(parameters(model), { learningRate: 0.1 }),
  epochs: 3,
  rng: rng(1),
  ...more,
})

/** A model with one number: w x. */
const slope = (w: number) => {
  const weight = new Parameter(tensor([[w]], { on }))
  return { weight, forward: (x: Tensor) => matmul(x, weight.value) }
}
const w = (model: ReturnType<typeof slope>): number => model.weight.value.dataSync()[0]
/** Points on y = 2 x. */
const line: Batch<Tensor>[] = [1, 2].map(x => ({ x: tensor([[x]], { on }), y: tensor([[2 * x]], { on }) }))

test('each batch is one step, and the history says what was seen before it', async () => {
  const model = slope(0)
  const steps: StepReport[] = []
  const epochs: EpochResult[] = []
  const history = await fit(model, line, {
    ...options(model, { loss: mse, epochs: 2 }),
    metrics: { error: (output, y) => Math.abs(output.dataSync()[0] - y.dataSync()[0]) },
    validation: line,
    onStep: report => steps.push(report),
    onEpoch: result => epochs.push(result),
  })
  // x = 1: loss 4, w ← 0 + 0.1 · 4. x = 2: loss (4 − 0.8)², w ← 0.4 + 0.1 · 2 · 2 · 3.2.
  expect(steps[0]).toEqual({ epoch: 1, step: 1, loss: 4, examples: 1 })
  expect(steps[1].loss).toBeNear(3.2 ** 2)
  expect(steps.map(({ epoch, step, examples }) => [epoch, step, examples])).toEqual([
    [1, 1, 1],
    [1, 2, 2],
    [2, 1, 1],
    [2, 2, 2],
  ])
  expect(history).toEqual({ epochs, ended: 'done' })
  expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2])
  expect(epochs[0].training.loss).toBeNear((4 + 3.2 ** 2) / 2)
  expect(epochs[0].training.error).toBeNear((2 + 3.2) / 2)
  expect(epochs[0].validation?.loss).toBeNear((0.32 ** 2 + 0.64 ** 2) / 2)
  expect(w(model)).toBeNear(2, { absolute: 0.06 })
})

test('a mean counts examples, so that a short last batch weighs less', async () => {
  const rows = { values: [1, 2, 3], shape: [1] }
  const data = () => batchesOf({ x: rows, y: { values: [0, 0, 0], shape: [1] } }, [[2, 0], [1]], { on })
  const scores = await evaluate(slope(1), data, { loss: mse })
  expect(scores).toEqual({ loss: (9 + 1 + 4) / 3 })
})

test('training differs from evaluation: dropout draws, statistics move, and evaluate changes nothing', async () => {
  const model = sequential(new Linear(1, 50, { on, rng: rng(1) }), new BatchNorm2d(50, { on }), new Dropout(0.5))
  const data = [{ x: tensor([[1], [2], [3]], { on }), y: null }]
  const values = () => [...state(model)].map(([name, { value }]) => [name, [...value.dataSync()]])
  const loss = (output: Tensor) => sum(mul(output, output))
  const before = values()
  const [first, second] = [await evaluate(model, data, { loss }), await evaluate(model, data, { loss })]
  expect(first).toEqual(second)
  expect(values()).toEqual(before)
  await fit(model, data, options(model, { loss, epochs: 1 }))
  expect(values()).not.toEqual(before)
})

test('one seed makes one model, to the last bit', async () => {
  const train = async (seed: number) => {
    const random = rng(seed)
    const model = sequential(
      new Linear(2, 8, { on, rng: random }),
      relu,
      new Dropout(0.3),
      new Linear(8, 2, { on, rng: random }),
    )
    const x = { values: Float32Array.from({ length: 40 }, () => random.uniform()), shape: [2] }
    const y = Int32Array.from({ length: 20 }, () => random.integer(2))
    const epoch = () => [random.permutation(20).slice(0, 12), random.permutation(20).slice(12)]
    await fit(model, () => batchesOf({ x, y }, epoch(), { on }), {
      ...options(model, { loss: crossEntropy }),
      optimizer: new Adam(parameters(model)),
      rng: random,
    })
    return [...parameters(model).values()].map(({ value }) => value.dataSync())
  }
  expect(await train(3)).toEqual(await train(3))
  expect(await train(3)).not.toEqual(await train(4))
})

test('a signal stops training between two steps; the model keeps what it has learned', async () => {
  for (const [stopAt, epochs, moved] of [
    [1, 0, true],
    [2, 1, true],
    [0, 0, false],
  ] as const) {
    const model = slope(0)
    const signal = { aborted: stopAt === 0 }
    const steps: number[] = []
    const history = await fit(model, line, {
      ...options(model, { loss: mse, epochs: 5 }),
      signal,
      onStep: () => {
        signal.aborted = steps.push(w(model)) === stopAt
      },
    })
    expect(history).toMatchObject({ ended: 'aborted' })
    expect(history.epochs.length).toBe(epochs)
    expect(steps.length).toBe(stopAt)
    expect(w(model) !== 0).toBe(moved)
  }
})

declare const setTimeout: (callback: () => void, ms: number) => unknown

test('a timer goes off during training, though the backend never waits', async () => {
  const model = slope(0)
  const signal = { aborted: false }
  setTimeout(() => (signal.aborted = true), 20)
  const { ended } = await fit(model, line, { ...options(model, { loss: mse, epochs: 1e7 }), signal })
  expect(ended).toBe('aborted')
})

test.each([
  { ms: 25, stepsBefore: 2 },
  { ms: 50, stepsBefore: 1 },
  { ms: 0, stepsBefore: 6 },
])('a clock that advances $ms ms per step lets a timer go off after $stepsBefore', async ({ ms, stepsBefore }) => {
  const model = slope(0)
  let now = 1000
  let steps = 0
  const after = new Promise<number>(resolve => setTimeout(() => resolve(steps), 0))
  const onStep = () => ((now += ms), steps++)
  await fit(model, line, { ...options(model, { loss: mse, epochs: 3 }), clock: () => now, onStep })
  expect(await after).toBe(stepsBefore)
})

test('data without a batch is an error: a generator that was used up, or nothing at all', async () => {
  const model = slope(0)
  const generator = (function* () {
    yield* line
  })()
  await expect(fit(model, generator, options(model, { loss: mse }))).rejects.toThrowErrorMatchingInlineSnapshot(`
    [Error: fit, epoch 2: the data has 0 batches, expected at least 1.
      Hint: a generator runs only once: pass a function that makes a new one, () => batchesOf(…).]
  `)
  await expect(evaluate(model, [], { loss: mse })).rejects.toThrow('evaluate: the data has 0 batches')
  const none = { ...options(model, { loss: mse }), epochs: NaN }
  await expect(fit(model, line, none)).rejects.toThrowErrorMatchingInlineSnapshot(
    `[RangeError: fit: epochs is NaN, expected a whole number of at least 0.]`,
  )
})

test('batches may come from afar', async () => {
  async function* fromAfar() {
    for (const batch of line) yield await Promise.resolve(batch)
  }
  const model = slope(0)
  const { epochs } = await fit(model, fromAfar, options(model, { loss: mse, epochs: 20 }))
  expect(epochs[19].training.loss).toBeNear(0, { absolute: 1e-9 })
})

test('an error in a callback reaches the caller, and leaves nothing behind', async () => {
  const backend = plain()
  const model = sequential(new Linear(1, 1, { on: backend, rng: rng(1) }))
  const rows = { values: [1, 2], shape: [1] }
  const data = () => batchesOf({ x: rows, y: rows }, [[0], [1]], { on: backend })
  const slots = backend.stats().liveSlots
  const training = fit(model, data, {
    ...options(model, { loss: mse }),
    validation: data,
    onEpoch: () => Promise.reject(new Error('the page was closed')),
  })
  await expect(training).rejects.toThrow('the page was closed')
  expect(backend.stats().liveSlots).toBe(slots)
})

test('memory stays flat through training, validation, clipping and metrics', async () => {
  const backend = plain()
  const init = { on: backend, rng: rng(1) }
  const model = sequential(
    new Linear(2, 4, init),
    new BatchNorm2d(4, init),
    relu,
    new Dropout(0.2),
    new Linear(4, 2, init),
  )
  const x = { values: Float32Array.from({ length: 32 }, (_, i) => i / 32), shape: [2] }
  const y = Int32Array.from({ length: 16 }, (_, i) => i % 2)
  const halves = [[0, 1, 2, 3, 4, 5, 6, 7], [8, 9, 10, 11, 12, 13, 14, 15]] // prettier-ignore
  const data = () => batchesOf({ x, y }, halves, { on: backend })
  const slots: number[] = []
  const train = (epochs: number) =>
    fit(model, data, {
      ...options(model, { loss: crossEntropy, epochs }),
      optimizer,
      metrics: { accuracy },
      validation: data,
      clip: 1,
      onEpoch: () => slots.push(backend.stats().liveSlots),
    })
  const optimizer = new Adam(parameters(model))
  await train(1)
  const before = backend.stats().liveSlots
  slots.length = 0
  await train(50)
  expect(backend.stats().liveSlots).toBe(before)
  expect(new Set(slots).size).toBe(1)
  expect(await predict(model, data)).toHaveShape([16])
  expect(backend.stats().liveSlots).toBe(before)
})

test('clipGradients shortens all gradients by one factor, and leaves short ones alone', async () => {
  const [a, b, unused] = [[3], [0, 4], [1]].map(values => new Parameter(tensor(values, { on })))
  const grow = () => {
    for (const parameter of [a, b]) parameter.value.grad = mul(parameter.value, 1)
  }
  grow()
  expect(await clipGradients([a, b, unused], 1).item()).toBe(5)
  expect(a.value.grad?.dataSync()).toBeNear([0.6])
  expect(b.value.grad?.dataSync()).toBeNear([0, 0.8])
  grow()
  await clipGradients([a, b], 5).item()
  expect([...(b.value.grad?.dataSync() ?? [])]).toEqual([0, 4])
  expect(() => clipGradients([unused], 1)).toThrowErrorMatchingInlineSnapshot(`
    [Error: clipGradients: no parameter has a gradient, expected at least 1.
      Hint: call it after backward(loss), and before step().]
  `)
  expect(() => clipGradients([a], 0)).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: clipGradients: the limit is 0, expected a number above 0.]`,
  )
})

test.each([1e-30, 1e20, 3e38])('clipGradients knows how long gradients of size %s are, in float32 too', async size => {
  const on = plain()
  const [a, b] = [new Parameter(tensor([0.6], { on })), new Parameter(tensor([[0, 0.8]], { on }))]
  for (const { value } of [a, b]) value.grad = mul(value, size)
  const limit = size / 2
  expect(await clipGradients([a, b], limit).item()).toBeNear(size, { relative: 1e-6, absolute: 0 })
  expect(a.value.grad?.dataSync()).toBeNear([0.3 * size], { relative: 1e-6, absolute: 0 })
  expect(b.value.grad?.dataSync()).toBeNear([[0, 0.4 * size]].flat(), { relative: 1e-6, absolute: 0 })
})

test('clipGradients of nothing but zeros, of NaN and of infinity', async () => {
  const clipped = async (gradient: number[]) => {
    const parameter = new Parameter(tensor(gradient, { on }))
    parameter.value.grad = mul(parameter.value, 1)
    const length = await clipGradients([parameter], 1).item()
    return [length, ...(parameter.value.grad?.dataSync() ?? [])]
  }
  expect(await clipped([0, 0])).toBeNear([0, 0, 0])
  expect(await clipped([NaN, 1])).toBeNear([NaN, NaN, NaN])
  expect((await clipped([Infinity, 1])).slice(0, 2)).toBeNear([Infinity, NaN])
})

test.each([0.9, NaN, Infinity, 2 ** 31])('a label %s is refused where it would become another number', label => {
  const x = { values: [1, 2, 3], shape: [] }
  expect(() => [...batchesOf({ x, y: [0, label, 1] }, [[2, 1]], { on })]).toThrow(
    `batchesOf: the label of example 1 is ${label}, but a label is a whole number, such as 3.`,
  )
})

test('accuracy refuses labels that are no class', async () => {
  const logits = tensor([[1, 2], [3, 4]], { on }) // prettier-ignore
  for (const label of [0.5, NaN, 2, -1])
    await expect(accuracy(logits, [1, label])).rejects.toThrow(`label 1 is ${label}`)
})
