import { join } from 'node:path'
import { wasm } from '@backprop/backend-wasm'
import { rng } from '@backprop/core'
import { cifar10Classes } from '@backprop/datasets'
import { loadCifar10, loadMnist } from '@backprop/datasets/node'
import { type Chart, images, lineChart, sideBySide, toTerminal } from '@backprop/plots'
import { saveSvg, terminalOptions } from '@backprop/plots/node'
import { NotImplemented } from '@backprop/testkit/todo'
import { fingerprint, resumable, TrainingProgress } from '@backprop/training'
import { type Image, makeBatch } from '#lab/augmentation'
import { batchNorm } from '#lab/batch-norm'
import { BATCH, fit } from '#lab/deep'
import { type Block, gradientThrough } from '#lab/residual'
import { learningRate } from '#lab/schedule'
import { deviation, signals } from '#lab/signals'

// Change what you like here. A network is trained again only if its settings or your code have changed.
const LAYERS = 30
const BLOCKS = 50
const NEURONS = 64
const AUGMENTATION = { flip: true, shift: 4, cutout: 10 }
const PHOTOS = [13, 8]
const SCHEDULE = { peak: 0.001, warmUp: 30, steps: 300 }
const NETWORKS = {
  '30 layers, no skips': { depth: 30, skip: false },
  '30 layers, skips': { depth: 30, skip: true },
  '3 layers, no skips': { depth: 3, skip: false },
}
const IMAGES = 8000
const STEPS = 300
const SEED = 1

/** Does one part of the show, or skips it if a function it needs is not written yet. */
async function attempt(what: string, part: () => void | Promise<void>): Promise<void> {
  try {
    await part()
  } catch (error) {
    if (!(error instanceof NotImplemented)) throw error
    console.log(`\nNo picture of ${what} yet: ${error.message}`)
  }
}

/** Draws a chart in the terminal, and saves it if a folder for pictures is set. */
async function show(file: string, chart: Chart): Promise<void> {
  console.log(`\n${toTerminal(chart, terminalOptions(process.stdout))}`)
  const folder = process.env.BACKPROP_PICTURES
  if (folder) await saveSvg(join(folder, `${file}.svg`), chart)
}

const random = rng(SEED)
const normals = (rows: number, columns: number, size = 1): number[][] =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, () => size * random.normal()))

/** Powers of ten fit on a logarithmic scale; 0 does not. */
const visible = (values: number[]) => values.map(value => Math.max(value, 1e-60))

async function throughDepth(): Promise<void> {
  const [x, dy] = [normals(16, NEURONS), normals(16, NEURONS)]
  const activations: Record<string, number[]> = {}
  const gradients: Record<string, number[]> = {}
  for (const scheme of ['he', 'glorot', 'small'] as const) {
    const size = deviation(scheme, NEURONS, NEURONS)
    const measured = signals(
      Array.from({ length: LAYERS }, () => normals(NEURONS, NEURONS, size)),
      ...[x, dy],
    )
    activations[scheme] = visible(measured.activations)
    gradients[scheme] = visible(measured.gradients)
    const [forward, back] = [measured.activations.at(-1) ?? 0, measured.gradients[0]]
    console.log(
      `  ${scheme.padEnd(8)}after ${LAYERS} layers ${forward.toExponential(1)}, back ${back.toExponential(1)}`,
    )
  }
  const y = (label: string) => ({ label, scale: 'log' as const })
  const charts = [
    lineChart({ title: 'Forward: the activations', series: activations, x: 'layer', y: y('spread') }),
    lineChart({ title: 'Back: the gradients', series: gradients, x: 'layer', y: y('spread') }),
  ]
  await show('signals', sideBySide(charts))
}

async function throughBlocks(): Promise<void> {
  const size = 0.5 / Math.sqrt(NEURONS)
  const blocks = Array.from({ length: BLOCKS }, (): Block => ({
    w1: normals(NEURONS, NEURONS, size),
    w2: normals(NEURONS, NEURONS, size),
    projection: null,
  }))
  const [x, dy] = [normals(8, NEURONS), normals(8, NEURONS)]
  const series = {
    'with skips': visible(gradientThrough(blocks, x, dy, true)),
    'without skips': visible(gradientThrough(blocks, x, dy, false)),
  }
  const title = `The gradient at each of ${BLOCKS} blocks`
  await show('skips', lineChart({ title, series, x: 'block', y: { label: 'spread', scale: 'log' } }))
}

