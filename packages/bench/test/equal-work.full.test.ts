import { plain, rng } from '@backprop/core'
import { afterAll, describe, expect, test } from 'vitest'
import { openAll, own, peers } from '../src/all-contenders.ts'
import { ours } from '../src/ours.ts'
import { type Digits, drawBatch, drawMatrices, type ModelName, type Start, startOf } from '../src/work.ts'

const field = await openAll([...own, ...peers])
afterAll(() => field.close())

/** Small, because the plain backend computes them too. */
const BATCH = 2
const STEPS = 3

const truth = ours('plain', plain({ dtype: 'float64' }))
const lossesOf = async ({ train }: typeof truth, start: Start) => {
  const generator = rng(7)
  const runner = await train!(start)
  const timed = await runner.run(Array.from({ length: STEPS }, () => drawBatch(start, generator)))
  return timed.map(({ result }) => result)
}

/** What a library cannot do is in the report, and no failure here. */
const CANNOT: Record<string, string> = {
  'tfjs-wasm cnn': 'it has no gradient of a convolution',
  'tfjs-cpu cnn': 'a step takes seconds; a full benchmark compares its loss too',
}

describe.each<ModelName>(['mlp', 'cnn', 'attention'])('three steps of the %s', model => {
  const start = startOf(model, BATCH)
  const expected = lossesOf(truth, start)

  for (const { name } of [...own, ...peers].filter(({ name }) => name !== 'bare-kernel')) {
    test(`${name} gets the same losses`, async context => {
      const contender = field.contenders.find(one => one.name === name)
      const isLeftOut = contender?.models?.includes(model) === false
      const reason =
        field.absent.get(name) ?? CANNOT[`${name} ${model}`] ?? (isLeftOut ? 'it is not written for it' : undefined)
      if (!contender || reason !== undefined) return context.skip(reason)
      const losses = await lossesOf(contender, start)
      for (const [i, loss] of (await expected).entries())
        expect(Math.abs(losses[i] / loss - 1), `step ${i + 1}`).toBeLessThan(1e-4)
    })
  }
})

test('all contenders multiply the same matrices', async () => {
  const matrices = drawMatrices(64, rng(3))
  const expected = matrices.a.slice(-64).reduce((sum, a, i) => sum + a * matrices.b[i * 64 + 63], 0)
  for (const { name, multiply } of field.contenders) {
    if (!multiply) continue
    const [{ result }] = await (await multiply(64)).run([matrices])
    expect(result, name).toBeCloseTo(expected, 4)
  }
})

test.for(['ours', 'pytorch', 'jax', 'keras', 'jax-js'])(
  '%s reaches the loss and accuracy of float64 loops',
  async (name, context) => {
    const contender = field.contenders.find(one => one.name === name)
    if (!contender) return context.skip(field.absent.get(name))
    const digits: Digits = { train: noise(96), test: noise(40) }
    const order = rng(1).permutation(96)
    const outcome = async ({ learn }: typeof truth) => {
      const learner = await learn!(startOf('mlp', 32), digits)
      await learner.epoch(order)
      const { result: loss, seconds } = await learner.epoch(order)
      expect(seconds).toBeGreaterThan(0)
      return { loss, accuracy: (await learner.test()).result }
    }
    const [theirs, expected] = [await outcome(contender), await outcome(truth)]
    expect(theirs.loss).toBeCloseTo(expected.loss, 4)
    expect(theirs.accuracy).toBe(expected.accuracy)
  },
)

function noise(count: number): Digits['train'] {
  const generator = rng(count)
  const draw = (length: number, below: number) => Uint8Array.from({ length }, () => generator.integer(below))
  return { images: draw(count * 784, 256), labels: draw(count, 10) }
}
