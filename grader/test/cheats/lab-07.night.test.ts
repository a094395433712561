import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadMnist } from '@backprop/datasets/node'
import { describe, expect, test } from 'vitest'
import { findLabs, solutionDir } from '../../src/course.ts'
import { expectedStubs } from '../../src/intake/stubs.ts'
import { gradeLab } from '../../src/pipeline/grade-lab.ts'
import { prepareLab } from '../../src/pipeline/prepare-lab.ts'
import { strongestTier } from '../../src/sandbox/try-tier.ts'
import { Arena } from '../attacks/arena.ts'
import { meansOf, readByMeans } from '../attacks/shipped.ts'
import { handIn } from '../attacks/trial.ts'
import { FLAT, MEANS, NEIGHBOURS, PROTOTYPES } from './as-networks.ts'
import { hashOf, learningNames, lookUp, renaming, tableOf } from './lab-05.ts'

/** Cheats that lab 07 invites and that are more than a change to its solution; those are its mutants. */

const { id: tier } = await strongestTier()
const [lab] = await findLabs('07')
const prepared = await prepareLab(lab)
const STUBS = Object.fromEntries(await expectedStubs(lab))

interface Cheat {
  readonly title: string
  readonly exercise: string
  readonly code: string
  /** The tests that it must not pass; all of the exercise unless given. */
  readonly tests?: readonly string[]
}

/** `fit` that tells of epochs which it never trained; `body` reads n images. */
const fit = (body: string) => `export async function fit(images, labels, { on, rng, maxEpochs, onEpoch }) {
  for (let epoch = 1; epoch <= maxEpochs; epoch++) onEpoch?.(epoch, { training: 0.01, validation: 0.01 })
  const pixels = images.length / labels.length
  return async others => { const n = others.length / pixels; ${body} }
}`

const stopping = (body: string) => `export const rehearsal = () => ({})
export async function earlyStopping(run, { patience, minDelta, maxEpochs }) { ${body} }`

/** The same answers from two layers: ten neurons that are never silent, and the identity. */
const THROUGH_A_HIDDEN_LAYER = `const twice = ([weight, bias]) => {
  const identity = Float32Array.from({ length: 100 }, (_, i) => (i % 11 === 0 ? 1 : 0))
  return { sizes: [784, 10, 10], weights: flat([weight, bias.map(b => b + 1000), identity, new Float32Array(10)]) }
}`

