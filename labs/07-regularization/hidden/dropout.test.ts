import { type Rng, rng as generator } from '@backprop/core'
import { expectRefusal, type SubmissionFixtures, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import { callable, fields, floats } from './checks.ts'

type Module = typeof import('#lab/dropout')
const test = submissionTest<Module>('dropout', { keepsArguments: ['dropout().forward', 'dropout().backward'] })

// A Float32Array stores seven digits.
const SINGLE = { relative: 1e-6, absolute: 1e-6 }

const normals = (count: number, rng: Rng): Float32Array => Float32Array.from({ length: count }, () => rng.normal())
const ones = (count: number): Float32Array => new Float32Array(count).fill(1)

/** The student's layer, with the kind and length of its results checked. */
async function layerOf({ student }: Pick<SubmissionFixtures<Module>, 'student'>, p: number, rng: Rng) {
  const layer = fields(await student.dropout(p, rng))
  for (const name of ['forward', 'backward'] as const) callable(layer[name], `${name} must be a function`)
  return {
    forward: async (x: Float32Array, training: boolean) =>
      floats(await layer.forward(x, training), x.length, 'as many outputs as inputs'),
    backward: async (dy: Float32Array) => floats(await layer.backward(dy), dy.length, 'as many derivatives out as in'),
  }
}

type Given = Pick<SubmissionFixtures<Module>, 'student' | 'rng'>

/** A kept zero has a derivative: the mask must be drawn, because the answer doesn't show it. */
async function expectZerosKept({ student, rng }: Given): Promise<void> {
  const seed = rng.integer(1_000_000)
  const [seen, layer] = [
    await layerOf({ student }, 0.5, generator(seed)),
    await layerOf({ student }, 0.5, generator(seed)),
  ]
  const mask = await seen.forward(ones(60), true)
  await layer.forward(
    Float32Array.from({ length: 60 }, (_, i) => i % 2),
    true,
  )
  expect(await layer.backward(ones(60)), 'the derivative of a zero').toBeNear(mask, SINGLE)
}

/** Two layers of a network in turn, forward and then backward: each goes back through its own mask. */
async function expectOwnMasks({ student, rng }: Given): Promise<void> {
  const layers = [
    await layerOf({ student }, 0.5, generator(rng.integer(1_000_000))),
    await layerOf({ student }, 0.2, generator(rng.integer(1_000_000))),
  ]
  const masks: number[][] = []
  for (const layer of layers) masks.push(await layer.forward(ones(100), true))
  for (const [i, layer] of layers.entries())
    expect(await layer.backward(ones(100)), 'each layer has its own mask').toBeNear(masks[i], SINGLE)
  await layers[1].forward(ones(100), false)
  expect(await layers[0].backward(ones(100)), 'a layer keeps its mask, whatever another layer does').toBeNear(
    masks[0],
    SINGLE,
  )
}

exercise('dropout', () => {
  test('values', async ({ student, rng }) => {
    for (const p of [0, 0.2, 0.5, 0.9, 0.99]) {
      const x = Float32Array.from([...normals(200, rng), 1000, -1000, 1e-6, 0])
      const y = await (await layerOf({ student }, p, rng)).forward(x, true)
      const dropped = y.map(value => value === 0)
      const expected = Array.from(x, (value, i) => (dropped[i] ? 0 : value / (1 - p)))
      expect(y, 'a number is 0, or divided by 1 − p').toBeNear(expected, SINGLE)
      if (p === 0) expect(y, 'nothing is dropped with p = 0').toBeNear(Array.from(x), SINGLE)
    }
    // One layer, batches of several sizes: with p = 0 an old mask shows only where the next batch is larger.
    for (const p of [0, 0.5]) {
      const layer = await layerOf({ student }, p, rng)
      for (const count of [3, 80, 7]) {
        const y = await layer.forward(ones(count), true)
        const expected = y.map(value => (p > 0 && value === 0 ? 0 : 1 / (1 - p)))
        expect(y, `${count} numbers after a batch of another size`).toBeNear(expected, SINGLE)
      }
    }
    const layer = await layerOf({ student }, 0.5, rng)
    expect(await layer.forward(new Float32Array(), true), 'an empty array stays empty').toHaveLength(0)
    expect(Math.abs((await layer.forward(Float32Array.of(3), true))[0] - 3), 'one number: 0 or 6').toBeNear(3, SINGLE)
  })

  test('share', async ({ student, rng }) => {
    for (const p of [0.1, 0.5, 0.75]) {
      const y = await (await layerOf({ student }, p, rng)).forward(ones(20_000), true)
      const share = y.filter(value => value === 0).length / y.length
      // Six standard deviations of a share among 20,000, which one run in 10⁸ exceeds.
      expect(Math.abs(share - p), 'the share of dropped numbers').toBeLessThan(6 * Math.sqrt((p * (1 - p)) / 20_000))
      // Each number is drawn independently of its neighbours. 0.03 is more than six deviations here too.
      const both = y.filter((value, i) => i > 0 && value === 0 && y[i - 1] === 0).length / (y.length - 1)
      expect(Math.abs(both - p * p), 'each number is drawn independently').toBeLessThan(0.03)
    }
    // A share that is exact every time was not drawn: the same number of zeros among 64, 20 times, is one run in 10¹⁸.
    const layer = await layerOf({ student }, 0.5, rng)
    const counts = new Set<number>()
    for (let time = 0; time < 20; time += 1)
      counts.add((await layer.forward(ones(64), true)).filter(y => y === 0).length)
    expect(counts.size, 'the number of dropped values is random').toBeGreaterThan(1)
  })

  test('mean', async ({ student, rng }) => {
    for (const p of [0.3, 0.6]) {
      const y = await (await layerOf({ student }, p, rng)).forward(ones(20_000), true)
      const mean = y.reduce((sum, value) => sum + value, 0) / y.length
      // Six standard deviations again.
      expect(Math.abs(mean - 1), 'the mean of ones').toBeLessThan(6 * Math.sqrt(p / (1 - p) / 20_000))
      // Ones that stay ones have that mean too.
      expect(new Set(y).size, 'every number is either dropped or scaled').toBe(2)
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
    expect((await seeded(seed)) === (await seeded(seed)), 'the same seed gives the same mask').toBe(true)
    expect((await seeded(seed)) === (await seeded(seed + 1)), 'a different seed gives a different mask').toBe(false)
  })

  test('evaluation', async ({ student, rng }) => {
    const x = Float32Array.from([...normals(50, rng), 1000, -1000])
    const seed = rng.integer(1_000_000)
    const [judged, plain] = [
      await layerOf({ student }, 0.5, generator(seed)),
      await layerOf({ student }, 0.5, generator(seed)),
    ]
    const before = await plain.forward(x, true)
    expect(before, 'training drops some numbers').toContain(0)
    expect(await judged.forward(x, false), 'evaluation passes every number on').toBeNear(Array.from(x), SINGLE)
    expect(await judged.forward(x, true), 'an evaluation does not change the next training step').toBeNear(
      before,
      SINGLE,
    )
    expect(await judged.forward(x, false), 'a training step does not change the next evaluation').toBeNear(
      Array.from(x),
      SINGLE,
    )
  })

  test('backward', async ({ student, rng }) => {
    // None of 100 numbers dropped, or all of them, with p = 0.2 or 0.8: two runs in 10¹⁰.
    for (const p of [0.2, 0.5, 0.8]) {
      const layer = await layerOf({ student }, p, rng)
      for (let step = 0; step < 3; step += 1) {
        // A 0 hides its factor, so ones reveal the mask.
        const mask = await layer.forward(ones(100), true)
        expect(new Set(mask).size, 'some are dropped, some are kept').toBe(2)
        const dy = normals(100, rng)
        const expected = Array.from(dy, (d, i) => d * mask[i])
        expect(await layer.backward(dy), 'derivatives go back through the mask of the last forward').toBeNear(
          expected,
          SINGLE,
        )
        expect(await layer.backward(dy), 'calling backward twice gives the same result').toBeNear(expected, SINGLE)
      }
      await layer.forward(normals(8, rng), false)
      const dy = normals(8, rng)
      expect(await layer.backward(dy), 'after an evaluation, derivatives pass unchanged').toBeNear(
        Array.from(dy),
        SINGLE,
      )
    }
    const all = await layerOf({ student }, 0, rng)
    for (const count of [4, 90, 6]) {
      const [x, dy] = [normals(count, rng), normals(count, rng)]
      expect(await all.forward(x, true), 'with p = 0 every number passes').toBeNear(Array.from(x), SINGLE)
      expect(await all.backward(dy), 'and every derivative, however many come').toBeNear(Array.from(dy), SINGLE)
    }
    await expectZerosKept({ student, rng })
    await expectOwnMasks({ student, rng })
  })

  test('refusals', async ({ student, rng }) => {
    for (const p of [1, 1.5, 1 + 1e-9, Infinity, -0.1, -1e-9, -1, NaN])
      await expectRefusal(student.dropout(p, rng), `p = ${p}`)
    // A function that rejects everything earns nothing.
    for (const p of [0, 0.3, 0.999]) {
      const x = normals(20, rng)
      const layer = await layerOf({ student }, p, rng)
      expect(await layer.forward(x, false), `p = ${p} is accepted`).toBeNear(Array.from(x), SINGLE)
    }
    const y = await (await layerOf({ student }, 0.5, rng)).forward(ones(100), true)
    expect(new Set(y), 'p = 0.5 drops or doubles').toEqual(new Set([0, 2]))
  })
})
