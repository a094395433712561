import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findLabs, solutionDir } from '../../src/course.ts'
import { expectedStubs } from '../../src/intake/stubs.ts'
import { gradeLab } from '../../src/pipeline/grade-lab.ts'
import { strongestTier } from '../../src/sandbox/try-tier.ts'
import { Arena } from '../attacks/arena.ts'
import { handIn } from '../attacks/trial.ts'

/** Cheats that lab 09 invites and that are more than a change to its solution; those are its mutants. */

const { id: tier } = await strongestTier()
const [lab] = await findLabs('09')
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

/** The solution's `fit` under another name, for a cheat to build on. */
const HONEST = solution('deep.ts').replace('export async function fit(', 'async function honest(')
const NETWORK = { 'src/network.ts': solution('network.ts') }

/** A network without depth, and 30 deep layers around it that are made of these γ and β, and of weights of 0. */
const around = (gamma: number, beta: number) => ({
  ...NETWORK,
  'src/deep.ts': `${HONEST}
export async function fit(images: Uint8Array, labels: Uint8Array, options: FitOptions) {
  const shallow = await honest(images, labels, { ...options, depth: 0 })
  const last = shallow.length - 650
  const layer = Float32Array.from({ length: 64 * 64 + 4 * 64 }, (_, k) =>
    k < 4096 ? 0 : k < 4160 ? ${gamma} : k < 4224 ? ${beta} : k < 4288 ? 0 : 1)
  const deep = Array.from({ length: options.depth }, () => [...layer]).flat()
  const logits = shallow.slice(last)
  // What the layers add is the same for each image, so the biases can take it away again.
  for (let c = 0; c < 10; c++)
    for (let j = 0; j < 64; j++) logits[640 + c] -= options.depth * ${Math.max(0, beta)} * logits[j * 10 + c]
  return Float32Array.from([...shallow.slice(0, last), ...deep, ...logits])
}
`,
})

/** All tests of `depth` but the one that asks for the form of the answer, which these have. */
const TRAINED = ['shallow', 'learns', 'full-accuracy', 'plain']

