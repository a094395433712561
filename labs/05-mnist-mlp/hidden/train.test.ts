import { rng as generator } from '@backprop/core'
import { type SubmissionFixtures, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import type { EpochResult, Examples, Init } from '#lab/mlp'
import { deals, epoch, everyOtherRight, examples, layersOf, start, type State } from './reference.ts'

type Mlp = typeof import('#lab/mlp')
const test = submissionTest<Mlp>('mlp')

// Backends compute in 32 bits, the reference in 64: a few steps of Adam amplify 1e-6, but stay below this.
const CLOSE = { relative: 1e-3, absolute: 1e-4 }
const EXACTLY = { relative: 0, absolute: 0 }

/** One field of each epoch; the result may be anything, whatever its type says. */
function curve(history: unknown, field: keyof EpochResult): unknown[] {
  expect(Array.isArray(history), 'train returns a list with one result per epoch').toBe(true)
  return (history as unknown[]).map(result =>
    typeof result === 'object' && result !== null ? (result as Record<string, unknown>)[field] : undefined,
  )
}

const sizes = [4, 6, 5, 3]
const indices = (count: number) => Array.from({ length: count }, (_, i) => i)

exercise('train', () => {
  for (const [id, field] of [
    ['loss-curve', 'loss'],
    ['accuracy-curve', 'accuracy'],
  ] as const) {
    test(id, async ({ student, on, rng }) => {
      const state = start(sizes, rng)
      const data = examples(9, 4, 3, rng)
      for (const batchSize of [9, 20]) {
        const settings = { batchSize, learningRate: 0.02 }
        const options = { ...settings, epochs: 8, on, rng: generator(rng.integer(1000)) }
        const history = await student.train(layersOf(state, sizes, on), data, options)
        const mine = structuredClone(state)
        const expected = indices(8).map(() => epoch(mine, sizes, data, { ...settings, order: indices(9) })[field])
        expect(curve(history, field), `the ${field} of each epoch when one batch holds all examples`).toBeNear(
          expected,
          CLOSE,
        )
      }
    })
  }

  test('last-short-batch', async ({ student, on, rng }) => {
    const state = start(sizes, rng)
    for (const [count, batchSize] of [
      [7, 3],
      [11, 5],
      [3, 2],
      [1, 1],
      [1, 4],
    ]) {
      const data = everyOtherRight(examples(count, 4, 3, rng), state, sizes)
      // With a learning rate of 0 the order makes no difference: each of many epochs shows the mean over all examples.
      const options = { batchSize, learningRate: 0, epochs: 12, on, rng: generator(rng.integer(1000)) }
      const history = await student.train(layersOf(state, sizes, on), data, options)
      const order = indices(count)
      const mean = epoch(structuredClone(state), sizes, data, { order, batchSize, learningRate: 0 })
      for (const field of ['loss', 'accuracy'] as const)
        expect(curve(history, field), `the ${field} over ${count} examples in batches of ${batchSize}`).toBeNear(
          Array<number>(12).fill(mean[field]),
          CLOSE,
        )
    }
  })

  test('every-example-once', async ({ student, on, rng }) => {
    const run = { state: start(sizes, rng), data: examples(5, 4, 3, rng), batchSize: 2, epochs: 4, learningRate: 0.1 }
    const orders = explain(curve(await trainAs(run, student, { on, rng }), 'loss'), run)
    expect(orders.length, 'some order of the examples explains the losses').toBeGreaterThan(0)
  })

  test('new-order', async ({ student, on, rng }) => {
    // Ten epochs, each with six ways to split four examples into pairs: all the same only once in ten million runs.
    const run = { state: start(sizes, rng), data: examples(4, 4, 3, rng), batchSize: 2, epochs: 10, learningRate: 0.05 }
    const seeded = async (seed: number) => curve(await trainAs(run, student, { on, rng: generator(seed) }), 'loss')
    const seed = rng.integer(1_000_000)
    const losses = await seeded(seed)
    expect(explain(losses, run).length, 'some order of the examples explains the losses').toBeGreaterThan(0)
    const same = deals(4, 2).filter(order => explain(losses, run, [order]).length > 0)
    expect(same, 'the order differs between epochs').toHaveLength(0)
    expect(await seeded(seed), 'the same seed gives the same orders').toBeNear(losses as number[], CLOSE)
    expect(await seeded(seed + 1), 'a different seed gives different orders').not.toBeNear(losses as number[], CLOSE)
  })

  test('on-epoch', async ({ student, on, rng }) => {
    const heard: unknown[][] = []
    const data = examples(6, 4, 3, rng)
    const [state, settings] = [start(sizes, rng), { batchSize: 6, learningRate: 0.01 }]
    const options = { ...settings, epochs: 3, on, rng }
    const onEpoch = (...news: unknown[]) => void heard.push(news)
    const history = await student.train(layersOf(state, sizes, on), data, { ...options, onEpoch })
    const numbers = heard.map(([number]) => number)
    expect(numbers, 'called once after each epoch, with its number').toBeNear([1, 2, 3], EXACTLY)
    const told = curve(
      heard.map(([, result]) => result),
      'loss',
    )
    const expected = [1, 2, 3].map(() => epoch(state, sizes, data, { ...settings, order: indices(6) }).loss)
    expect(told, 'onEpoch gets the result of the epoch too').toBeNear(expected, CLOSE)
    expect(curve(history, 'loss'), 'onEpoch gets the same losses as the history').toBeNear(told as number[], EXACTLY)
  })

  test('on-step', async ({ student, on, rng }) => {
    // As many examples as MNIST has, but of two pixels.
    const data = examples(60_000, 2, 3, rng)
    const heard: unknown[][] = []
    const onStep = (...news: unknown[]) => void heard.push(news)
    const options = { batchSize: 32, learningRate: 0.001, epochs: 1, on, rng: generator(rng.integer(1000)), onStep }
    const history = await student.train(layersOf(start([2, 3], rng), [2, 3], on), data, options)
    expect(heard.length, '60,000 examples in batches of 32 make 1,875 steps').toBeNear(1875, EXACTLY)
    const inOrder = heard.every(([step], i) => step === i + 1)
    expect(inOrder, 'called after each step, with its number').toBe(true)
    // All batches are full, so the mean over them is the mean over all examples.
    const losses = heard.map(([, loss]) => (typeof loss === 'number' ? loss : NaN))
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length
    expect(curve(history, 'loss'), 'onStep gets the loss of its batch').toBeNear([mean], CLOSE)
    expect(new Set(losses).size > 1000, 'different batches have different losses').toBe(true)
    await expectStepsOfEachEpoch({ student, on, rng })
  })
})

/** Five examples in batches of two, three times: steps 1, 2, 3 in each epoch, the last one with one example. */
async function expectStepsOfEachEpoch({ student, on, rng }: Pick<SubmissionFixtures<Mlp>, 'student' | 'on' | 'rng'>) {
  const heard: unknown[][] = []
  const onStep = (...news: unknown[]) => void heard.push(news)
  const data = examples(5, 4, 3, rng)
  const options = { batchSize: 2, learningRate: 0, epochs: 3, on, rng: generator(rng.integer(1000)), onStep }
  const history = await student.train(layersOf(start(sizes, rng), sizes, on), data, options)
  const steps = heard.map(([step]) => step)
  expect(steps, 'the steps of each epoch count from 1').toBeNear([1, 2, 3, 1, 2, 3, 1, 2, 3], EXACTLY)
  const losses = heard.map(([, loss]) => (typeof loss === 'number' ? loss : NaN))
  const weighted = [0, 3, 6].map(i => (2 * losses[i] + 2 * losses[i + 1] + losses[i + 2]) / 5)
  expect(curve(history, 'loss'), 'the loss of a short batch is its mean too').toBeNear(weighted, CLOSE)
}

interface Run {
  state: State
  data: Examples
  batchSize: number
  epochs: number
  learningRate: number
}

const trainAs = ({ state, data, ...settings }: Run, student: SubmissionFixtures<Mlp>['student'], init: Init) =>
  student.train(layersOf(state, sizes, init.on), data, { ...settings, ...init })

/**
 * The orders in which the examples may have been visited. Tries every order of an epoch, or only those of `ways`, and
 * keeps those that give the reported loss; so a whole training is explained epoch by epoch. Returns the orders of each
 * explanation, as text.
 */
function explain(losses: unknown[], run: Run, ways = deals(run.data.labels.length, run.batchSize)): string[][] {
  let paths = [{ state: run.state, orders: [] as string[] }]
  expect(losses, 'one result per epoch').toHaveLength(run.epochs)
  for (const loss of losses) {
    paths = paths.flatMap(path =>
      ways.flatMap(order => {
        const state = structuredClone(path.state)
        const expected = epoch(state, sizes, run.data, { ...run, order }).loss
        const fits = typeof loss === 'number' && Math.abs(loss - expected) <= 1e-4 + 1e-4 * expected
        return fits ? [{ state, orders: [...path.orders, order.join()] }] : []
      }),
    )
    // Two orders rarely give the same loss, and a wrong guess does not explain the next one.
    paths = paths.slice(0, 100)
  }
  return paths.map(path => path.orders)
}
