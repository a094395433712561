import { join } from 'node:path'
import { wasm } from '@backprop/backend-wasm'
import { noGrad, rng, type Tensor, tensor } from '@backprop/core'
import type { ImageSet } from '@backprop/datasets'
import { loadMnist } from '@backprop/datasets/node'
import { bars, type Chart, images as pictures, lineChart, toTerminal } from '@backprop/plots'
import { saveSvg, terminalOptions } from '@backprop/plots/node'
import { NotImplemented } from '@backprop/testkit/todo'
import { fingerprint, resumable } from '@backprop/training'
import { fgsm, pgd } from '#lab/attack'
import { coloured, fairFit, groupAccuracies, groupWeights, worstGroup } from '#lab/bias'
import { robustTrain } from '#lab/defence'
import { energy, footprint, JOULES_PER_MULTIPLY_ADD, languageModelTraining } from '#lab/footprint'
import { type Examples, forward, type Layer, newLayers, read, toPixels, train } from '#lab/network'
import { auc, exampleLosses, privateFit } from '#lab/privacy'
import { gradientTimesInput, hottest, occlusion } from '#lab/saliency'

// Change what you like here. The attacked networks are trained again only if your code or these settings have changed.
const IMAGES = 12_000
const EPOCHS = 3
const EPSILON = 0.1
const SIZES = [784, 128, 64, 10]
/** The share of coloured digits in the colour of their label. */
const HINT = 0.95
/** The share of wrong labels among the 1,000 digits that must stay private. */
const WRONG = 0.3
const SEED = 1

// The same arithmetic on every machine, so that everyone gets the same pictures.
const on = await wasm({ relaxed: false })
const mnist = await loadMnist()

/** Does one part of the show, or skips it if a function it needs is not written yet. */
async function attempt(what: string, part: () => void | Promise<void>): Promise<void> {
  try {
    await part()
  } catch (error) {
    if (!(error instanceof NotImplemented)) throw error
    console.log(`\nNo ${what} yet: ${error.message}`)
  }
}

