import { join } from 'node:path'
import { wasm } from '@backprop/backend-wasm'
import { add, backward, crossEntropy, matmul, type Rng, rng, tensor } from '@backprop/core'
import type { ImageSet } from '@backprop/datasets'
import { loadMnist } from '@backprop/datasets/node'
import { bars, type Chart, histogram, lineChart, sideBySide, toTerminal } from '@backprop/plots'
import { saveSvg, terminalOptions } from '@backprop/plots/node'
import { NotImplemented } from '@backprop/testkit/todo'
import { TrainingProgress } from '@backprop/training'
import { diagnose } from '#lab/diagnose'
import { dropout } from '#lab/dropout'
import { earlyStopping } from '#lab/early-stopping'
import { type Examples, examplesOf, type Mask, Network } from '#lab/network'
import { split } from '#lab/split'
import { adamL2, adamW } from '#lab/weight-decay'

// Change what you like here: the number of images, the share of wrong labels, the epochs, the width, the dropout.
const IMAGES = 1000
const WRONG = 0.3
const EPOCHS = 60
const SIZES = [784, 256, 256, 10]
const DROP = { pixels: 0.2, hidden: 0.5 }
const PATIENCE = 10
const SEED = 3

// The same arithmetic on every machine, so that everyone gets the same pictures.
const on = await wasm({ relaxed: false })
const mnist = await loadMnist()
const random = rng(SEED)

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

/** A random sample of a set's images; a share of them gets a wrong label. */
function some({ images, labels, count }: ImageSet, size: number, wrong: number): Examples {
  const chosen = examplesOf(images, labels, random.permutation(count).slice(0, size))
  for (const i of random.permutation(size).slice(0, Math.round(wrong * size)))
    chosen.labels[i] = (chosen.labels[i] + 1 + random.integer(9)) % 10
  return chosen
}

const part = ({ images, labels }: Examples, from: number, to: number): Examples => ({
  images: images.slice(from * 784, to * 784),
  labels: labels.slice(from, to),
})

const few = some(mnist.train, IMAGES, WRONG)
const training = part(few, 0, 0.8 * IMAGES)
const validation = part(few, 0.8 * IMAGES, IMAGES)
// Used once, at the very end.
const test = some(mnist.test, 5000, 0)

async function accuracy(network: Network): Promise<number> {
  const digits = await network.read(test.images)
  return digits.filter((digit, i) => digit === test.labels[i]).length / digits.length
}

/** Your dropout as masks for a network: applied to ones, it gives the factors. */
function masks(drawn: Rng): Mask {
  const [pixels, hidden] = [dropout(DROP.pixels, drawn), dropout(DROP.hidden, drawn)]
  return (layer, count) => (layer === 0 ? pixels : hidden).forward(new Float32Array(count).fill(1), true)
}

interface Curves {
  training: number[]
  validation: number[]
  accuracy: number
}

/** A new network, the same each time, and its epochs, each of which shows progress. */
function start(name: string, withDropout: boolean) {
  console.log(`\n${name}: ${SIZES.join(' → ')}, ${training.labels.length} images`)
  const drawn = rng(SEED)
  const network = new Network(SIZES, { on, rng: drawn })
  const mask = withDropout ? masks(drawn) : undefined
  const progress = new TrainingProgress(process.stdout, { epochs: EPOCHS, steps: 1 })
  const seen: Curves = { training: [], validation: [], accuracy: 0 }
  const epoch = async () => {
    await network.epoch(training, mask)
    // Evaluated without dropout, so that the two curves can be compared.
    seen.training.push(await network.loss(training))
    seen.validation.push(await network.loss(validation))
    const [learned, judged] = [seen.training.at(-1)!, seen.validation.at(-1)!]
    const epochs = seen.training.length
    if (epochs % 5 === 0) progress.epoch(epochs, `loss ${learned.toFixed(3)}, validation ${judged.toFixed(3)}`)
    else progress.step(epochs, 1, learned)
  }
  return { network, seen, epoch }
}

/** All epochs, whatever the validation loss says. */
async function toTheEnd(name: string, withDropout: boolean): Promise<Curves> {
  const { network, seen, epoch } = start(name, withDropout)
  for (let k = 0; k < EPOCHS; k += 1) await epoch()
  return { ...seen, accuracy: await accuracy(network) }
}

/** The same with your early stopping. */
async function stopped(name: string, withDropout: boolean) {
  const { network, seen, epoch } = start(name, withDropout)
  const run = {
    epoch,
    validationLoss: () => seen.validation.at(-1)!,
    testLoss: () => network.loss(test),
    weights: () => network.weights(),
    setWeights: (weights: Float32Array) => network.setWeights(weights),
  }
  const { bestEpoch } = await earlyStopping(run, { patience: PATIENCE, minDelta: 0, maxEpochs: EPOCHS })
  console.log(`  stopped after epoch ${seen.validation.length}, back to epoch ${bestEpoch}`)
  return { bestEpoch, accuracy: await accuracy(network) }
}

