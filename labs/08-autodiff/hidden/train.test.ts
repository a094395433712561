import { type Rng, rng as generator } from '@backprop/core'
import { toy } from '@backprop/datasets'
import { oncePerSubmission, type SubmissionFixtures, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import { expectNumbers, handle, handles } from './checks.ts'

type Module = typeof import('#lab/train')
type Given = Omit<SubmissionFixtures<Module>, 'elsewhere'>
const test = submissionTest<Module>('train', { callSeconds: 60, keepsArguments: ['forward', 'train'] })

// Measured over seeds; the table and the margins are in the solution's design.md.
const LEARNS = 0.8
const FULL = 0.95

const TRAINING = 200
const HELD_OUT = 1000
const NOISE = 0.05
const SHAPES = [[2, 16], [16], [16, 16], [16], [16, 1], [1]]

/** The six tensors as lists of numbers. */
type Lists = readonly (readonly number[])[]

/** z for each point, written independently of the student's engine. */
function outputs([W1, b1, W2, b2, W3, b3]: Lists, points: readonly (readonly number[])[]): number[] {
  const layer = (x: readonly number[], W: readonly number[], b: readonly number[]) =>
    b.map((bias, j) => x.reduce((sum, value, i) => sum + value * W[i * b.length + j], bias))
  return points.map(point => {
    const first = layer(point, W1, b1).map(Math.tanh)
    return layer(layer(first, W2, b2).map(Math.tanh), W3, b3)[0]
  })
}

/** How a spiral is turned, and whether it winds the other way. */
interface Way {
  readonly angle: number
  readonly mirror: boolean
}

function spiral(count: number, draw: Rng, { angle, mirror }: Way) {
  const { points, labels } = toy('spiral', { count, noise: NOISE, rng: draw })
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const turned = points.map(([x, y]) => [cos * x - sin * y, (mirror ? -1 : 1) * (sin * x + cos * y)])
  const order = [...draw.permutation(count)]
  return { points: order.map(i => turned[i]), labels: order.map(i => labels[i]) }
}

/** What a training leaves: the share of right answers, and what it told `onStep`. */
interface Judged {
  readonly right: number
  readonly steps: readonly unknown[]
  readonly losses: readonly unknown[]
}

async function trainAndJudge({ student, rng, secret, progress, note }: Given, way: Way): Promise<Judged> {
  const train = spiral(TRAINING, rng, way)
  const heldOut = spiral(HELD_OUT, secret('held-out'), way)
  const [steps, losses]: unknown[][] = [[], []]
  const onStep = (step: unknown, loss: unknown) => {
    steps.push(step)
    losses.push(loss)
    if (typeof step === 'number' && step % 50 === 0) progress(`step ${step} is done`, Math.min(1, step / 400))
  }
  const options = { rng: generator(rng.integer(1_000_000)), onStep }
  const trained = handles(await student.train(train.points, train.labels, options), 'six tensors')
  expect(trained.length, 'six tensors').toBe(6)
  const lists: number[][] = []
  for (const [i, tensor] of trained.entries()) {
    expectNumbers(await tensor.shape(), SHAPES[i], `the shape of tensor ${i}`)
    const data: unknown = await tensor.data()
    expect(data, 'its numbers').toHaveShape([SHAPES[i].reduce((product, length) => product * length, 1)])
    lists.push(data as number[])
  }
  const z = outputs(lists, heldOut.points)
  const right = z.filter((value, i) => (value > 0 ? 1 : -1) === heldOut.labels[i]).length / HELD_OUT
  note(`trained on ${TRAINING} points; accuracy ${right.toFixed(4)} on ${HELD_OUT} held-out points`)
  return { right, steps, losses }
}

/**
 * Two trainings on different spirals: the mean counts. The second spiral is the first one after about half a turn, with the
 * arms nearly in each other's place, so the same weights for both are right half of the time.
 */
const trained = oncePerSubmission(async (fixtures: Given) => {
  const draw = fixtures.secret('direction')
  const first = { angle: 2 * Math.PI * draw.uniform(), mirror: draw.uniform() < 0.5 }
  const second = { ...first, angle: first.angle + Math.PI * (0.75 + draw.uniform() / 2) }
  const both = [await trainAndJudge(fixtures, first), await trainAndJudge(fixtures, second)]
  return { both, right: (both[0].right + both[1].right) / 2 }
})

exercise('train', () => {
  test('forward', async ({ student, rng }) => {
    for (const count of [1, 2, 9]) {
      const lists = SHAPES.map(shape =>
        Array.from({ length: shape.reduce((product, length) => product * length, 1) }, () => rng.normal() / 2),
      )
      const weights = []
      for (const [i, list] of lists.entries()) {
        const columns = SHAPES[i].at(-1) ?? 1
        const rows = Array.from({ length: list.length / columns }, (_, r) => list.slice(r * columns, (r + 1) * columns))
        weights.push(await student.fromRows(rows))
      }
      const points = Array.from({ length: count }, () => [3 * rng.normal(), 3 * rng.normal()])
      const z = handle(await student.forward(weights, points), 'a tensor')
      expectNumbers(await z.shape(), [count, 1], 'one output for each point')
      expectNumbers(await z.data(), outputs(lists, points), `the outputs for ${count} points`)
    }
  })

  test('steps', async ({ student, on, backend, rng, secret, progress, note }) => {
    const { both } = await trained({ student, on, backend, rng, secret, progress, note })
    for (const { steps, losses } of both) {
      const fromOne = steps.length > 0 && steps.every((step, i) => step === i + 1)
      expect(fromOne, 'onStep gets step 1, then 2, and so on').toBe(true)
      const [first, last] = [losses[0], losses.at(-1)].map(loss => (typeof loss === 'number' ? loss : NaN))
      expect(first > 0 && last > 0 && last < first / 2, 'the loss falls by more than half').toBe(true)
    }
  })

  test('learns', async ({ student, on, backend, rng, secret, progress, note }) => {
    const { right } = await trained({ student, on, backend, rng, secret, progress, note })
    expect(right, 'the share of right answers on points that it has not seen').toBeGreaterThan(LEARNS)
  })

  test('full-accuracy', async ({ student, on, backend, rng, secret, progress, note }) => {
    const { right } = await trained({ student, on, backend, rng, secret, progress, note })
    expect(right, 'the share of right answers on points that it has not seen').toBeGreaterThanOrEqual(FULL)
  })
})