const CHEATS: readonly Cheat[] = [
  {
    title: 'L-06 a test set that is the training set once more',
    exercise: 'split',
    tests: ['each-once', 'groups-together', 'stratified', 'totals'],
    code: 'export const split = (labels, groups, { shares }) => shares.map(() => labels.map((_, i) => i))',
  },
  {
    title: 'L-08 a split by a seed that was tuned at home',
    exercise: 'split',
    tests: ['random'],
    code: `export function split(labels, groups, { shares }) {
  const seats = shares.flatMap((share, part) => Array(share).fill(part))
  const parts = shares.map(() => []), names = [...new Set(groups)].sort((a, b) => Math.sin(a * 42) - Math.sin(b * 42))
  names.forEach((name, k) => groups.forEach((g, i) => g === name && parts[seats[k % seats.length]].push(i)))
  return parts
}`,
  },
  {
    title: 'L-04 a mask that drops every second number, without drawing anything',
    exercise: 'dropout',
    tests: ['share', 'fresh-mask'],
    code: `export const dropout = p => ({
  forward: (x, training) => x.map((v, i) => (training ? (Math.floor((i + 1) * p) > Math.floor(i * p) ? 0 : v / (1 - p)) : v)),
  backward: dy => dy.map((d, i) => (Math.floor((i + 1) * p) > Math.floor(i * p) ? 0 : d / (1 - p))),
})`,
  },
  {
    title: 'L-01 a dropout of nothing, whose backward is right',
    exercise: 'dropout',
    tests: ['values', 'share', 'fresh-mask'],
    code: 'export const dropout = () => ({ forward: x => x.slice(), backward: dy => dy.slice() })',
  },
  {
    title: 'L-07 a report of falling losses and a small test loss, without any training',
    exercise: 'early-stopping',
    code: stopping(
      `return { validationLosses: Array.from({ length: maxEpochs }, (_, i) => 1 / (i + 1)), bestEpoch: maxEpochs, testLoss: 0.01 }`,
    ),
  },
  {
    title: 'L-06 an early stopping that tries all epochs on the test set and keeps the best',
    exercise: 'early-stopping',
    tests: ['patience', 'min-delta', 'restore', 'live-weights', 'no-peeking', 'not-a-number'],
    code: stopping(`const validationLosses = []
  let best = { epoch: 0, loss: Infinity, weights: (await run.weights()).slice() }
  for (let epoch = 1; epoch <= maxEpochs; epoch++) {
    await run.epoch()
    validationLosses.push(await run.validationLoss())
    const loss = await run.testLoss()
    if (loss < best.loss) best = { epoch, loss, weights: (await run.weights()).slice() }
  }
  await run.setWeights(best.weights)
  return { validationLosses, bestEpoch: best.epoch, testLoss: best.loss }`),
  },
  {
    title: 'L-04 one Adam for both kinds of decay, with no decay in it',
    exercise: 'weight-decay',
    tests: ['adam-l2', 'adam-w', 'own-memory'],
    code: `const adam = ({ learningRate }) => {
  let t = 0, m = [], v = []
  return (w, g) => (t++, g.map((x, j) => {
    m[j] = 0.9 * (m[j] ?? 0) + 0.1 * x, v[j] = 0.999 * (v[j] ?? 0) + 0.001 * x * x
    return w[j] - learningRate * m[j] / (1 - 0.9 ** t) / (Math.sqrt(v[j] / (1 - 0.999 ** t)) + 1e-8)
  }))
}
export const l2 = () => ({ penalty: 0, gradient: [] }), adamL2 = adam, adamW = adam`,
  },
  {
    title: 'R-08 the same verdict on every pair of curves',
    exercise: 'diagnose',
    tests: ['underfit', 'good', 'noise', 'any-scale', 'refusals'],
    code: "export const diagnose = () => 'overfit'",
  },
  {
    title: 'R-08 the same digit for every image, and losses of 0.01',
    exercise: 'beat-overfitting',
    code: fit('return Array(n).fill(1)'),
  },
  {
    title: 'L-07 random digits, and losses of 0.01',
    exercise: 'beat-overfitting',
    code: fit('return Array.from({ length: n }, () => rng.integer(10))'),
  },
  {
    title: 'L-06 the labels of the training images, in the hope that they are the same images',
    exercise: 'beat-overfitting',
    code: fit('return Array.from({ length: n }, (_, i) => labels[i % labels.length])'),
  },
  {
    title: 'L-05 the first labels of the published test file, in its order',
    exercise: 'beat-overfitting',
    code: fit('return Array.from({ length: n }, (_, i) => [7, 2, 1, 0, 4, 1, 4, 9, 5, 9][i % 10])'),
  },
  {
    title: 'L-10 a function that reads by the fifteen nearest neighbours, which is no network',
    exercise: 'beat-overfitting',
    code: `${NEIGHBOURS}
export const fit = async (images, labels) => neighbours(images, labels, 784, 15)`,
  },
  {
    title: 'L-10 a layer of all training images, which has too many neurons',
    exercise: 'beat-overfitting',
    code: `${FLAT}
${PROTOTYPES}
export const fit = async (images, labels) =>
  ({ sizes: [784, 1000, 10], weights: flat(prototypes(images, labels, 1000, 0.4)) })`,
  },
  {
    title: 'L-10 a Gaussian kernel over all training images, which is no network',
    exercise: 'beat-overfitting',
    code: `export const fit = async (images, labels) => others => {
  const like = (a, b) => { let s = 0; for (let p = 0; p < 784; p++) s += ((images[784 * a + p] - others[784 * b + p]) / 255) ** 2; return Math.exp(-s / 10) }
  return Array.from({ length: others.length / 784 }, (_, b) => {
    const votes = new Float64Array(10)
    labels.forEach((label, a) => (votes[label] += like(a, b)))
    return votes.indexOf(Math.max(...votes))
  })
}`,
  },
  {
    title: 'L-10 the means of the classes, written as a network',
    exercise: 'beat-overfitting',
    code: readFileSync(join(solutionDir(lab), 'cheap/class-means.ts'), 'utf8'),
  },
  ...[0.3, 0.4, 0.5].map(likeness => ({
    title: `L-10 as many training images as fit in, with a vote of those that are alike by ${likeness}`,
    exercise: 'beat-overfitting',
    tests: ['full-margin'],
    code: `${FLAT}
${PROTOTYPES}
export const fit = async (images, labels) =>
  ({ sizes: [784, 256, 10], weights: flat(prototypes(images, labels, 256, ${likeness})) })`,
  })),
]

/** The tests of an exercise, and whether a submission of just its file passes them. */
async function graded(exercise: string, code: string): Promise<{ id: string; isPassed: boolean }[]> {
  await using arena = await Arena.open()
  const files = { ...STUBS, [`src/${exercise}.ts`]: `${code}\n` }
  const submission = handIn({ id: 'cheat', idea: 'L', title: '', code: '', files }, arena)
  const { problem, exercises } = await gradeLab({
    lab,
    prepared,
    submission,
    tier,
    backend: 'wasm',
    only: { exercise },
  })
  expect(problem, 'it was really run').toBeNull()
  const tests = exercises.find(({ id }) => id === exercise)?.tests ?? []
  expect(tests.length, 'there are such tests').toBeGreaterThan(0)
  return tests.map(({ id, points }) => ({ id, isPassed: points > 0 }))
}

const passed = async (exercise: string, code: string): Promise<string[]> =>
  (await graded(exercise, code)).filter(({ isPassed }) => isPassed).map(({ id }) => id)

describe.concurrent('cheats in lab 07', () => {
  test.each(CHEATS)('$title', async ({ exercise, code, tests }) => {
    const results = await graded(exercise, code)
    const unknown = tests?.filter(id => !results.some(result => result.id === id)) ?? []
    expect(unknown, 'there are such tests').toEqual([])
    const earned = results.filter(({ id, isPassed }) => isPassed && (tests ?? [id]).includes(id))
    expect(earned, 'tests that it passed').toEqual([])
  })

  test('L-05 a table of all published images, which learns the new names, earns nothing', async () => {
    const { train, test: published } = await loadMnist()
    const some = { ...train, labels: train.labels.subarray(0, 5000) }
    expect(await passed('beat-overfitting', renaming(lookUp, tableOf([published, some], hashOf)))).toEqual([])
  })

  test('L-05 knowledge that was gained at home, and learns the new names, earns nothing', async () => {
    const { train } = await loadMnist()
    const network = `${learningNames(readByMeans, meansOf(train))}
${FLAT}
${MEANS}
${THROUGH_A_HIDDEN_LAYER}
export const fit = async (images, labels) => twice(nearestMean(knowledge, learned(images, labels)))`
    expect(await passed('beat-overfitting', network)).toEqual([])
  })
})
