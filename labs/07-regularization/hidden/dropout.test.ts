import { rng as generator } from '@backprop/core'
import type { Rng } from '@backprop/core'
import { exercise, expect } from '@backprop/testkit'
import { expectRefusal, submissionTest } from '@backprop/grader/suite'
import type { SubmissionFixtures } from '@backprop/grader/suite'
import { callable, fields, floats } from './checks.ts'

type Module = typeof import('#lab/dropout')
const test = submissionTest<Module>('dropout')

// A Float32Array keeps seven digits.
const SINGLE = { relative: 1e-6, absolute: 1e-6 }

const normals = (count: number, rng: Rng): Float32Array => Float32Array.from({ length: count }, () => rng.normal())
const ones = (count: number): Float32Array => new Float32Array(count).fill(1)

/** The student's layer, with results whose kind and length were looked at. */
async function layerOf({ student }: Pick<SubmissionFixtures<Module>, 'student'>, p: number, rng: Rng) {
  const layer = fields(await student.dropout(p, rng))
  for (const name of ['forward', 'backward'] as const) callable(layer[name], `${name} is a function`)
  return {
    forward: async (x: Float32Array, training: boolean) =>
      floats(await layer.forward(x, training), x.length, 'as many numbers as came in'),
    backward: async (dy: Float32Array) => floats(await layer.backward(dy), dy.length, 'as many derivatives as came in'),
  }
}

exercise('dropout', () => {
  test('values', async ({ student, rng }) => {
    for (const p of [0, 0.2, 0.5, 0.9]) {
      const x = Float32Array.from([...normals(200, rng), 1000, -1000, 1e-6, 0])
      const y = await (await layerOf({ student }, p, rng)).forward(x, true)
      const dropped = y.map(value => value === 0)
      const expected = Array.from(x, (value, i) => (dropped[i] ? 0 : value / (1 - p)))
      expect(y, 'a number is 0, or divided by 1 − p').toBeNear(expected, SINGLE)
      if (p === 0) expect(y, 'nothing is dropped with p = 0').toBeNear(Array.from(x), SINGLE)
    }
    const layer = await layerOf({ student }, 0.5, rng)
    expect(await layer.forward(new Float32Array(), true), 'nothing comes of nothing').toHaveLength(0)
    expect(Math.abs((await layer.forward(Float32Array.of(3), true))[0] - 3), 'one number: 0 or 6').toBeNear(3, SINGLE)
  })

  test('share', async ({ student, rng }) => {
    for (const p of [0.1, 0.5, 0.75]) {
      const y = await (await layerOf({ student }, p, rng)).forward(ones(20_000), true)
      const share = y.filter(value => value === 0).length / y.length
      // Six deviations of a share among 20,000.
      expect(Math.abs(share - p), 'the share of dropped numbers').toBeLessThan(6 * Math.sqrt((p * (1 - p)) / 20_000))
      // Each number by itself: a neighbour knows nothing of it.
      const both = y.filter((value, i) => i > 0 && value === 0 && y[i - 1] === 0).length / (y.length - 1)
      expect(Math.abs(both - p * p), 'each number is drawn by itself').toBeLessThan(0.03)
    }
  })

  test('mean', async ({ student, rng }) => {
    for (const p of [0.3, 0.6]) {
      const y = await (await layerOf({ student }, p, rng)).forward(ones(20_000), true)
      const mean = y.reduce((sum, value) => sum + value, 0) / y.length
      expect(Math.abs(mean - 1), 'the mean of ones').toBeLessThan(6 * Math.sqrt(p / (1 - p) / 20_000))
    }
  })

  test('fresh-mask', async ({ student, rng }) => {
    const layer = await layerOf({ student }, 0.5, rng)
    const zeros = (y: number[]) => y.map(value => (value === 0 ? '0' : '1')).join('')
    const masks = new Set<string>()
    for (let step = 0; step < 5; step += 1) masks.add(zeros(await layer.forward(ones(64), true)))
    expect(masks.size, 'five steps, five masks').toBe(5)
    const seeded = async (seed: number) =>
      zeros(await (await layerOf({ student }, 0.5, generator(seed))).forward(ones(64), true))
    const seed = rng.integer(1_000_000)
    expect((await seeded(seed)) === (await seeded(seed)), 'one seed, one mask').toBe(true)
    expect((await seeded(seed)) === (await seeded(seed + 1)), 'another seed, another mask').toBe(false)
  })

  test('evaluation', async ({ student, rng }) => {
    const x = Float32Array.from([...normals(50, rng), 1000, -1000])
    const seed = rng.integer(1_000_000)
    const [judged, plain] = [
      await layerOf({ student }, 0.5, generator(seed)),
      await layerOf({ student }, 0.5, generator(seed)),
    ]
    const before = await plain.forward(x, true)
    expect(await judged.forward(x, false), 'evaluation passes every number on').toBeNear(Array.from(x), SINGLE)
    expect(await judged.forward(x, true), 'an evaluation before it does not change a step').toBeNear(before, SINGLE)
    expect(await judged.forward(x, false), 'and the step does not change the next evaluation').toBeNear(
      Array.from(x),
      SINGLE,
    )
  })

  test('backward', async ({ student, rng }) => {
    for (const p of [0.2, 0.5, 0.8]) {
      const layer = await layerOf({ student }, p, rng)
      for (let step = 0; step < 3; step += 1) {
        // No factor can be told from a 0, so the mask is seen on ones.
        const mask = await layer.forward(ones(40), true)
        const dy = normals(40, rng)
        const expected = Array.from(dy, (d, i) => d * mask[i])
        expect(await layer.backward(dy), 'derivatives go back through the mask of the last forward').toBeNear(
          expected,
          SINGLE,
        )
        expect(await layer.backward(dy), 'and asking twice is the same as asking once').toBeNear(expected, SINGLE)
      }
      await layer.forward(normals(8, rng), false)
      const dy = normals(8, rng)
      expect(await layer.backward(dy), 'after an evaluation they pass as they are').toBeNear(Array.from(dy), SINGLE)
    }
  })

  test('refusals', async ({ student, rng }) => {
    for (const p of [1, 1.5, -0.1, NaN]) await expectRefusal(student.dropout(p, rng), `p = ${p}`)
  })
})
