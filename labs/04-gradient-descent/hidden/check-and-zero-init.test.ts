import type { Rng } from '@backprop/core'
import { expectRefusal, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import type { Network } from '#lab/network'
import { expectNumber, expectNumbers, fields } from './checks.ts'
import { networkGradient, normals, randomNetwork, spread, stepped } from './reference.ts'

type Module = typeof import('#lab/network')
const test = submissionTest<Module>('network')
const keeping = submissionTest<Module>('network', { keepsArguments: ['gradientCheck', 'hiddenSpread'] })

/** A curved loss in which the weights interact, and its gradient. */
function bent(rng: Rng, length: number, size = 1) {
  const [weights] = normals(rng, 1, length)
  const c = weights.map(weight => 1 + Math.abs(weight))
  const inner = (w: number[]) => w.reduce((sum, weight, j) => sum + c[j] * weight, 0)
  const f = (w: number[]) => size * (Math.sin(inner(w)) + w.reduce((sum, weight) => sum + weight ** 3, 0))
  const gradient = (w: number[]) => w.map((weight, j) => size * (c[j] * Math.cos(inner(w)) + 3 * weight ** 2))
  return { f, gradient, w: c.map(() => rng.normal() + 2) }
}

// Central differences are off by h²f‴/6 and by rounding, both below 1e-9 here.
const NUMERIC = { relative: 1e-7, absolute: 1e-8 }
const ERROR = { relative: 1e-6, absolute: 1e-7 }

exercise('gradient-check', () => {
  keeping('numeric', async ({ student, rng }) => {
    for (const length of [1, 2, 6]) {
      const { f, gradient, w } = bent(rng, length)
      // A step proportional to the weight would be 0 here.
      if (length > 1) w[1] = 0
      // The claimed gradient is wrong, so that returning it earns nothing.
      const claimed = gradient(w).map(slope => 2 * slope + 1)
      const { numeric } = fields(await student.gradientCheck(f, w, claimed))
      expectNumbers(numeric, gradient(w), `central differences for ${length} weights`, NUMERIC)
    }
    // Far from 0, h is still 1e-5: a step that grows with the weight would miss the curvature of the sine.
    const far = [300, -700, 200].map(weight => weight + rng.uniform())
    const waves = (w: number[]) => w.reduce((sum, weight) => sum + Math.sin(weight), 0)
    const slopes = far.map(weight => Math.cos(weight))
    const { numeric } = fields(await student.gradientCheck(waves, far, [1, 1, 1]))
    expectNumbers(numeric, slopes, 'central differences far from 0', NUMERIC)
  })

  test('right', async ({ student, rng }) => {
    for (const size of [1, 1e6, 1e-6, 1e-12, 1e-20]) {
      const { f, gradient, w } = bent(rng, 4, size)
      const { error } = fields(await student.gradientCheck(f, w, gradient(w)))
      expect(error, 'the error is a number').toBeTypeOf('number')
      expect(error as number, 'a right gradient has an error below 1e-6').toBeLessThan(1e-6)
      expect(error as number, 'the error is not negative').toBeGreaterThanOrEqual(0)
    }
    const { error } = fields(await student.gradientCheck(() => 3, [1, 2], [0, 0]))
    expectNumber(error, 0, 'a loss that never changes has the gradient 0, and that is right')
    const { f, gradient, w } = bent(rng, 3)
    const twice = fields(await student.gradientCheck(f, w, gradient(w).map(slope => 2 * slope))) // prettier-ignore
    expectNumber(twice.error, 1 / 3, 'and one that is twice too large is not', ERROR)
  })

  test('wrong', async ({ student, rng }) => {
    for (const size of [1, 1e6, 1e-6, 1e-12, 1e-20]) {
      const { f, gradient, w } = bent(rng, 5, size)
      const right = gradient(w)
      const length = (v: number[]) => Math.sqrt(v.reduce((sum, value) => sum + value * value, 0))
      const slip = right.map((slope, j) => (j === 3 ? 1.1 * slope : slope))
      const apart = Math.abs(0.1 * right[3]) / (length(right) + length(slip))
      for (const [claimed, expected, why] of [
        [right.map(slope => 2 * slope), 1 / 3, 'twice too large'],
        [right.map(slope => -slope), 1, 'the wrong sign'],
        [right.map(() => 0), 1, 'all zeros'],
        [slip, apart, 'one number of five is wrong'],
      ] as const) {
        const { error } = fields(await student.gradientCheck(f, w, [...claimed]))
        expectNumber(error, expected, `the error of a gradient: ${why}`, ERROR)
      }
    }
  })

  test('not-a-number', async ({ student, rng }) => {
    const { f, gradient, w } = bent(rng, 4)
    const right = gradient(w)
    const { numeric } = fields(await student.gradientCheck(f, w, right.map(slope => slope + 1))) // prettier-ignore
    expectNumbers(numeric, right, 'the gradient by central differences', NUMERIC)
    for (const bad of [NaN, Infinity, -Infinity])
      for (const place of w.keys()) {
        const claimed = right.map((slope, j) => (j === place ? bad : slope))
        const { error } = fields(await student.gradientCheck(f, w, claimed))
        expect(typeof error === 'number' && !(error < 0.1), `a gradient that contains ${bad} is not right`).toBe(true)
      }
  })

  test('refused', async ({ student, rng }) => {
    for (const claimed of [[1], [], [1, 0, 0]]) {
      const call = student.gradientCheck(([a]) => a, [1, 2], claimed)
      await expectRefusal(call, `${claimed.length} numbers for two weights are rejected`)
    }
    const { f, gradient, w } = bent(rng, 2)
    const claimed = gradient(w).map(slope => slope - 1)
    const { numeric } = fields(await student.gradientCheck(f, w, claimed))
    expectNumbers(numeric, gradient(w), 'a gradient of the right length is accepted', NUMERIC)
  })
})

/** A network whose hidden neurons are all equal, although the inputs are not. */
const alike = (rng: Rng, inputs: number, hidden: number): Network => {
  const equal = (value: number) => Array<number>(hidden).fill(value)
  const W1 = Array.from({ length: inputs }, () => equal(rng.normal()))
  return { W1, b1: equal(rng.normal()), w2: equal(rng.normal()), b2: rng.normal() }
}

function problem(rng: Rng, inputs: number) {
  const [X, [y]] = [normals(rng, 7, inputs), normals(rng, 1, 7)]
  const gradientOf = (network: Network) => {
    // The student's code calls this, possibly with a huge network that would take forever.
    expect(network.W1.length === inputs && network.b1.length < 10, 'a network of the same shape').toBe(true)
    return networkGradient(network, X, y)
  }
  return { gradientOf }
}

exercise('zero-init', () => {
  test('spread', async ({ student, rng }) => {
    const { gradientOf } = problem(rng, 3)
    const none = { learningRate: 0.1, steps: 0 }
    for (const hidden of [5, 2, 1]) {
      const start = randomNetwork(rng, 3, hidden)
      expectNumbers(await student.hiddenSpread(start, gradientOf, none), [spread(start)], 'the spread of the start')
    }
    for (const part of ['W1', 'b1', 'w2'] as const) {
      const start = alike(rng, 3, 4)
      const row = part === 'W1' ? start.W1[1] : start[part]
      row[2] += 5
      const why = `one neuron differs from the others in ${part} alone`
      expectNumbers(await student.hiddenSpread(start, gradientOf, none), [spread(start)], why)
    }
    // The two neurons that differ most are the first and the last, then two in the middle; or they hardly differ.
    for (const pattern of [
      [0, 1, 2, 3],
      [1, 0, 2, 1],
      [0, 1e-5, 0, 0],
    ]) {
      const start = alike(rng, 3, 4)
      start.W1[1] = start.W1[1].map((weight, j) => weight + pattern[j] * (1 + rng.uniform() / 100))
      const why = `neurons that differ by ${pattern.join(', ')}`
      expectNumbers(await student.hiddenSpread(start, gradientOf, none), [spread(start)], why)
    }
  })

  test('alike', async ({ student, rng }) => {
    for (const [inputs, hidden] of [
      [2, 5],
      [4, 3],
    ]) {
      const { gradientOf } = problem(rng, inputs)
      const zeros = [Array<number>(hidden).fill(0), Array<number>(hidden).fill(0)]
      const zero = { W1: Array.from({ length: inputs }, () => zeros[0]), b1: zeros[0], w2: zeros[1], b2: 0 }
      for (const start of [zero, alike(rng, inputs, hidden)]) {
        const spreads = await student.hiddenSpread(start, gradientOf, { learningRate: 0.2, steps: 15 })
        expectNumbers(spreads, Array<number>(16).fill(0), 'equal neurons get equal gradients and stay equal')
      }
      const other = randomNetwork(rng, inputs, hidden)
      const spreads = await student.hiddenSpread(other, gradientOf, { learningRate: 0.2, steps: 0 })
      expectNumbers(spreads, [spread(other)], 'different neurons do not start alike')
    }
  })

  keeping('different', async ({ student, rng }) => {
    const { gradientOf } = problem(rng, 3)
    const almost = alike(rng, 3, 4)
    almost.W1[2][1] += 0.01
    for (const start of [randomNetwork(rng, 3, 4), almost]) {
      const expected = [spread(start)]
      let network = start
      for (let k = 0; k < 20; k += 1) {
        network = stepped(network, gradientOf(network), 0.2)
        expected.push(spread(network))
      }
      const spreads = await student.hiddenSpread(start, gradientOf, { learningRate: 0.2, steps: 20 })
      expectNumbers(spreads, expected, 'the spread before the first step and after each of the 20')
    }
    const still = await student.hiddenSpread(almost, gradientOf, { learningRate: 0, steps: 3 })
    expectNumbers(still, Array<number>(4).fill(spread(almost)), 'with a learning rate of 0 nothing moves')
  })
})
