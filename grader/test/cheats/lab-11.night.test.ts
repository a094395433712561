import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findLabs, solutionDir } from '../../src/course.ts'
import { expectedStubs } from '../../src/intake/stubs.ts'
import { gradeLab } from '../../src/pipeline/grade-lab.ts'
import { strongestTier } from '../../src/sandbox/try-tier.ts'
import { Arena } from '../attacks/arena.ts'
import { handIn } from '../attacks/trial.ts'

/** Cheats that lab 11 invites and that are more than a small change to its solution; those are its mutants. */

const { id: tier } = await strongestTier()
const [lab] = await findLabs('11')
const STUBS = Object.fromEntries(await expectedStubs(lab))
const solution = (file: string) => readFileSync(join(solutionDir(lab), 'src', file), 'utf8')

interface Cheat {
  readonly title: string
  readonly exercise: string
  readonly files: Readonly<Record<string, string>>
  /** The tests that it must not pass. */
  readonly tests: readonly string[]
}

/** The reference's files that an answer to the defence needs, with another `fit`. */
const defence = (fit: string) => ({
  'src/gradient.ts': solution('gradient.ts'),
  'src/attack.ts': solution('attack.ts'),
  'src/defence.ts': `import { tensor } from '@backprop/core'
import { Parameter } from '@backprop/nn'
import { newLayers, toPixels, train } from './network.ts'
const layer = (weight, bias, on) => ({
  weight: new Parameter(tensor(weight, { on, shape: [weight.length / bias.length, bias.length] })),
  bias: new Parameter(tensor(bias, { on })),
})
const plainly = async (images, labels, options) => {
  const layers = newLayers([images.length / labels.length, 128, 64, 10], options)
  await train(layers, { images: toPixels(images), labels }, options)
  return layers
}
export const robustTrain = () => Promise.resolve([])
export async function fit(images, labels, options) { ${fit} }
`,
})

const scaled = (factor: string) => `const layers = await plainly(images, labels, options)
  const sizes = layers.map(({ weight, bias }) => [weight.value.dataSync(), bias.value.dataSync()])
  let scale = 1
  return sizes.map(([weight, bias], l) => {
    const by = ${factor}
    scale *= by
    return layer(weight.map(w => w * by), bias.map(b => b * scale), options.on)
  })`

