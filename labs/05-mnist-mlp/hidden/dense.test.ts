import { rng as generator, Tensor } from '@backprop/core'
import { submissionTest } from '@backprop/grader/suite'
import { Parameter } from '@backprop/nn'
import { exercise, expect } from '@backprop/testkit'
import type { Layer } from '#lab/mlp'

const test = submissionTest<typeof import('#lab/mlp')>('mlp')

/** The numbers of one of a layer's parameters; the result may be anything, whatever its type says. */
function valuesOf(layer: Layer, name: keyof Layer, shape: number[]): number[] {
  expect(layer, 'a layer is an object with weight and bias').toBeTypeOf('object')
  const parameter: unknown = layer === null ? null : layer[name]
  expect(parameter, `${name} is a Parameter`).toBeInstanceOf(Parameter)
  const { value } = parameter as Parameter
  expect(value, `${name} holds a tensor`).toBeInstanceOf(Tensor)
  expect(value, `the shape of ${name}`).toHaveShape(shape)
  return [...value.dataSync()]
}

/** A layer of constants has the right shape and learns nothing. */
const expectDrawn = (weights: number[]) =>
  expect(new Set(weights).size, 'neurons that start alike stay alike').toBeGreaterThan(weights.length / 2)

exercise('dense', () => {
  test('shapes', async ({ student, on, rng }) => {
    for (const [inSize, outSize] of [
      [3, 5],
      [7, 2],
      [1, 4],
      [6, 1],
    ]) {
      const layer = await student.dense(inSize, outSize, { on, rng })
      expectDrawn(valuesOf(layer, 'weight', [inSize, outSize]))
      valuesOf(layer, 'bias', [outSize])
    }
  })

  test('zero-biases', async ({ student, on, rng }) => {
    const layer = await student.dense(9, 30, { on, rng })
    expect(valuesOf(layer, 'bias', [30]), 'biases start at zero').toBeNear(Array<number>(30).fill(0))
    expectDrawn(valuesOf(layer, 'weight', [9, 30]))
  })

  test('limit', async ({ student, on, rng }) => {
    for (const [inSize, outSize] of [
      [200, 10],
      [10, 200],
      [60, 60],
    ]) {
      const weights = valuesOf(await student.dense(inSize, outSize, { on, rng }), 'weight', [inSize, outSize])
      const limit = Math.sqrt(6 / (inSize + outSize))
      const largest = Math.max(...weights.map(Math.abs))
      expect(largest, `no weight is beyond √(6 / (in + out)) for ${inSize} → ${outSize}`).toBeLessThanOrEqual(
        limit * 1.000001,
      )
      // Of 2,000 uniform draws at least one lies in the outermost 2 %, except once in 10¹⁷ runs.
      expect(largest, `some weights are close to √(6 / (in + out)) for ${inSize} → ${outSize}`).toBeGreaterThan(
        limit * 0.98,
      )
    }
    // In a tiny layer the limit is above 1. All of 360 draws are below 95 % of it once in 10⁸ runs.
    const tiny: number[] = []
    for (let time = 0; time < 60; time += 1) {
      // A generator travels by value: each call needs a new one.
      const init = { on, rng: generator(rng.integer(2 ** 31)) }
      tiny.push(...valuesOf(await student.dense(2, 3, init), 'weight', [2, 3]))
    }
    const [limit, largest] = [Math.sqrt(6 / 5), Math.max(...tiny.map(Math.abs))]
    expect(largest, 'no weight is beyond √(6 / 5) for 2 → 3').toBeLessThanOrEqual(limit * 1.000001)
    expect(largest, 'some weights are close to √(6 / 5) for 2 → 3').toBeGreaterThan(limit * 0.95)
  })

  test('evenly-drawn', async ({ student, on, rng }) => {
    const weights = valuesOf(await student.dense(150, 80, { on, rng }), 'weight', [150, 80])
    const limit = Math.sqrt(6 / 230)
    const counts = Array<number>(10).fill(0)
    for (const weight of weights) counts[Math.min(9, Math.max(0, Math.floor((weight / limit + 1) * 5)))] += 1
    // 12,000 draws in ten bins: 1,200 ± 33 each; six deviations are allowed, which one run in 10⁷ exceeds.
    for (const count of counts) expect(Math.abs(count - 1200), 'each tenth of the range gets a tenth').toBeLessThan(200)
    // About 4 of 12,000 uniform draws of 24 bits coincide with another one; 100 never do.
    expect(new Set(weights).size, 'each weight is drawn independently').toBeGreaterThan(11_900)
  })

  test('generator', async ({ student, on, rng }) => {
    const seed = rng.integer(1_000_000)
    const draw = async (s: number) => valuesOf(await student.dense(4, 6, { on, rng: generator(s) }), 'weight', [4, 6])
    const first = await draw(seed)
    expect(await draw(seed), 'the same seed draws the same weights').toBeNear(first)
    expect(await draw(seed + 1), 'a different seed draws different weights').not.toBeNear(first)
  })
})
