import type { Rng } from '@backprop/core'
import { type SubmissionFixtures, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import type { DecayOptions } from '#lab/weight-decay'
import { callable, expectNumber, expectNumbers, fields } from './checks.ts'

type Module = typeof import('#lab/weight-decay')
const test = submissionTest<Module>('weight-decay', { keepsArguments: ['l2', 'adamL2()', 'adamW()'] })

// About ten steps in 64 bits, in different orders: well over ten digits agree.
const CLOSE = { relative: 1e-8, absolute: 1e-10 }

const normals = (count: number, rng: Rng, size = 1): number[] =>
  Array.from({ length: count }, () => size * rng.normal())

/** Adam's direction after these gradients of one weight: means as explicit weighted sums (Kingma and Ba, 2015). */
function direction(gradients: number[]): number {
  const mean = (beta: number, values: number[]) => {
    const weights = values.map((_, k) => beta ** (values.length - 1 - k))
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    return values.reduce((sum, value, k) => sum + (weights[k] / total) * value, 0)
  }
  return mean(0.9, gradients) / (Math.sqrt(mean(0.999, gradients.map(g => g * g))) + 1e-8) // prettier-ignore
}

/** The weights after each step, weight by weight. */
function ways(start: number[], gradients: number[][], { learningRate, decay }: DecayOptions, decoupled: boolean) {
  const columns = start.map((first, j) => {
    const seen: number[] = []
    let weight = first
    return gradients.map(g => {
      seen.push(g[j] + (decoupled ? 0 : decay * weight))
      weight -= learningRate * ((decoupled ? decay * weight : 0) + direction(seen))
      return weight
    })
  })
  return gradients.map((_, k) => columns.map(column => column[k]))
}

async function expectWay(
  { student, rng }: Pick<SubmissionFixtures<Module>, 'student' | 'rng'>,
  name: 'adamL2' | 'adamW',
): Promise<void> {
  for (const [count, decay, learningRate] of [
    [4, 0.3, 0.05],
    [1, 2, 0.1],
    [6, 0, 0.02],
    [0, 0.1, 0.1],
    [3, 0.5, 0],
    [2, 30, 0.1],
  ]) {
    const options = { decay, learningRate }
    const update = callable(await student[name](options), `${name} returns a function`)
    const w = normals(count, rng, 3)
    // Large and small gradients for different weights, because only then do the two kinds of decay differ much.
    const gradients = Array.from({ length: 10 }, () => normals(count, rng).map((g, j) => g * 10 ** (2 - 2 * j)))
    await expectSteps(update, w, gradients, ways(w, gradients, options, name === 'adamW'))
  }
  // Gradients that become 0 later, or are sometimes or always 0, and weights that start at 0: no weight and no step may
  // be
  // skipped, even where all gradients are 0.
  const options = { decay: 0.4, learningRate: 0.1 }
  const w = [2, -1, 0, 3, 0]
  const gradients = Array.from({ length: 12 }, (_, k) => [
    k < 4 ? 1.5 : 0,
    k % 3 === 0 ? -2 : 0,
    k % 4 === 3 ? 0 : rng.normal(),
    0,
    0,
  ])
  const update = callable(await student[name](options), `${name} returns a function`)
  await expectSteps(update, w, gradients, ways(w, gradients, options, name === 'adamW'))
}

async function expectSteps(
  update: (w: number[], gradient: number[]) => Promise<unknown>,
  start: number[],
  gradients: number[][],
  expected: number[][],
): Promise<void> {
  let w = start
  for (const [k, g] of gradients.entries()) {
    const next: unknown = await update(w, g)
    expectNumbers(next, expected[k], 'the weights after each step', CLOSE)
    w = next as number[]
  }
}

exercise('weight-decay', () => {
  test('penalty', async ({ student, rng }) => {
    for (const count of [1, 2, 7, 0]) {
      const w = normals(count, rng, 5)
      const decay = 0.1 + rng.uniform()
      const expected = w.reduce((sum, weight) => sum + 0.5 * decay * weight * weight, 0)
      expectNumber(fields(await student.l2(w, decay)).penalty, expected, `the penalty of ${count} weights`)
    }
    expectNumber(fields(await student.l2([1000, -1000], 0)).penalty, 0, 'no decay, no penalty')
    expectNumber(fields(await student.l2([0, 3e4, 0, -1e-4], 2)).penalty, 9e8, 'large weights, small ones and zeros')
  })

  test('penalty-gradient', async ({ student, rng }) => {
    const w = normals(5, rng, 2)
    const { gradient } = fields(await student.l2(w, 0.7))
    expectNumbers(
      gradient,
      w.map(weight => 0.7 * weight),
      'the derivative for each weight',
    )
    const h = 1e-4
    for (const [j, slope] of gradient.entries()) {
      const moved = async (by: number) => {
        const there = w.map((weight, i) => (i === j ? weight + by : weight))
        const { penalty } = fields(await student.l2(there, 0.7))
        expect(penalty, 'the penalty is a number').toBeTypeOf('number')
        return penalty
      }
      expectNumber(slope, ((await moved(h)) - (await moved(-h))) / (2 * h), 'the derivative of the penalty', {
        relative: 1e-6,
        absolute: 1e-6,
      })
    }
    expectNumbers(fields(await student.l2([], 0.7)).gradient, [], 'no weights, no derivatives')
  })

  test('adam-l2', async ({ student, rng }) => expectWay({ student, rng }, 'adamL2'))

  test('adam-w', async ({ student, rng }) => expectWay({ student, rng }, 'adamW'))

  test('own-memory', async ({ student, rng }) => {
    const options = { learningRate: 0.1, decay: 0.2 }
    for (const name of ['adamL2', 'adamW'] as const) {
      const both = [await student[name](options), await student[name](options)].map(f => callable(f, 'a function'))
      const starts = [normals(3, rng), normals(3, rng)]
      const gradients = [normals(3, rng), normals(3, rng)].map(g => [g, g.map(x => -2 * x), g.map(x => x / 3)])
      const expected = starts.map((start, n) => ways(start, gradients[n], options, name === 'adamW'))
      let w: number[][] = starts
      for (let k = 0; k < 3; k += 1) {
        const next: unknown[] = []
        for (const [n, update] of both.entries()) next.push(await update(w[n], gradients[n][k]))
        for (const [n, weights] of next.entries())
          expectNumbers(weights, expected[n][k], 'two optimizers in turn', CLOSE)
        w = next as number[][]
      }
    }
  })
})
