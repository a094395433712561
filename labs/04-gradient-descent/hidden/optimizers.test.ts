import type { Rng } from '@backprop/core'
import { submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import { expectNumbers } from './checks.ts'
import { adamPlaces, heavyBall, list, normals, type Places, rmspropPlaces } from './reference.ts'

type Module = typeof import('#lab/optimizers')
const test = submissionTest<Module>('optimizers')
const keeping = submissionTest<Module>('optimizers', {
  keepsArguments: ['momentum', 'momentum()', 'rmsprop', 'rmsprop()', 'adam', 'adam()'],
})

/** A student's update function, on the other side of the wall. */
type RemoteUpdate = (w: number[], gradient: number[]) => Promise<number[]>

interface Trajectory {
  start: number[]
  /** One gradient for each step; they need not come from a loss. */
  gradients: number[][]
}

/** Compares the weights after every step. */
async function follow(update: RemoteUpdate, { start, gradients }: Trajectory, places: Places): Promise<void> {
  expect(update, 'a function that takes the weights and their gradient').toBeTypeOf('function')
  const way = places(start, gradients)
  for (const [k, gradient] of gradients.entries()) {
    const next: unknown = await update(way[k], gradient)
    expectNumbers(next, way[k + 1], `the weights after step ${k + 1}`)
  }
}

/** A step depends only on the gradients: from different weights it moves just as far. */
async function followMoved(update: RemoteUpdate, rng: Rng, places: Places): Promise<void> {
  expect(update, 'a function that takes the weights and their gradient').toBeTypeOf('function')
  const { start, gradients } = wild(rng, 6, [1, 3])
  const way = places(start, gradients)
  for (const [k, gradient] of gradients.entries()) {
    const w = normals(rng, 1, 2)[0]
    const expected = w.map((weight, j) => weight + (way[k + 1][j] - way[k][j]))
    expectNumbers(await update(w, gradient), expected, `step ${k + 1} from different weights`)
  }
}

/** Gradients of very different sizes whose signs change, and sometimes stay the same for a while. */
function wild(rng: Rng, steps: number, sizes: number[]): Trajectory {
  const drift = sizes.map(() => rng.normal())
  const gradients = normals(rng, steps, sizes.length).map(row => row.map((g, j) => sizes[j] * (drift[j] + g)))
  return { start: sizes.map(() => rng.normal()), gradients }
}

const SIZES = [1, 1e5, 1e-3, 20]

/** Two optimizers in turn: the gradients of one must not affect the other. */
async function inTurn(make: () => Promise<RemoteUpdate>, rng: Rng, places: Places): Promise<void> {
  const [one, other] = [await make(), await make()]
  const [a, b] = [wild(rng, 4, [1, 3]), wild(rng, 4, [2, 5])]
  const [wayA, wayB] = [places(a.start, a.gradients), places(b.start, b.gradients)]
  expect([typeof one, typeof other], 'each call makes an update function').toEqual(['function', 'function'])
  for (const k of a.gradients.keys()) {
    expectNumbers(await one(wayA[k], a.gradients[k]), wayA[k + 1], `step ${k + 1} of the first optimizer`)
    expectNumbers(await other(wayB[k], b.gradients[k]), wayB[k + 1], `step ${k + 1} of the second optimizer`)
  }
}

/**
 * The first weight's gradient is always 0, the second's until the third step, the third's from the fourth to the
 * seventh step. In the fifth step all of them are 0.
 */
const sleepers = (rng: Rng): Trajectory => ({
  start: [2, -3, 1],
  gradients: list(10, k => k).map(k => [0, k < 2 || k === 4 ? 0 : rng.normal(), k >= 3 && k < 7 ? 0 : rng.normal()]),
})

exercise('momentum', () => {
  test('trajectory', async ({ student, rng }) => {
    for (const [learningRate, mu] of [
      [0.05, 0.6],
      [0.3, 0.95],
    ]) {
      const update = await student.momentum({ learningRate, momentum: mu })
      await follow(update, wild(rng, 40, SIZES), heavyBall(learningRate, mu))
    }
    await followMoved(await student.momentum({ learningRate: 0.1, momentum: 0.8 }), rng, heavyBall(0.1, 0.8))
    // Weights and velocities as small as these are not 0.
    const small = { ...wild(rng, 12, [1e-6, 1e-8]), start: [0, 0] }
    await follow(await student.momentum({ learningRate: 0.5, momentum: 0.9 }), small, heavyBall(0.5, 0.9))
  })

  test('zero-settings', async ({ student, rng }) => {
    for (const [learningRate, mu] of [
      [0.2, 0],
      [0, 0.9],
    ]) {
      const update = await student.momentum({ learningRate, momentum: mu })
      await follow(update, wild(rng, 8, [1, 2]), heavyBall(learningRate, mu))
    }
  })

  test('zero-gradient', async ({ student, rng }) => {
    const update = await student.momentum({ learningRate: 0.1, momentum: 0.7 })
    await follow(update, sleepers(rng), heavyBall(0.1, 0.7))
  })

  keeping('default', async ({ student, rng }) => {
    const update = await student.momentum({ learningRate: 0.1 })
    await follow(update, wild(rng, 12, [1, 2]), heavyBall(0.1, 0.9))
  })

  test('own-memory', async ({ student, rng }) => {
    const make = () => student.momentum({ learningRate: 0.1, momentum: 0.7 })
    await inTurn(make, rng, heavyBall(0.1, 0.7))
  })
})

exercise('rmsprop', () => {
  test('trajectory', async ({ student, rng }) => {
    for (const [learningRate, decay, epsilon] of [
      [0.05, 0.8, 1e-8],
      [0.2, 0.99, 1e-3],
    ]) {
      const update = await student.rmsprop({ learningRate, decay, epsilon })
      await follow(update, wild(rng, 40, SIZES), rmspropPlaces(learningRate, decay, epsilon))
    }
    await followMoved(await student.rmsprop({ learningRate: 0.1 }), rng, rmspropPlaces(0.1, 0.9, 1e-8))
  })

  test('zero-settings', async ({ student, rng }) => {
    for (const [learningRate, decay, epsilon] of [
      [0.1, 0, 1e-8],
      [0.1, 0.8, 0],
      [0, 0.8, 1e-8],
    ]) {
      const update = await student.rmsprop({ learningRate, decay, epsilon })
      await follow(update, wild(rng, 8, [1, 1e-8]), rmspropPlaces(learningRate, decay, epsilon))
    }
  })

  keeping('defaults', async ({ student, rng }) => {
    await follow(await student.rmsprop(), wild(rng, 10, [1, 30]), rmspropPlaces(0.001, 0.9, 1e-8))
    // Gradients as small as ε reveal whether it is inside the root.
    await follow(await student.rmsprop({}), wild(rng, 5, [1e-8, 3e-8]), rmspropPlaces(0.001, 0.9, 1e-8))
  })

  test('zero-gradient', async ({ student, rng }) => {
    const update = await student.rmsprop({ learningRate: 0.1 })
    await follow(update, sleepers(rng), rmspropPlaces(0.1, 0.9, 1e-8))
  })

  test('own-memory', async ({ student, rng }) => {
    await inTurn(() => student.rmsprop({ learningRate: 0.1 }), rng, rmspropPlaces(0.1, 0.9, 1e-8))
  })
})

exercise('adam', () => {
  test('trajectory', async ({ student, rng }) => {
    for (const [learningRate, beta1, beta2, epsilon] of [
      [0.05, 0.8, 0.99, 1e-8],
      [0.2, 0.95, 0.9, 1e-3],
    ]) {
      const update = await student.adam({ learningRate, beta1, beta2, epsilon })
      await follow(update, wild(rng, 40, SIZES), adamPlaces(learningRate, beta1, beta2, epsilon))
    }
    // After 130 steps v is still only an eighth of its corrected value, after 600 steps not yet half of it.
    await follow(await student.adam({ learningRate: 0.1 }), wild(rng, 600, [1]), adamPlaces(0.1, 0.9, 0.999, 1e-8))
    await followMoved(await student.adam({ learningRate: 0.1 }), rng, adamPlaces(0.1, 0.9, 0.999, 1e-8))
  })

  test('zero-settings', async ({ student, rng }) => {
    for (const [learningRate, beta1, beta2, epsilon] of [
      [0.1, 0, 0.9, 1e-8],
      [0.1, 0.9, 0, 1e-8],
      [0.1, 0.9, 0.99, 0],
      [0, 0.9, 0.99, 1e-8],
    ]) {
      const update = await student.adam({ learningRate, beta1, beta2, epsilon })
      await follow(update, wild(rng, 8, [1, 1e-8]), adamPlaces(learningRate, beta1, beta2, epsilon))
    }
  })

  test('bias-correction', async ({ student, rng }) => {
    const update = await student.adam({ learningRate: 0.1 })
    const slopes = [250, -0.5, 3].map(slope => slope * (1 + rng.uniform()))
    const gradients = Array.from({ length: 5 }, () => slopes)
    await follow(update, { start: [0, 0, 0], gradients }, adamPlaces(0.1, 0.9, 0.999, 1e-8))
  })

  keeping('defaults', async ({ student, rng }) => {
    await follow(await student.adam(), wild(rng, 10, [1, 30]), adamPlaces(0.001, 0.9, 0.999, 1e-8))
    await follow(await student.adam({}), wild(rng, 5, [1e-8, 3e-8]), adamPlaces(0.001, 0.9, 0.999, 1e-8))
  })

  test('zero-gradient', async ({ student, rng }) => {
    await follow(await student.adam({ learningRate: 0.1 }), sleepers(rng), adamPlaces(0.1, 0.9, 0.999, 1e-8))
  })

  test('own-memory', async ({ student, rng }) => {
    await inTurn(() => student.adam({ learningRate: 0.1 }), rng, adamPlaces(0.1, 0.9, 0.999, 1e-8))
  })
})
