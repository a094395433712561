import { expectRefusal, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import { expectNumber, expectNumbers } from './checks.ts'
import { diagonal, list, turned } from './reference.ts'

type Module = typeof import('#lab/descent')
const test = submissionTest<Module>('descent')
const keeping = submissionTest<Module>('descent', { keepsArguments: ['step', 'stabilityLimit'] })

exercise('step', () => {
  test('worked-example', async ({ student, rng }) => {
    const places = [
      [4, 1],
      [3.4, -0.5],
      [2.89, 0.25],
      [2.4565, -0.125],
    ]
    for (const [k, [w1, w2]] of places.slice(0, 3).entries())
      expectNumbers(await student.step([w1, w2], [w1, 10 * w2], 0.15), places[k + 1], `step ${k + 1} of the README`)
    const [w1, w2] = [rng.normal(), rng.normal()]
    const expected = [w1 - 0.15 * w1, w2 - 0.15 * (10 * w2)]
    expectNumbers(await student.step([w1, w2], [w1, 10 * w2], 0.15), expected, 'a step from a different position')
  })

  keeping('any-length', async ({ student, rng }) => {
    for (const length of [1, 3, 8, 50]) {
      const [w, g] = [list(length, () => rng.normal()), list(length, () => rng.normal())]
      const rate = rng.uniform()
      const expected = list(length, j => w[j] - rate * g[j])
      expectNumbers(await student.step(w, g, rate), expected, `the next ${length} weights`)
    }
    expect(await student.step([], [], 0.1), 'an empty list stays empty').toBeNear([])
  })

  test('extremes', async ({ student, rng }) => {
    const w = [1000, -1000, 0, 1e-9, 5]
    const g = [-1000, 1000 * rng.uniform(), 1e300, -1e-9, 0]
    for (const rate of [1e-3, 1, 0]) {
      const expected = w.map((weight, j) => weight - rate * g[j])
      expectNumbers(await student.step(w, g, rate), expected, `a step with a learning rate of ${rate}`)
    }
    // Each is finite, although their sum is not.
    const steep = [1e308, 1.5e308]
    expectNumbers(await student.step([1, 2], steep, 1e-308), [0, 0.5], 'very large slopes are finite')
  })

  test('refusals', async ({ student, rng }) => {
    for (const [w, g] of [
      [[1, 2], [1]],
      [[1], [1, 2]],
      [[], [1]],
    ])
      await expectRefusal(student.step(w, g, 0.1), `${g.length} slopes for ${w.length} weights are rejected`)
    for (const bad of [NaN, Infinity, -Infinity])
      for (const g of [
        [bad, 1, 2],
        [1, bad, 2],
        [1, 2, bad],
      ])
        await expectRefusal(student.step([1, 2, 3], g, 0.1), `a gradient that contains ${bad} is rejected`)
    const g = list(3, () => rng.normal())
    expectNumbers(
      await student.step([1, 2, 3], g, 1),
      [1 - g[0], 2 - g[1], 3 - g[2]],
      'a finite gradient of the right length is accepted',
    )
  })
})

// The exercise requires 1 %.
const ONE_PERCENT = { relative: 0.01, absolute: 0 }

exercise('learning-rate', () => {
  test('one-weight', async ({ student, rng }) => {
    for (const curvature of [0.5 + rng.uniform(), 8 + rng.uniform(), 40 * (1 + rng.uniform())]) {
      const gradient = await student.bowl([[curvature]], [0])
      for (const start of [1 + rng.uniform(), -1e-6, 1e7]) {
        const limit = await student.stabilityLimit(gradient, [start])
        expectNumber(limit, 2 / curvature, `the limit is 2 / L, from ${start}`, ONE_PERCENT)
      }
    }
  })

  test('ravine', async ({ student, rng }) => {
    const steep = 20 * (1 + rng.uniform())
    for (const curvatures of [
      [1, steep],
      [steep, 0.5, 3],
      // So flat in one direction that hundreds of steps do not reach the bottom.
      [0.002, steep, 1],
    ]) {
      const gradient = await student.bowl(
        diagonal(curvatures),
        list(curvatures.length, () => 0),
      )
      const limit = await student.stabilityLimit(
        gradient,
        list(curvatures.length, () => 1 + rng.uniform()),
      )
      expectNumber(limit, 2 / steep, 'the largest curvature sets the limit', ONE_PERCENT)
    }
  })

  keeping('turned-and-moved', async ({ student, rng }) => {
    for (const length of [2, 5, 12]) {
      const curvatures = list(length, j => (j === 1 ? 12 : 6 * rng.uniform() + 0.1))
      const { A, Q } = turned(curvatures, rng)
      const bottom = list(length, () => 20 * rng.normal())
      // About one unit away from the bottom in each direction of the bowl.
      const away = list(length, () => (rng.uniform() < 0.5 ? -1 : 1) * (0.7 + rng.uniform()))
      const start = bottom.map((c, i) => c + Q[i].reduce((sum, q, k) => sum + q * away[k], 0))
      const limit = await student.stabilityLimit(await student.bowl(A, bottom), start)
      expectNumber(limit, 2 / 12, 'the largest curvature in any direction sets the limit', ONE_PERCENT)
    }
    // The bottom is farther from 0 than the start, or closer: the size of the weights means nothing.
    for (const [bottom, start] of [
      [
        [100, -70],
        [1, 1],
      ],
      [
        [1, 1],
        [100, -70],
      ],
    ]) {
      const limit = await student.stabilityLimit(await student.bowl(diagonal([3, 12]), bottom), start)
      expectNumber(limit, 2 / 12, 'the bottom may be anywhere', ONE_PERCENT)
    }
  })

  test('far-start', async ({ student, rng }) => {
    // Along the steepest direction the gradient is up to a thousand times smaller than along another one at first. At a
    // rate that is 1 % too large it has overtaken the first gradient after log 1000 / log 1.02 = 349 steps.
    for (const [curvatures, away] of [
      [
        [8, 10],
        [1000, 1],
      ],
      [
        [9.5, 10],
        [1000, -1],
      ],
      [
        [1, 10],
        [5000, 1],
      ],
      [
        [10, 2],
        [1, 4000],
      ],
      [
        [0.01, 2, 50],
        [400_000, 2000, 1],
      ],
      [
        [3, 3, 3, 4],
        [-300, 300, 500, 1],
      ],
      [
        [5, 7],
        [1, 1000],
      ],
    ]) {
      const steep = Math.max(...curvatures)
      const straight = await student.bowl(
        diagonal(curvatures),
        list(away.length, () => 0),
      )
      const limit = await student.stabilityLimit(straight, away)
      expectNumber(limit, 2 / steep, `curvatures ${curvatures.join(', ')} from (${away.join(', ')})`, ONE_PERCENT)
      const { A, Q } = turned(curvatures, rng)
      const bottom = list(away.length, () => 5 * rng.normal())
      const start = bottom.map((c, i) => c + Q[i].reduce((sum, q, k) => sum + q * away[k], 0))
      const again = await student.stabilityLimit(await student.bowl(A, bottom), start)
      expectNumber(again, 2 / steep, 'the same in a rotated bowl', ONE_PERCENT)
    }
  })

  test('any-scale', async ({ student, rng }) => {
    const scales = [1e-4 * (1 + rng.uniform()), 1e5 * (1 + rng.uniform()), 1.1e5, 1.3e5, 1.5e5, 1.7e5, 1.9e5]
    for (const steep of scales) {
      const gradient = await student.bowl(diagonal([steep / 3, steep]), [5, -5])
      const limit = await student.stabilityLimit(gradient, [7, -4])
      expectNumber(limit, 2 / steep, 'the limit of a very flat or a very steep bowl', ONE_PERCENT)
    }
  })
})
