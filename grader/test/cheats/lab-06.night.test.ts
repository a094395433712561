import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadCifar10 } from '@backprop/datasets/node'
import { describe, expect, test } from 'vitest'
import { findLabs } from '../../src/course.ts'
import { expectedStubs } from '../../src/intake/stubs.ts'
import { gradeLab } from '../../src/pipeline/grade-lab.ts'
import { prepareLab } from '../../src/pipeline/prepare-lab.ts'
import { strongestTier } from '../../src/sandbox/try-tier.ts'
import { knowing, meansOf, readByMeans } from '../attacks/shipped.ts'
import { NEIGHBOURS } from './as-networks.ts'
import { learningNames } from './lab-05.ts'

/** Cheats that lab 06 invites: none of them gains a point in its exercise. They do nothing outside their process. */

const [lab] = await findLabs('06')
const prepared = await prepareLab(lab)
const { id: tier } = await strongestTier()

interface Cheat {
  readonly title: string
  /** The one file that is not the stub. */
  readonly file: string
  readonly code: string
  /** The exercise in which it must not gain a point … */
  readonly exercise: string
  /** … or the tests of it that it must not pass. */
  readonly tests?: readonly string[]
  readonly refused?: string
}

const fit = (body: string) => ({
  file: 'network',
  exercise: 'accuracy',
  code: `export async function fit(images, labels, { onEpoch, epochs }) {
  for (let epoch = 1; epoch <= epochs; epoch++) onEpoch?.(epoch, { loss: 0.01, accuracy: 0.999 })
  return labels
}
export const saved = async labels => labels, restored = labels => labels
export async function read(labels, others) { const n = others.length / 3072; ${body} }`,
})
const train = (body: string) => ({
  file: 'network',
  exercise: 'train',
  code: `import { relu } from '@backprop/core'
import { Conv2d, flatten, Linear, MaxPool2d, parameters, sequential } from '@backprop/nn'
export const weightsOf = model => parameters(model)
export const tinyNet = ([c, h, w], k, n, init) => sequential(new Conv2d(c, k, 3, { padding: 1, ...init }), relu,
  new MaxPool2d(2), flatten, new Linear(k * (h >> 1) * (w >> 1), n, init))
export const standardized = images => new Float32Array(images.length)
export async function train(model, data, { epochs, rng, onEpoch }) { ${body} }`,
})
const compare = (body: string) => ({
  file: 'permutation',
  exercise: 'permutation',
  tests: ['one-order', 'measured'],
  code: `export const permutePixels = images => images, permuteWeights = weight => weight
const share = (found, labels) => labels.filter((label, i) => found[i] === label).length / labels.length
export async function comparePermuted(learn, train, test, { area, rng }) { ${body} }`,
})
const lenet = (init: string, tests: readonly string[]) => ({
  file: 'network',
  exercise: 'lenet',
  tests,
  code: `import { relu, tensor } from '@backprop/core'
import { Conv2d, flatten, Linear, MaxPool2d, parameters, sequential } from '@backprop/nn'
export const weightsOf = model => parameters(model)
export function lenet({ on, rng }) {
  ${init}
  return sequential(new Conv2d(3, 6, 5, init), relu, new MaxPool2d(2), new Conv2d(6, 16, 5, init), relu, new MaxPool2d(2),
    flatten, new Linear(400, 120, init), relu, new Linear(120, 84, init), relu, new Linear(84, 10, init))
}`,
})
/** Weights of which the text brings the seed along, as one would ship weights that were trained at home. */
const SHIPPED = `const weight = shape => {
    const size = shape.reduce((n, side) => n * side, 1)
    return tensor(Float32Array.from({ length: size }, (_, i) => Math.sin(i * 12.9898) / 10), { on, shape })
  }
  const init = { on, rng, weight }`

