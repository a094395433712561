import { type Backend, type Rng, rng as generator } from '@backprop/core'
import { type SubmissionFixtures, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import type { EpochResult, Examples } from '#lab/network'
import { numbersOf } from './models.ts'
import { deals, epoch, everyOtherRight, examples, shapesOf, type Size, started, type State } from './tiny.ts'

type Network = typeof import('#lab/network')
type Student = SubmissionFixtures<Network>['student']
const test = submissionTest<Network>('network', { keepsArguments: ['standardized'] })

// Backends compute in 32 bits, the reference in 64: a few steps of Adam amplify 1e-6, but stay below this.
const CLOSE = { relative: 1e-3, absolute: 1e-4 }
const EXACTLY = { relative: 0, absolute: 0 }

const SIZE: Size = { shape: [2, 4, 6], kernels: 4, classes: 3 }
const indices = (count: number) => Array.from({ length: count }, (_, i) => i)

/** One field of each epoch; the result may be anything, whatever its type says. */
function curve(history: unknown, field: keyof EpochResult): unknown[] {
  expect(Array.isArray(history), 'train returns a list with one result per epoch').toBe(true)
  return (history as unknown[]).map(result =>
    typeof result === 'object' && result !== null ? (result as Record<string, unknown>)[field] : undefined,
  )
}

/** A tiny network in the submission's process, and the same one here. */
async function twins(student: Student, on: Backend, rng: Rng) {
  const { shape, kernels, classes } = SIZE
  const model = await student.tinyNet(shape, kernels, classes, { on, rng: generator(rng.integer(1_000_000)) })
  const numbers = numbersOf(await student.weightsOf(model), shapesOf(SIZE))
  return { model, state: started(numbers.flat()) }
}

exercise('train', () => {
  test('standardized', async ({ student, rng }) => {
    for (const [count, area, channels] of [
      [3, 6, 3],
      [1, 1, 4],
      [1, 1, 1],
      [0, 4, 3],
      [5, 12, 1],
      [2, 1024, 3],
    ]) {
      const images = Uint8Array.from({ length: count * area * channels }, () => rng.integer(256))
      const mean = indices(channels).map(() => rng.uniform())
      const std = indices(channels).map(() => 0.1 + rng.uniform())
      const expected: number[] = []
      for (let image = 0; image < count; image += 1)
        for (let channel = 0; channel < channels; channel += 1)
          for (const byte of images.subarray((image * channels + channel) * area).subarray(0, area))
            expected.push((byte - 255 * mean[channel]) / (255 * std[channel]))
      const actual: unknown = await student.standardized(images, area, { mean, std })
      expect(actual, 'a Float32Array').toBeInstanceOf(Float32Array)
      const close = { relative: 1e-5, absolute: 1e-5 }
      expect(actual, `${count} images with ${channels} channels of ${area} pixels`).toBeNear(expected, close)
    }
  })

  test('loss-curve', async ({ student, on, rng }) => {
    const { model, state } = await twins(student, on, rng)
    const data = examples(8, SIZE, rng)
    const settings = { batchSize: 8, learningRate: 0.02 }
    const history = await student.train(model, data, { ...settings, epochs: 6, on, rng: generator(rng.integer(1000)) })
    const expected = indices(6).map(() => epoch(state, SIZE, data, { ...settings, order: indices(8) }))
    for (const field of ['loss', 'accuracy'] as const)
      expect(curve(history, field), `the ${field} of each epoch when one batch holds all examples`).toBeNear(
        expected.map(result => result[field]),
        CLOSE,
      )
    const after = numbersOf(await student.weightsOf(model), shapesOf(SIZE)).flat()
    expect(after, 'the weights after the last epoch').toBeNear(state.theta, { relative: 0.01, absolute: 1e-3 })
    // A training that has run away must not look like a perfect one.
    const broken = examples(4, SIZE, rng)
    broken.images.fill(NaN, 0, 48)
    const options = { ...settings, epochs: 2, on, rng: generator(rng.integer(1000)) }
    const losses = curve(await student.train(model, broken, options), 'loss')
    expect(losses, 'the loss of an image that is not a number').toBeNear([NaN, NaN])
  })

  test('last-short-batch', async ({ student, on, rng }) => {
    for (const [count, batchSize] of [
      [7, 3],
      [9, 4],
      [3, 2],
      [1, 4],
    ]) {
      const { model, state } = await twins(student, on, rng)
      // Some answers are right and some are not, so the share of a short batch differs.
      const data = everyOtherRight(examples(count, SIZE, rng), state, SIZE)
      // With a learning rate of 0 the order makes no difference: each of many epochs shows the mean over all examples.
      const options = { batchSize, learningRate: 0, epochs: 8, on, rng: generator(rng.integer(1000)) }
      const history = await student.train(model, data, options)
      const expected = epoch(state, SIZE, data, { order: indices(count), batchSize, learningRate: 0 })
      for (const field of ['loss', 'accuracy'] as const)
        expect(curve(history, field), `the ${field} over ${count} examples in batches of ${batchSize}`).toBeNear(
          Array<number>(8).fill(expected[field]),
          CLOSE,
        )
    }
  })

  test('every-example-once', async ({ student, on, rng }) => {
    const { model, state } = await twins(student, on, rng)
    const run = { data: examples(5, SIZE, rng), batchSize: 2, epochs: 3, learningRate: 0.05 }
    const losses = curve(await student.train(model, run.data, { ...run, on, rng }), 'loss')
    expect(explain(losses, state, run).length, 'some order of the examples explains the losses').toBeGreaterThan(0)
  })

  test('new-order', async ({ student, on, rng }) => {
    // Ten epochs, each with six ways to split four examples into pairs: all the same only once in ten million runs.
    const { model, state } = await twins(student, on, rng)
    const run = { data: examples(4, SIZE, rng), batchSize: 2, epochs: 10, learningRate: 0.03 }
    const losses = curve(await student.train(model, run.data, { ...run, on, rng }), 'loss')
    expect(explain(losses, state, run).length, 'some order of the examples explains the losses').toBeGreaterThan(0)
    const same = deals(4, 2).filter(order => explain(losses, state, run, [order]).length > 0)
    expect(same, 'the order differs between epochs').toHaveLength(0)
    const [init, seed] = [rng.integer(1_000_000), rng.integer(1_000_000)]
    const seeded = async (order: number) => {
      const twin = await student.tinyNet(SIZE.shape, SIZE.kernels, SIZE.classes, { on, rng: generator(init) })
      const curveOfTwin = curve(await student.train(twin, run.data, { ...run, on, rng: generator(order) }), 'loss')
      expect(curveOfTwin, 'one loss per epoch').toHaveShape([run.epochs])
      return curveOfTwin as number[]
    }
    const first = await seeded(seed)
    expect(await seeded(seed), 'the same seed gives the same orders').toBeNear(first, CLOSE)
    expect(await seeded(seed + 1), 'a different seed gives different orders').not.toBeNear(first, CLOSE)
  })

  test('progress', async ({ student, on, rng }) => {
    const { model } = await twins(student, on, rng)
    const steps: unknown[][] = []
    const epochs: unknown[][] = []
    const data = examples(7, SIZE, rng)
    const options = { batchSize: 3, learningRate: 0.01, epochs: 2, on, rng }
    const onStep = (...news: unknown[]) => void steps.push(news)
    const onEpoch = (...news: unknown[]) => void epochs.push(news)
    const history = await student.train(model, data, { ...options, onStep, onEpoch })
    const numbers = (heard: unknown[][]) => heard.map(([number]) => number)
    expect(numbers(epochs), 'called once after each epoch, with its number').toBeNear([1, 2], EXACTLY)
    expect(numbers(steps), 'called once after each step, with its number').toBeNear([1, 2, 3, 1, 2, 3], EXACTLY)
    const results = epochs.map(([, result]) => result)
    const told = curve(results, 'loss')
    expect(told.every(Number.isFinite), 'onEpoch gets the result of the epoch too').toBe(true)
    expect(curve(history, 'loss'), 'onEpoch gets the same losses as the history').toBeNear(told as number[], EXACTLY)
    const losses = steps.map(([, loss]) => loss)
    expect(losses.every(Number.isFinite), 'onStep gets the loss of the step too').toBe(true)
    const means = [0, 3].map(at => {
      const [first, second, third] = (losses as number[]).slice(at)
      return (3 * first + 3 * second + third) / 7
    })
    expect(means, 'the losses of the batches average to the loss of the epoch').toBeNear(told as number[], CLOSE)
  })
})

interface Run {
  data: Examples
  batchSize: number
  epochs: number
  learningRate: number
}

/**
 * The orders in which the examples may have been visited. Tries every order of an epoch, or only those of `ways`, and
 * keeps those that give the reported loss; so a whole training is explained epoch by epoch.
 */
function explain(
  losses: unknown[],
  state: State,
  run: Run,
  ways = deals(run.data.labels.length, run.batchSize),
): State[] {
  expect(losses, 'one result per epoch').toHaveLength(run.epochs)
  let states = [state]
  for (const loss of losses) {
    states = states.flatMap(before =>
      ways.flatMap(order => {
        const after = structuredClone(before)
        const expected = epoch(after, SIZE, run.data, { ...run, order }).loss
        return typeof loss === 'number' && Math.abs(loss - expected) <= 1e-4 + 1e-4 * expected ? [after] : []
      }),
    )
    // Two orders rarely give the same loss, and a wrong guess does not explain the next one.
    states = states.slice(0, 20)
  }
  return states
}
