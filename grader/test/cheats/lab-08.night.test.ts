import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findLabs, solutionDir } from '../../src/course.ts'
import { expectedStubs } from '../../src/intake/stubs.ts'
import { gradeLab } from '../../src/pipeline/grade-lab.ts'
import { strongestTier } from '../../src/sandbox/try-tier.ts'
import { Arena } from '../attacks/arena.ts'
import { handIn } from '../attacks/trial.ts'

/** Cheats that lab 08 invites and that are more than a change to its solution; those are its mutants. */

const { id: tier } = await strongestTier()
const [lab] = await findLabs('08')
const STUBS = Object.fromEntries(await expectedStubs(lab))
const solution = (file: string) => readFileSync(join(solutionDir(lab), 'src', file), 'utf8')

interface Cheat {
  readonly title: string
  readonly exercise: string
  /** The submission, by file; the other files are stubs. */
  readonly files: Record<string, string>
  /** The tests that it must not pass; all of the exercise unless given. */
  readonly tests?: readonly string[]
}

/** The solution with another `backward` for values. */
const backward = (body: string) => ({
  'src/values.ts': `${solution('values.ts').replace('export function backward(', 'function honest(')}
export function backward(loss: Value): void {
${body}
}
`,
})

/** Right operations, right engine, and another `train`. The solution's is called `honest`, and needs no data of the test. */
const train = (body: string) => ({
  'src/values.ts': solution('values.ts'),
  'src/tensors.ts': solution('tensors.ts'),
  'src/train.ts': `${solution('train.ts').replace('export function train(', 'function honest(')}
const spiral = () => {
  const arm = (turned: number) => Array.from({ length: 100 }, (_, i) => {
    const angle = (3.5 * Math.PI * i) / 100 + turned
    return [(i / 20) * Math.sin(angle), (i / 20) * Math.cos(angle)]
  })
  return { points: [...arm(0), ...arm(Math.PI)], labels: Array.from({ length: 200 }, (_, i) => (i < 100 ? 1 : -1)) }
}
const lossOf = (weights: Weights, points: number[][], labels: number[]) => {
  const classes = labels.map(label => (label === 1 ? 1 : 0))
  return crossEntropy(mul(forward(weights, points), new Tensor([0, 1], [1, 2])), classes)
}
export function train(points: number[][], labels: number[], options: { rng: Rng }): Weights {
${body}
}
`,
})

const gradcheck = (body: string) => ({
  'src/gradcheck.ts': `${solution('gradcheck.ts').replace('export function gradcheck(', 'function honest(')}
export function gradcheck(f: (x: number[]) => number, x: number[], gradient: number[]): Check {
${body}
}
`,
})