/** A feature with a mean of 20 and a deviation of 5: what your layer makes of it, and what it remembers. */
function normalised(): void {
  const layer = batchNorm([1], [0])
  const batch = () => Array.from({ length: 64 }, () => [20 + 5 * random.normal()])
  console.log('\nYour batch norm, and a feature with mean 20 and variance 25:')
  for (const steps of [1, 10, 50]) {
    for (let step = 0; step < steps; step += 1) layer.forward(batch(), true)
    const { mean, variance } = layer.running()
    const [[read]] = layer.forward([[20]], false)
    const remembered = `running mean ${mean[0].toFixed(1)}, variance ${variance[0].toFixed(1)}`
    console.log(`  ${String(steps).padStart(2)} more steps: ${remembered}; 20 is read as ${read.toFixed(2)}`)
  }
}

/** Photographs that students get as lists, and their numbers in a row again. */
const lists = (bytes: Uint8Array): Image =>
  [0, 1, 2].map(c =>
    Array.from({ length: 32 }, (_, row) => [...bytes.subarray((c * 32 + row) * 32, (c * 32 + row + 1) * 32)]),
  )

async function augmented(): Promise<void> {
  const cifar = await loadCifar10({ onProgress: text => console.log(text) })
  const photos = PHOTOS.map(n => lists(cifar.test.images.subarray(n * 3072, (n + 1) * 3072)))
  const labels = PHOTOS.map(n => cifar.test.labels[n])
  const options = { augmentation: AUGMENTATION, rng: rng(SEED) }
  const charts = PHOTOS.map((_, n) => {
    const judged = makeBatch(photos, labels, [n], { ...options, training: false })
    const learned = makeBatch(photos, labels, Array<number>(3).fill(n), { ...options, training: true })
    const all = [...judged.images, ...learned.images]
    const data = Uint8Array.from(all.flat(3))
    return images({ title: cifar10Classes[labels[n]], data, shape: [all.length, 3, 32, 32], perRow: 2 })
  })
  await show('augmentation', sideBySide(charts))
}

async function rates(): Promise<void> {
  const steps = Array.from({ length: SCHEDULE.steps }, (_, i) => i + 1)
  const y = steps.map(step => learningRate(step, SCHEDULE))
  await show('schedule', lineChart({ title: 'Your schedule', series: { rate: { x: steps, y } }, x: 'step', y: 'rate' }))
}

/** Trains each network with your `fit`; after Ctrl-C, the next run resumes after the last one that was complete. */
async function depth(): Promise<void> {
  const mnist = await loadMnist()
  const [pixels, labels] = [mnist.train.images.slice(0, IMAGES * 784), mnist.train.labels.slice(0, IMAGES)]
  // The same arithmetic on every machine, so that everyone gets the same pictures.
  const on = await wasm({ relaxed: false })
  const names = Object.keys(NETWORKS)
  const key = await fingerprint(join(import.meta.dirname, 'src'), { NETWORKS, IMAGES, STEPS, BATCH, SEED })
  const curves = await resumable({
    file: join(import.meta.dirname, '.cache', 'training', 'depth.safetensors'),
    ...{ key, model: {}, rng: rng(SEED), epochs: names.length },
    train: async (n, generator) => {
      const settings = Object.values(NETWORKS)[n - 1]
      console.log(`\n${names[n - 1]}: ${STEPS} steps of ${BATCH} digits`)
      const progress = new TrainingProgress(process.stdout, { epochs: 1, steps: STEPS })
      const losses: number[] = []
      const onStep = (step: number, loss: number) => {
        losses.push(loss)
        progress.step(1, step, loss)
      }
      await fit(pixels, labels, { on, rng: generator, steps: STEPS, onStep, ...settings })
      progress.epoch(1, `loss ${mean(losses.slice(-20)).toFixed(3)}`)
      return losses
    },
  })
  const series = Object.fromEntries(names.map((name, n) => [name, { y: curves[n], smooth: 15 }]))
  const notes = [{ y: Math.log(10), text: 'guessing' }]
  await show(
    'depth',
    lineChart({ title: 'Depth that learns', series, x: 'step', y: { label: 'loss', range: [0, 4] }, notes }),
  )
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value / values.length, 0)

await attempt('signals through depth', throughDepth)
await attempt('gradients through blocks', throughBlocks)
await attempt('batch norm', normalised)
await attempt('augmentation', augmented)
await attempt('the schedule', rates)
await attempt('depth that learns', depth)