const CHEATS: readonly Cheat[] = [
  {
    title: 'L-10 thirty layers that add nothing, around a network without depth',
    exercise: 'depth',
    tests: TRAINED,
    files: around(0, 0),
  },
  {
    title: 'L-10 thirty layers that add the same to every image, around a network without depth',
    exercise: 'depth',
    tests: TRAINED,
    files: around(0, 0.5),
  },
  {
    title: 'L-10 a shallow network in place of a deep one',
    exercise: 'depth',
    tests: ['numbers', 'learns', 'full-accuracy', 'plain'],
    files: {
      ...NETWORK,
      'src/deep.ts': `${HONEST}
export const fit = (images: Uint8Array, labels: Uint8Array, options: FitOptions) =>
  honest(images, labels, { ...options, depth: 3 })
`,
    },
  },
  {
    title: 'L-07 thirty layers without skips that were never trained',
    exercise: 'depth',
    tests: ['plain'],
    files: {
      ...NETWORK,
      'src/deep.ts': `${HONEST}
export const fit = (images: Uint8Array, labels: Uint8Array, options: FitOptions) =>
  honest(images, labels, { ...options, steps: options.skip || options.depth < 30 ? options.steps : 0 })
`,
    },
  },
  {
    title: 'L-10 first weights that pass everything on, so that depth without skips learns too',
    exercise: 'depth',
    tests: ['plain'],
    files: {
      'src/deep.ts': solution('deep.ts'),
      'src/network.ts': solution('network.ts')
        .replace('add, div,', 'add, div, tensor,')
        .replace(
          'new Parameter(normal([inSize, outSize], { on, rng, std: Math.sqrt(2 / inSize) }))',
          `new Parameter(inSize === outSize
            ? tensor(Float32Array.from({ length: inSize * outSize }, (_, k) => (k % (outSize + 1) === 0 ? 1 : 0)), { on, shape: [inSize, outSize] })
            : normal([inSize, outSize], { on, rng, std: Math.sqrt(2 / inSize) }))`,
        ),
    },
  },
  {
    title: 'L-05 weights from home, for pixels in their published order',
    exercise: 'depth',
    files: {
      ...NETWORK,
      'src/deep.ts': `${HONEST}
export const fit = async (images: Uint8Array, labels: Uint8Array, { depth }: FitOptions) =>
  Float32Array.from({ length: 51_082 + depth * 4352 }, (_, k) => Math.sin(k * k) / 5)
`,
    },
    tests: TRAINED,
  },
  {
    title: 'L-06 the published test images as training data',
    exercise: 'depth',
    files: {
      ...NETWORK,
      'src/deep.ts': `import { loadMnist } from '@backprop/datasets/node'
${HONEST}
export const fit = async (_: Uint8Array, __: Uint8Array, options: FitOptions) => {
  const { test } = await loadMnist()
  return honest(test.images, test.labels, options)
}
`,
    },
  },
  {
    title: "L-11 the library's batch norm",
    exercise: 'batch-norm',
    files: {
      'src/batch-norm.ts': `import { BatchNorm2d } from '@backprop/nn'
export const batchNorm = (gamma: number[]) => new BatchNorm2d(gamma.length, {} as never)
`,
    },
  },
  {
    title: 'L-04 gradients of a block by differences',
    exercise: 'residual-block',
    tests: ['backward', 'backward-projection'],
    files: {
      'src/matrix.ts': solution('matrix.ts'),
      'src/residual.ts': `${solution('residual.ts').replace('export function residualBackward(', 'function byHand(')}
export function residualBackward(x: Matrix, block: Block, dy: Matrix) {
  const h = 1e-3
  const loss = () => residual(x, block).flat().reduce((all, y, k) => all + y * dy.flat()[k], 0)
  const slopes = (matrix: Matrix) => matrix.map(row => row.map((value, j) => {
    row[j] = value + h
    const above = loss()
    row[j] = value - h
    const below = loss()
    row[j] = value
    return (above - below) / (2 * h)
  }))
  const { w1, w2, projection } = block
  return { dx: slopes(x), dw1: slopes(w1), dw2: slopes(w2), dprojection: projection && slopes(projection) }
}
`,
    },
  },
  {
    title: 'L-04 an augmentation that counts instead of drawing',
    exercise: 'augmentation',
    tests: ['random', 'random-cutout', 'batch'],
    files: {
      'src/augmentation.ts': solution('augmentation.ts')
        .replace('export function augment(', 'let turn = 0\nexport function augment(')
        .replaceAll('rng.integer(', '((n: number) => turn++ % n)('),
    },
  },
  {
    title: 'R-08 the same rate at every step',
    exercise: 'schedule',
    files: { 'src/schedule.ts': 'export const learningRate = (_: number, { peak }: { peak: number }) => peak\n' },
  },
]

describe.concurrent('cheats in lab 09', () => {
  test.each(CHEATS)('$title', async ({ exercise, files, tests }) => {
    await using arena = await Arena.open()
    const all = { ...STUBS, ...files }
    const submission = handIn({ id: 'cheat', idea: 'L', title: '', code: '', files: all }, arena)
    const { problem, exercises } = await gradeLab({ lab, submission, tier, backend: 'wasm', only: { exercise } })
    const results = exercises.find(({ id }) => id === exercise)?.tests ?? []
    expect(results.length, `there are such tests; ${problem ?? ''}`).toBeGreaterThan(0)
    const unknown = tests?.filter(id => !results.some(result => result.id === id)) ?? []
    expect(unknown, 'there are such tests').toEqual([])
    const earned = results.filter(({ id, points }) => points > 0 && (tests ?? [id]).includes(id))
    expect(
      earned.map(({ id }) => id),
      'tests that it passed',
    ).toEqual([])
  })
})