const CHEATS: readonly Cheat[] = [
  {
    title: 'L-10 a plain network whose logits are so large that the gradient of its loss is 0',
    exercise: 'defence',
    files: defence(scaled('10_000')),
    tests: ['one-step', 'ten-steps'],
  },
  {
    title: 'L-10 a plain network whose first layers are so small that the gradient vanishes in rounding',
    exercise: 'defence',
    files: defence(scaled('l === 0 ? 1e-18 : l === 1 ? 1e-12 : 1e30')),
    tests: ['one-step', 'ten-steps'],
  },
  {
    title: 'L-10 layers that answer at random, by a getter that draws their biases each time',
    exercise: 'defence',
    files: defence(`const layers = await plainly(images, labels, options)
  const { on, rng } = options
  return [...layers.slice(0, 2), { weight: layers[2].weight, get bias() {
    return new Parameter(tensor(Float32Array.from({ length: 10 }, () => 20 * rng.normal()), { on }))
  } }]`),
    tests: ['one-step', 'ten-steps'],
  },
  {
    title: 'R-08 the same digit for every image, which no attack changes',
    exercise: 'defence',
    files: defence(
      'return [layer(new Float32Array(7840), Float32Array.from({ length: 10 }, (_, c) => Number(c === 1)), options.on)]',
    ),
    tests: ['clean', 'one-step', 'ten-steps'],
  },
  {
    title: 'L-10 the means of the classes, which stand some attacks but read too little',
    exercise: 'defence',
    files: defence(`const size = images.length / labels.length
  const [means, counts] = [new Float64Array(10 * size), new Float64Array(10)]
  labels.forEach((label, i) => { counts[label]++; for (let p = 0; p < size; p++) means[label * size + p] += images[i * size + p] / 255 })
  const weight = new Float32Array(size * 10), bias = new Float32Array(10)
  for (let c = 0; c < 10; c++) for (let p = 0; p < size; p++) {
    const mean = means[c * size + p] / counts[c]
    weight[p * 10 + c] = mean
    bias[c] -= mean ** 2 / 2
  }
  return [layer(weight, bias, options.on)]`),
    tests: ['clean', 'one-step', 'ten-steps'],
  },
  {
    title: 'L-04 an input gradient by backward, which leaves gradients in the layers for the next step',
    exercise: 'defence',
    files: {
      'src/gradient.ts': `import { backward, crossEntropy, mul, noGrad } from '@backprop/core'
import { forward } from './network.ts'
export function inputGradient(layers, x, labels) {
  const leaf = x.detach({ requiresGrad: true })
  backward(crossEntropy(forward(layers, leaf), labels))
  return noGrad(() => mul(leaf.grad, labels.length))
}
`,
      'src/attack.ts': solution('attack.ts'),
      'src/defence.ts': solution('defence.ts'),
    },
    tests: ['losses'],
  },
  {
    title: 'L-07 noise of size ε in place of an attack',
    exercise: 'attack',
    files: {
      'src/attack.ts': `import { tensor } from '@backprop/core'
const noise = (x, epsilon) => tensor(x.dataSync().map(v => Math.min(1, Math.max(0, v + (Math.random() < 0.5 ? -epsilon : epsilon)))), { on: x.on, shape: x.shape })
export const fgsm = (layers, x, labels, epsilon) => noise(x, epsilon)
export const pgd = (layers, x, labels, { epsilon }) => noise(x, epsilon)
`,
    },
    tests: ['worked-example', 'fgsm', 'pgd', 'ball', 'targeted', 'strength', 'refusals'],
  },
  {
    title: 'L-10 a classifier of colours, which is right for most of the training images',
    exercise: 'bias',
    files: {
      'src/bias.ts': `import { tensor } from '@backprop/core'
import { Parameter } from '@backprop/nn'
export async function fairFit({ images, labels, colours }, { on }) {
  const size = images.length / labels.length
  const agree = colours.filter((colour, i) => colour === labels[i]).length > labels.length / 2 ? 1 : -1
  const weight = Float32Array.from({ length: 2 * size }, (_, k) => ((Math.floor(k / 2) < size / 2) === (k % 2 === 0) ? agree : -agree))
  return [{ weight: new Parameter(tensor(weight, { on, shape: [size, 2] })), bias: new Parameter(tensor([0, 0], { on })) }]
}
`,
    },
    tests: ['beats-plain', 'fair'],
  },
  {
    title: 'L-01 a network that knows nothing, and so gives nothing away',
    exercise: 'privacy',
    files: {
      'src/privacy.ts': `import { newLayers } from './network.ts'
export const privateFit = async (images, labels, options) => newLayers([images.length / labels.length, 10], options)
`,
    },
    tests: ['reads', 'fewer-secrets', 'secrets'],
  },
]

/** The tests of an exercise that a submission of just these files passes. */
async function passed({ exercise, files }: Cheat): Promise<string[]> {
  await using arena = await Arena.open()
  const all = { ...STUBS, ...files }
  const submission = handIn({ id: 'cheat', idea: 'L', title: '', code: '', files: all }, arena)
  const { problem, exercises } = await gradeLab({ lab, submission, tier, backend: 'wasm', only: { exercise } })
  expect(problem, 'it was really run').toBeNull()
  const tests = exercises.find(({ id }) => id === exercise)?.tests ?? []
  expect(tests.length, 'there are such tests').toBeGreaterThan(0)
  return tests.filter(({ points }) => points > 0).map(({ id }) => id)
}

describe('cheats in lab 11', () => {
  test.each(CHEATS)('$title', async cheat => {
    const known = lab.manifest.exercises.find(({ id }) => id === cheat.exercise)?.tests.map(({ id }) => id) ?? []
    expect(
      cheat.tests.filter(id => !known.includes(id)),
      'there are such tests',
    ).toEqual([])
    const earned = await passed(cheat)
    expect(
      earned.filter(id => cheat.tests.includes(id)),
      'tests that it passed',
    ).toEqual([])
  })
})