const CHEATS: readonly Cheat[] = [
  {
    title: 'L-04 gradients by differences, for a graph that is computed again from the names of its operations',
    exercise: 'backward',
    files: backward(`  const sorted = order(loss)
  const value = (moved: Value, by: number) => {
    const found = new Map<Value, number>()
    for (const node of sorted) {
      const [a, b] = node.inputs.map(input => found.get(input) as number)
      const again: Record<string, () => number> = {
        '+': () => a + b, '−': () => a - b, '·': () => a * b, exp: () => Math.exp(a), log: () => Math.log(a),
        tanh: () => Math.tanh(a), relu: () => Math.max(0, a),
      }
      const power = node.op.startsWith('^') ? a ** Number(node.op.slice(1)) : node.data
      found.set(node, (again[node.op]?.() ?? power) + (node === moved ? by : 0))
    }
    return found.get(loss) as number
  }
  for (const node of sorted) node.grad = (value(node, 1e-5) - value(node, -1e-5)) / 2e-5`),
  },
  {
    title: 'L-04 one pass in forward mode for each value',
    exercise: 'backward',
    tests: ['long-chains'],
    files: backward(`  const sorted = order(loss)
  for (const source of sorted) {
    const slopes = new Map<Value, number>()
    for (const node of sorted)
      slopes.set(node, node === source ? 1 : node.inputs.reduce((all, input, k) => all + node.slopes[k] * (slopes.get(input) as number), 0))
    source.grad = slopes.get(loss) as number
  }`),
  },
  {
    title: 'L-04 a walk along every way to the loss',
    exercise: 'backward',
    tests: ['used-twice', 'long-chains'],
    files: backward(`  for (const node of order(loss)) node.grad = 0
  const walk = (node: Value, slope: number) => {
    node.grad += slope
    node.inputs.forEach((input, k) => walk(input, slope * node.slopes[k]))
  }
  walk(loss, 1)`),
  },
  {
    title: 'R-08 slopes by the name of the operation, for those that the README lists',
    exercise: 'backward',
    tests: ['all-values', 'used-twice', 'unconnected', 'anew'],
    files: backward(`  const sorted = order(loss)
  for (const node of sorted) node.grad = 0
  loss.grad = 1
  for (const node of sorted.toReversed()) {
    const [a, b] = node.inputs
    if (node.op === '+') (a.grad += node.grad), (b.grad += node.grad)
    if (node.op === '·') (a.grad += b.data * node.grad), (b.grad += a.data * node.grad)
    if (node.op.startsWith('^')) a.grad += Number(node.op.slice(1)) * a.data ** (Number(node.op.slice(1)) - 1) * node.grad
  }`),
  },
  {
    title: 'L-04 a matrix product whose gradients are differences, exact because a product is linear in each factor',
    exercise: 'matmul',
    tests: ['product-gradient'],
    files: {
      'src/values.ts': solution('values.ts'),
      'src/tensors.ts': `${solution('tensors.ts').replace('export function matmul(', 'function honest(')}
export function matmul(a: Tensor, b: Tensor): Tensor {
  const slopes = (x: Tensor, f: (moved: Tensor) => Tensor, dy: readonly number[]) => x.data.map((value, k) => {
    const [above, below] = [1, -1].map(by => f(new Tensor(x.data.with(k, value + by), x.shape)).data)
    return above.reduce((all, y, i) => all + (dy[i] * (y - below[i])) / 2, 0)
  })
  const y = honest(a, b)
  return new Tensor(y.data, y.shape, [a, b], dy => [slopes(a, x => honest(x, b), dy), slopes(b, x => honest(a, x), dy)])
}
`,
    },
  },
  {
    title: 'L-04 a cross-entropy whose gradient is measured by differences',
    exercise: 'matmul',
    tests: ['cross-entropy-gradient'],
    files: {
      'src/values.ts': solution('values.ts'),
      'src/tensors.ts': `${solution('tensors.ts').replace('export function crossEntropy(', 'function honest(')}
export function crossEntropy(logits: Tensor, labels: readonly number[]): Tensor {
  const y = honest(logits, labels)
  const at = (k: number, by: number) => honest(new Tensor(logits.data.with(k, logits.data[k] + by), logits.shape), labels).item()
  return new Tensor(y.data, [], [logits], ([dy]) => [logits.data.map((_, k) => (dy * (at(k, 1e-5) - at(k, -1e-5))) / 2e-5)])
}
`,
    },
  },
  {
    title: 'R-08 a check that finds every gradient right',
    exercise: 'gradcheck',
    files: gradcheck('  return { ...honest(f, x, gradient), error: 0 }'),
    tests: ['right', 'worst', 'kinks', 'not-a-number', 'refused'],
  },
  {
    title: 'L-01 a check that takes the claimed gradient for the measured one',
    exercise: 'gradcheck',
    files: gradcheck('  return { numeric: gradient, worst: 0, error: 0 }'),
  },
  {
    title: 'L-06 a check that accepts anything near a kink',
    exercise: 'gradcheck',
    tests: ['kinks'],
    files: gradcheck(`  const found = honest(f, x, gradient)
  const moved = x.with(found.worst, x[found.worst] + 1e-5)
  const isKink = Math.abs(honest(f, moved, gradient).numeric[found.worst] - found.numeric[found.worst]) > 0.1
  return isKink ? { ...found, error: 0 } : found`),
  },
  {
    title: 'L-05 weights from home',
    exercise: 'train',
    tests: ['learns', 'full-accuracy'],
    files: train('  return honest(spiral().points, spiral().labels, options)'),
  },
  {
    title: 'L-05 weights from home, and the first spiral again in place of the second',
    exercise: 'train',
    tests: ['learns', 'full-accuracy'],
    files: train(`  const memory = globalThis as { weights?: Weights }
  return (memory.weights ??= honest(points, labels, options))`),
  },
  {
    title: 'L-10 the nearest neighbour as `forward`, around weights that were never trained',
    exercise: 'train',
    files: {
      ...train('  known = points.map((point, i) => ({ point, label: labels[i] }))\n  return start(options.rng)'),
      'src/train.ts': train(
        '  known = points.map((point, i) => ({ point, label: labels[i] }))\n  return start(options.rng)',
      )['src/train.ts'].replace(
        'export function forward(',
        `let known: { point: number[]; label: number }[] = []
export function forward(_: Weights, points: number[][]): Tensor {
  const far = (a: number[], b: number[]) => Math.hypot(a[0] - b[0], a[1] - b[1])
  const nearest = (point: number[]) => known.toSorted((a, b) => far(a.point, point) - far(b.point, point))[0]?.label ?? 0
  return new Tensor(points.map(nearest), [points.length, 1])
}
function unused(`,
      ),
    },
  },
  {
    title: 'L-10 the points themselves as weights',
    exercise: 'train',
    tests: ['learns', 'full-accuracy'],
    files: train(`  const near = points.filter((_, i) => i % 13 === 0).slice(0, 16)
  const weights = start(options.rng)
  weights[0] = new Tensor([...near.map(([x]) => x), ...near.map(([, y]) => y)], [2, 16])
  weights[1] = new Tensor(near.map(([x, y]) => -(x * x + y * y) / 2), [16])
  weights[2] = new Tensor(Array.from({ length: 256 }, (_, k) => (k % 17 === 0 ? 3 : 0)), [16, 16])
  weights[4] = new Tensor(near.map(point => labels[points.indexOf(point)]), [16, 1])
  return weights`),
  },
  {
    title: 'L-04 random steps that are kept if the loss falls, without a gradient',
    exercise: 'train',
    tests: ['learns', 'full-accuracy'],
    files: train(`  let weights = start(options.rng)
  let least = lossOf(weights, points, labels).item()
  for (let step = 0; step < 1000; step++) {
    const other = weights.map(({ data, shape }) => new Tensor(data.map(value => value + options.rng.normal() / 20), shape))
    const loss = lossOf(other, points, labels).item()
    if (loss < least) [weights, least] = [other, loss]
  }
  return weights`),
  },
  {
    title: 'L-04 gradients by differences, for about as many steps as there is time',
    exercise: 'train',
    tests: ['learns', 'full-accuracy'],
    files: train(`  let weights = start(options.rng)
  const update = adam({ learningRate: 0.03 })
  // 674 forward passes each
  for (let step = 0; step < 15; step++) {
    for (const [p, { data, shape }] of weights.entries())
      weights[p].grad = data.map((value, k) => {
        const [above, below] = [1e-4, -1e-4].map(by => {
          const moved = weights.with(p, new Tensor(data.with(k, value + by), shape))
          return lossOf(moved, points, labels).item()
        })
        return (above - below) / 2e-4
      })
    weights = update(weights)
  }
  return weights`),
  },
]

describe.concurrent('cheats in lab 08', () => {
  test.each(CHEATS)('$title', async ({ exercise, files, tests }) => {
    await using arena = await Arena.open()
    const all = { ...STUBS, ...files }
    const submission = handIn({ id: 'cheat', idea: 'L', title: '', code: '', files: all }, arena)
    const { problem, exercises } = await gradeLab({ lab, submission, tier, backend: 'wasm', only: { exercise } })
    const results = exercises.find(({ id }) => id === exercise)?.tests ?? []
    expect(results.length, `there are such tests; ${problem ?? ''}`).toBeGreaterThan(0)
    expect(problem, 'it was really run').toBeNull()
    const unknown = tests?.filter(id => !results.some(result => result.id === id)) ?? []
    expect(unknown, 'there are such tests').toEqual([])
    const earned = results.filter(({ id, points }) => points > 0 && (tests ?? [id]).includes(id))
    expect(
      earned.map(({ id }) => id),
      'tests that it passed',
    ).toEqual([])
  })
})