/** Draws a chart in the terminal, and saves it if a folder for pictures is set. */
async function show(file: string, chart: Chart): Promise<void> {
  console.log(`\n${toTerminal(chart, terminalOptions(process.stdout))}`)
  const folder = process.env.BACKPROP_PICTURES
  if (folder) await saveSvg(join(folder, `${file}.svg`), chart)
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`
const shareOf = (answers: number[], labels: ArrayLike<number>) =>
  answers.filter((answer, i) => answer === labels[i]).length / answers.length

/** The images with these indices, as bytes. */
function chosen({ images, labels }: ImageSet, indices: Uint32Array) {
  const bytes = new Uint8Array(indices.length * 784)
  for (const [row, i] of indices.entries()) bytes.set(images.subarray(i * 784, (i + 1) * 784), row * 784)
  return { images: bytes, labels: Uint8Array.from(indices, i => labels[i]) }
}

const some = (set: ImageSet, count: number, seed: number) =>
  chosen(set, rng(seed).permutation(set.count).slice(0, count))
const examples = ({ images, labels }: ReturnType<typeof chosen>): Examples => ({ images: toPixels(images), labels })

/** A network that is trained once, and then kept in a file. */
async function kept(name: string, learn: (layers: Layer[]) => Promise<unknown>): Promise<Layer[]> {
  const layers = newLayers(SIZES, { on, rng: rng(SEED) })
  await resumable<null>({
    file: join(import.meta.dirname, '.cache', 'training', `${name}.safetensors`),
    key: await fingerprint(join(import.meta.dirname, 'src'), [name, SIZES, IMAGES, EPOCHS, EPSILON, SEED]),
    model: layers,
    rng: rng(SEED),
    epochs: 1,
    onResume: () => console.log(`The ${name} network was trained earlier.`),
    async train() {
      console.log(`Training the ${name} network on ${IMAGES} images …`)
      await learn(layers)
      return null
    },
  })
  return layers
}

const learned = examples(some(mnist.train, IMAGES, SEED))
const settings = { on, epochs: EPOCHS, batchSize: 32, learningRate: 1e-3 }
const plainly = () => kept('plain', layers => train(layers, learned, { ...settings, rng: rng(SEED) }))
const defended = () =>
  kept('defended', layers => robustTrain(layers, learned, { ...settings, rng: rng(SEED), epsilon: EPSILON, steps: 3 }))

const judged = some(mnist.test, 1000, SEED)
const judgedBatch = () => tensor(toPixels(judged.images), { on, shape: [judged.labels.length, 784] })

/** What a network reads in a batch. */
async function readBatch(layers: Layer[], x: Tensor): Promise<number[]> {
  return read(layers, Float32Array.from(await x.data()), on)
}

const ten = (epsilon: number) => ({ epsilon, stepSize: epsilon / 4, steps: 10 })

/** Digits before and after your attack, and what the plain network reads in them. */
async function attackedDigits(): Promise<void> {
  const layers = await plainly()
  const x = judgedBatch()
  const moved = pgd(layers, x, judged.labels, ten(EPSILON))
  const [before, after] = [await readBatch(layers, x), await readBatch(layers, moved)]
  const fooled = [...before.keys()].filter(i => before[i] === judged.labels[i] && after[i] !== before[i]).slice(0, 6)
  const values = [x, moved].map(async each => [...(await each.data())])
  const [clean, changed] = await Promise.all(values)
  const part = (all: number[], i: number) => all.slice(i * 784, (i + 1) * 784)
  await show(
    'attack',
    pictures({
      title: `Six digits, and the same after your attack, ε = ${EPSILON}`,
      data: [clean, changed].flatMap(all => fooled.flatMap(i => part(all, i))),
      shape: [2 * fooled.length, 28, 28],
      range: [0, 1],
      invert: true,
      perRow: fooled.length,
      captions: [before, after].flatMap(answers => fooled.map(i => `read as ${answers[i]}`)),
    }),
  )
}

/** The accuracy of both networks as the attack grows. */
async function robustness(): Promise<void> {
  const strengths = [0, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2]
  const series: Record<string, { x: number[]; y: number[] }> = {}
  for (const [name, make] of Object.entries({ plain: plainly, defended })) {
    const layers = await make()
    const x = judgedBatch()
    for (const [kind, attack] of Object.entries({
      fgsm: (epsilon: number) => fgsm(layers, x, judged.labels, epsilon),
      pgd: (epsilon: number) => pgd(layers, x, judged.labels, ten(epsilon)),
    })) {
      const shares: number[] = []
      for (const epsilon of strengths) shares.push(shareOf(await readBatch(layers, attack(epsilon)), judged.labels))
      series[`${name}, ${kind}`] = { x: strengths, y: shares.map(share => 100 * share) }
      console.log(`  ${name}, ${kind}: ${strengths.map((e, i) => `${e}: ${percent(shares[i])}`).join(', ')}`)
    }
  }
  const title = 'Digits read correctly under attack'
  await show('robustness', lineChart({ title, series, x: 'ε', y: '% right' }))
}

/** Digits of 14 × 14 in a corner of a picture of noise. */
function planted(set: ImageSet, count: number, seed: number) {
  const drawn = rng(seed)
  const { images, labels } = chosen(set, drawn.permutation(set.count).slice(0, count))
  const noisy = Float32Array.from({ length: images.length }, () => 0.3 * drawn.uniform())
  const corners = Array.from(labels, () => ({ row: 14 * drawn.integer(2), col: 14 * drawn.integer(2) }))
  for (const [n, { row, col }] of corners.entries())
    for (let k = 0; k < 196; k += 1) {
      const [i, j] = [Math.floor(k / 14), k % 14]
      const from = n * 784 + 56 * i + 2 * j
      const ink = (images[from] + images[from + 1] + images[from + 28] + images[from + 29]) / 1020
      const to = n * 784 + (row + i) * 28 + col + j
      noisy[to] = Math.max(noisy[to], ink)
    }
  return { images: noisy, labels, corners }
}

/** Where do your two maps look? */
async function saliency(): Promise<void> {
  const few = planted(mnist.train, 6000, SEED)
  const layers = newLayers([784, 64, 10], { on, rng: rng(SEED) })
  await train(layers, few, { on, rng: rng(SEED), epochs: 4 })
  const test = planted(mnist.test, 200, SEED)
  const answers = await read(layers, test.images, on)
  const right = [...answers.keys()].filter(i => answers[i] === test.labels[i])
  const x = tensor(test.images, { on, shape: [200, 784] })
  const products = await gradientTimesInput(layers, x, test.labels).data()
  const square = { side: 28, patch: 14 }
  const isNear = (at: { row: number; col: number }, i: number) =>
    Math.abs(at.row - test.corners[i].row) < 7 && Math.abs(at.col - test.corners[i].col) < 7
  const slopes = right.map(i => [...products.subarray(i * 784, (i + 1) * 784)])
  const found = slopes.filter((map, k) => isNear(hottest(map, square), right[k])).length
  console.log(`\n  gradient × input finds ${found} of ${right.length} planted digits (those that the network reads)`)
  const drops: number[][] = []
  for (const i of right.slice(0, 40)) {
    const score = async (batch: Float32Array) => {
      const logits = noGrad(() => forward(layers, tensor(batch, { on, shape: [batch.length / 784, 784] })))
      const values = await logits.data()
      return Array.from({ length: batch.length / 784 }, (_, n) => values[10 * n + test.labels[i]])
    }
    drops.push(await occlusion(score, test.images.slice(i * 784, (i + 1) * 784), square))
  }
  const seen = drops.filter((map, k) => {
    const hot = map.indexOf(Math.max(...map))
    return isNear({ row: Math.floor(hot / 15), col: hot % 15 }, right[k])
  }).length
  console.log(`  occlusion finds ${seen} of ${drops.length}`)
  /** The drop at a place belongs to the middle of its patch. */
  const centred = (map: number[]) =>
    Array.from({ length: 784 }, (_, k) => {
      const clamp = (value: number) => Math.min(14, Math.max(0, value - 7))
      return Math.max(0, map[15 * clamp(Math.floor(k / 28)) + clamp(k % 28)])
    })
  const scaled = (map: number[]) => {
    const top = Math.max(...map)
    return map.map(value => Math.max(0, value) / top)
  }
  const shown = [0, 1, 2, 3, 4].map(k => ({ i: right[k], slope: slopes[k], drop: drops[k] }))
  await show(
    'saliency',
    pictures({
      title: 'A digit in noise, gradient × input, and occlusion',
      data: [
        ...shown.flatMap(({ i }) => [...test.images.subarray(i * 784, (i + 1) * 784)]),
        ...shown.flatMap(({ slope }) => scaled(slope)),
        ...shown.flatMap(({ drop }) => scaled(centred(drop))),
      ],
      shape: [15, 28, 28],
      range: [0, 1],
      perRow: 5,
      captions: [...shown.map(({ i }) => `a ${test.labels[i]}`), ...Array<string>(10).fill('')],
    }),
  )
}

/** Who is served, plainly and with your repair? */
async function groups(): Promise<void> {
  const drawn = rng(SEED)
  const half = (labels: Uint8Array) => labels.map(digit => Number(digit >= 5))
  const [few, others] = [some(mnist.train, 5000, SEED), some(mnist.test, 4000, SEED)]
  const data = coloured(few.images, half(few.labels), { hint: HINT, rng: drawn })
  const test = coloured(others.images, half(others.labels), { hint: 0.5, rng: drawn })
  const groupOf = ({ labels, colours }: typeof test) => Array.from(labels, (label, i) => 2 * label + colours[i])
  const names = ['low, red', 'low, green', 'high, red', 'high, green']
  const series: Record<string, number[]> = {}
  const judge = async (name: string, layers: Layer[]) => {
    const answers = await read(layers, toPixels(test.images), on)
    const shares = groupAccuracies(answers, [...test.labels], groupOf(test), 4)
    const { group, accuracy } = worstGroup(shares)
    const all = shareOf(answers, test.labels)
    console.log(`  ${name}: ${percent(all)} of all, ${percent(accuracy)} of the worst group (${names[group]})`)
    series[name] = shares.map(share => 100 * share)
  }
  console.log()
  const layers = newLayers([1568, 64, 2], { on, rng: rng(SEED) })
  await train(layers, { images: toPixels(data.images), labels: data.labels }, { on, rng: rng(SEED), epochs: 4 })
  await judge('plain', layers)
  await attempt('repair', async () => judge('repaired', await fairFit(data, { on, rng: rng(SEED), epochs: 4 })))
  const weights = groupWeights(groupOf(data))
  const inGroup = names.map((_, g) => groupOf(data).indexOf(g))
  console.log(`  your weights: ${inGroup.map((i, g) => `${names[g]} ${weights[i].toFixed(2)}`).join(', ')}`)
  await show(
    'groups',
    bars({ title: `Digits told apart; colour is right in ${percent(HINT)}`, names, series, x: '% right' }),
  )
}

/** What two networks give away about the 1,000 digits they were trained on. */
async function secrets(): Promise<void> {
  const drawn = rng(SEED)
  const both = some(mnist.train, 2000, SEED)
  const wrong = (label: number) => (drawn.uniform() < WRONG ? (label + 1 + drawn.integer(9)) % 10 : label)
  const labels = both.labels.map(wrong)
  const [members, others] = [0, 1].map(k => ({
    images: both.images.slice(k * 784_000, (k + 1) * 784_000),
    labels: labels.slice(k * 1000, (k + 1) * 1000),
  }))
  const judge = async (name: string, layers: Layer[]) => {
    const losses = async ({ images, labels }: typeof members) =>
      exampleLosses(layers, tensor(toPixels(images), { on, shape: [1000, 784] }), labels)
    const leak = auc(await losses(members), await losses(others))
    const accuracy = shareOf(await read(layers, toPixels(judged.images), on), judged.labels)
    console.log(`  ${name}: AUC ${leak.toFixed(3)}, reads ${percent(accuracy)} of new digits`)
  }
  console.log()
  const layers = newLayers([784, 128, 10], { on, rng: rng(SEED) })
  await train(layers, examples(members), { on, rng: rng(SEED), epochs: 60 })
  await judge('60 epochs, plain', layers)
  await attempt('private network', async () => {
    const options = { on, rng: rng(SEED), maxEpochs: 60 }
    await judge('yours', await privateFit(members.images, members.labels, options))
  })
}

/** Lab 05 against GPT-3. */
function costs(): void {
  const { multiplyAdds, trainingMultiplyAdds, trainingBytes, bytes } = footprint(SIZES, {
    examples: 60_000,
    epochs: 5,
    batchSize: 32,
  })
  const large = languageModelTraining(175e9, 300e9)
  const joules = (count: number) => 3.6e6 * energy(count, JOULES_PER_MULTIPLY_ADD)
  console.log(
    `\nLab 05: ${multiplyAdds} multiply-adds to read a digit; ${bytes} bytes, ${trainingBytes} while training`,
  )
  console.log(
    `  its training: ${trainingMultiplyAdds.toExponential(2)} multiply-adds, ${joules(trainingMultiplyAdds).toFixed(1)} J`,
  )
  console.log(
    `  GPT-3: ${large.toExponential(2)}, ${(joules(large) / 3.6e9).toFixed(0)} MWh: ${(large / trainingMultiplyAdds).toExponential(1)} times as many`,
  )
}

await attempt('attacked digits', attackedDigits)
await attempt('accuracy under attack', robustness)
await attempt('saliency', saliency)
await attempt('groups', groups)
await attempt('privacy', secrets)
await attempt('footprint', costs)
on.close()