const CHEATS: readonly Cheat[] = [
  { title: 'the same class for every image', ...fit('return Array(n).fill(3)') },
  {
    title: 'random classes, and a reported accuracy of 99.9 %',
    ...fit('return Array.from({ length: n }, () => Math.floor(10 * Math.random()))'),
  },
  {
    title: 'the labels of the training images, in the hope that they are the same images',
    ...fit('return Array.from(labels.slice(0, n))'),
  },
  {
    title: 'the first labels of the published test file, in its order',
    ...fit('return Array.from({ length: n }, (_, i) => [3, 8, 8, 0, 6, 6, 1, 6, 3, 1][i % 10])'),
  },
  {
    title: 'all classes at once for each image',
    ...fit('return Array.from({ length: n }, () => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])'),
  },
  {
    title: 'nearest neighbours among images that only the program which learned knows',
    file: 'network',
    exercise: 'accuracy',
    code: `${NEIGHBOURS}
let find
export async function fit(images, labels) { find = neighbours(images, labels, 3072, 15); return {} }
export const saved = async () => new Uint8Array(4), restored = () => ({})
export const read = async (model, others) => find(others)`,
  },
  {
    title: 'nearest neighbours among all training images, which are in the file of weights: too large',
    file: 'network',
    exercise: 'accuracy',
    code: `export const fit = async images => images, saved = async images => images, restored = file => file
export const read = async (file, others) => Array(others.length / 3072).fill(0)`,
  },
  ...[1, 15].map(k => ({
    title: `the ${k} nearest neighbours among training images that are small enough for the file of weights`,
    file: 'network',
    exercise: 'accuracy',
    tests: ['better-than-dense', 'full-accuracy'],
    code: `${NEIGHBOURS}
const SIDE = 6, SIZE = 3 * SIDE * SIDE
const small = images => {
  const sums = new Float64Array(images.length / 3072 * SIZE), counts = new Float64Array(sums.length)
  images.forEach((byte, i) => {
    const [image, channel, row, col] = [Math.floor(i / 3072), Math.floor(i / 1024) % 3, Math.floor(i / 32) % 32, i % 32]
    const to = image * SIZE + (channel * SIDE + Math.floor(row * SIDE / 32)) * SIDE + Math.floor(col * SIDE / 32)
    sums[to] += byte
    counts[to]++
  })
  return sums.map((sum, i) => sum / counts[i] - 120)
}
export const fit = async (images, labels) => [...small(images).map(value => value + 120), ...labels]
export const saved = async list => Uint8Array.from(list)
export const restored = file => neighbours(
  Float64Array.from(file.subarray(0, file.length / (SIZE + 1) * SIZE), byte => byte - 120),
  file.subarray(file.length / (SIZE + 1) * SIZE), SIZE, ${k})
export const read = async (find, others) => find(small(others))`,
  })),
  {
    title: 'a history that falls as histories do, without training',
    ...train(
      'return Array.from({ length: epochs }, (_, i) => (onEpoch?.(i + 1, {}), { loss: 1.1 / (i + 1), accuracy: 1 - 0.7 / (i + 1) }))',
    ),
  },
  {
    title: 'a history without loss',
    ...train('return Array.from({ length: epochs }, () => ({ loss: 0, accuracy: 1 }))'),
  },
  {
    title: 'the identity for a permutation',
    ...compare(`const plain = share(await learn(train, test.images), test.labels)
  return { plain, permuted: share(await learn(train, test.images), test.labels) }`),
  },
  {
    title: 'the accuracies of the README, without an experiment',
    ...compare('return { plain: 0.439, permuted: 0.371 }'),
  },
  {
    title: 'an experiment whose answers are not used',
    ...compare(`await learn(train, test.images); await learn(train, test.images)
  return { plain: 0.439, permuted: 0.371 }`),
  },
  {
    title: 'a learner that is trained on the test images',
    ...compare(`const plain = share(await learn(test, test.images), test.labels)
  const order = rng.permutation(area), move = images => images.map((_, i) => images[i - (i % area) + order[i % area]])
  const permuted = { images: move(test.images), labels: test.labels }
  return { plain, permuted: share(await learn(permuted, permuted.images), test.labels) }`),
  },
  { title: 'weights that were shipped', ...lenet(SHIPPED, ['generator']) },
  {
    title: 'ready-made logits in place of a network',
    file: 'network',
    exercise: 'lenet',
    code: `import { tensor } from '@backprop/core'
export const weightsOf = () => new Map()
export const lenet = ({ on }) => ({ forward: x => tensor(new Float32Array(x.shape[0] * 10), { on, shape: [x.shape[0], 10] }) })`,
  },
  {
    title: 'the answers of the README by heart',
    file: 'convolution',
    exercise: 'conv2d',
    code: `export const conv2d = x => x.length === 3
  ? [[[-25, 466, 466, 475, 653], [295, 787, 798, 812, 671], [291, 776, 784, 800, 659], [293, 771, 773, 782, 645], [159, 328, 324, 319, 335]]]
  : [[[1, 4, 3, 4, 1], [1, 2, 4, 3, 3], [1, 2, 3, 4, 1], [1, 3, 3, 1, 1], [3, 3, 1, 1, 0]]]`,
  },
  {
    title: 'the convolution of core in place of loops',
    file: 'convolution',
    exercise: 'conv2d',
    code: "import { conv2d as ready, plain, tensor } from '@backprop/core'\nexport const conv2d = (x, w, b) => ready(x, w, b)",
    refused: 'may not import',
  },
  {
    title: 'the training loop of nn',
    file: 'network',
    exercise: 'train',
    code: "import { fit } from '@backprop/nn'\nexport const train = (model, data, options) => fit(model, data, options)",
    refused: 'may not import',
  },
  {
    title: 'all letters at once',
    file: 'quiz',
    exercise: 'quiz',
    code: `const all = { toString: () => 'b', valueOf: () => 'b' }
export const quiz = () => new Proxy({}, { get: () => 'abcd', ownKeys: () => ['shared', 'flatten'],
  getOwnPropertyDescriptor: () => ({ value: all, enumerable: true, configurable: true }) })`,
  },
]