const lossesOf = (title: string, { training, validation }: Curves, bestEpoch?: number): Chart =>
  lineChart({
    title,
    series: { training, validation },
    x: 'epoch',
    y: { label: 'loss', range: [0, 4] },
    notes: bestEpoch === undefined ? [] : [{ x: bestEpoch, text: 'early stopping' }],
  })

/** Four trainings of the same network on the same images: plain, with your early stopping, with your dropout, with both. */
async function overfitting(): Promise<void> {
  const charts: Chart[] = []
  const reached: Record<string, number> = {}
  for (const [name, withDropout] of Object.entries({ plain: false, dropout: true }))
    await attempt(name, async () => {
      const curves = await toTheEnd(name, withDropout)
      reached[name] = curves.accuracy
      await attempt('diagnosis', () => {
        console.log(`  Your diagnosis: ${diagnose(curves.training, curves.validation, Math.log(10))}`)
      })
      let bestEpoch: number | undefined
      await attempt('early stopping', async () => {
        const early = await stopped(`${name} + early stopping`, withDropout)
        bestEpoch = early.bestEpoch
        reached[`${name} + early stopping`] = early.accuracy
      })
      charts.push(lossesOf(name === 'plain' ? 'A plain network' : 'With dropout', curves, bestEpoch))
    })
  await show('overfitting', sideBySide(charts))
  const names = Object.keys(reached)
  const values = names.map(name => 100 * reached[name])
  const title = `Digits read correctly, of ${test.labels.length} never seen before`
  await show('accuracy', bars({ title, names, series: { accuracy: values }, x: '% right' }))
}

/** One layer, 784 → 10, whose weights are a list: 100 steps of an optimizer on the loss of all training images. */
async function weightsAfter(update: (w: number[], gradient: number[]) => number[]): Promise<number[]> {
  const drawn = rng(SEED)
  let w = Array.from({ length: 7840 }, () => (drawn.uniform() - 0.5) / 5)
  const x = tensor(training.images, { on, shape: [training.labels.length, 784] })
  const bias = tensor(new Float32Array(10), { on })
  for (let k = 0; k < 100; k += 1) {
    const weight = tensor(w, { on, shape: [784, 10], requiresGrad: true })
    backward(crossEntropy(add(matmul(x, weight), bias), training.labels))
    w = update(w, Array.from(await weight.grad!.data()))
  }
  return w
}

async function decay(): Promise<void> {
  const rate = { learningRate: 0.005 }
  const kinds = {
    'Adam, no decay': adamL2({ ...rate, decay: 0 }),
    'Adam with L2, λ = 0.003': adamL2({ ...rate, decay: 0.003 }),
    'AdamW, λ = 4': adamW({ ...rate, decay: 4 }),
  }
  const charts: Chart[] = []
  for (const [title, update] of Object.entries(kinds)) {
    const values = await weightsAfter(update)
    const size = Math.sqrt(values.reduce((sum, w) => sum + w * w, 0) / values.length)
    console.log(`  ${title}: the size of the weights is ${size.toFixed(3)}`)
    charts.push(histogram({ title, values, bins: 40, x: { label: 'weight', range: [-0.8, 0.8] } }))
  }
  await show('weights', sideBySide(alike(charts)))
}

/** The same charts with a common scale of counts, so that their heights can be compared. */
function alike(charts: readonly Chart[]): Chart[] {
  const top = Math.max(...charts.map(chart => (chart.kind === 'xy' ? chart.y.range[1] : 0)))
  return charts.map(chart => (chart.kind === 'xy' ? { ...chart, y: { ...chart.y, range: [0, top] } } : chart))
}

/** Twelve images of two classes, with two copies of each: where do they go? */
function dealt(): void {
  const groups = Array.from({ length: 24 }, (_, i) => Math.floor(i / 2))
  const labels = groups.map(group => Math.floor(group / 6))
  const parts = split(labels, groups, { shares: [4, 1, 1], rng: rng(SEED) })
  const words = parts.map(indices => [...new Set(indices.map(i => groups[i]))].sort((a, b) => a - b).join(' '))
  console.log(`\nYour split of 12 images with two copies of each, 0–5 of one class and 6–11 of the other:`)
  for (const [p, name] of ['training', 'validation', 'test'].entries()) console.log(`  ${name.padEnd(10)}  ${words[p]}`)
}

await attempt('split', dealt)
await overfitting()
await attempt('weight decay', decay)