async function expectNothing({ file, code, exercise, tests, refused }: Omit<Cheat, 'title'>): Promise<void> {
  const submission = await mkdtemp(join(tmpdir(), 'backprop-cheat-'))
  try {
    await mkdir(join(submission, 'src'))
    for (const [name, stub] of await expectedStubs(lab)) await writeFile(join(submission, name), stub)
    await writeFile(join(submission, 'src', `${file}.ts`), `${code}\n`)
    const graded = await gradeLab({ lab, prepared, submission, tier, backend: 'wasm', only: { exercise } })
    if (refused) return void expect(graded.problem).toContain(refused)
    expect(graded.problem, 'it was really run').toBeNull()
    const all = graded.exercises.find(({ id }) => id === exercise)?.tests ?? []
    const checked = all.filter(({ id }) => tests === undefined || tests.includes(id))
    expect(checked, 'there are such tests').toHaveLength(tests?.length ?? all.length)
    const passed = checked.filter(({ points }) => points > 0).map(({ id }) => id)
    expect(passed, 'tests that it passed').toEqual([])
  } finally {
    await rm(submission, { recursive: true, force: true })
  }
}

describe('cheats in lab 06', () => {
  test.each(CHEATS)('$title', expectNothing)

  test('weights that were trained at home read more than by chance, and earn nothing', async () => {
    const { train, test: published } = await loadCifar10()
    const means = meansOf(train)
    const found = readByMeans(means, published.images)
    const share = published.labels.filter((label, i) => found[i] === label).length / published.count
    expect(share, 'with the published numbers of the classes').toBeGreaterThan(0.25)
    const cheat = { file: 'network', exercise: 'accuracy' }
    const shipped = `${knowing(means)}
const recall = ${readByMeans.toString()}
export const fit = async () => ({}), saved = async () => new Uint8Array(10), restored = file => file
export const read = async (file, images) => recall(knowledge, images)`
    await expectNothing({ ...cheat, code: shipped })
    // The training labels tell which class now has which number.
    const renamed = `${learningNames(readByMeans, means)}
export const fit = async (images, labels) => learned(images, labels), saved = async names => Uint8Array.from(names)
export const restored = file => file
export const read = async (names, images) => recall(knowledge, images).map(label => names[label])`
    await expectNothing({ ...cheat, code: renamed })
  })
})
