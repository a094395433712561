import { join } from 'node:path'
import { wasm } from '@backprop/backend-wasm'
import { argmax, logSoftmax, noGrad, rng, type Tensor, tensor } from '@backprop/core'
import { loadMnist } from '@backprop/datasets/node'
import { Adam, parameters } from '@backprop/nn'
import { type Chart, confusionMatrix, images as pictures, lineChart, sideBySide, toTerminal } from '@backprop/plots'
import { saveSvg, terminalOptions } from '@backprop/plots/node'
import { NotImplemented } from '@backprop/testkit/todo'
import { fingerprint, resumable, TrainingProgress } from '@backprop/training'
import { evaluate, type Reader, split } from '#lab/judge'
import { countParameters, dense, type EpochResult, forward, type Layer, train } from '#lab/mlp'

// Change what you like here. A network is trained again only if its settings or your code have changed.
const EPOCHS = 5
const BATCH = 32
const LEARNING_RATE = 1e-3
const SEED = 1

/** A network, and what its pixels look like: bytes from 0 to 255 times `scale`. */
interface Settings {
  sizes: number[]
  scale: number
}
const CANDIDATES: Record<string, Settings> = {
  'bytes as they are': { sizes: [784, 128, 64, 10], scale: 1 },
  'divided by 255': { sizes: [784, 128, 64, 10], scale: 1 / 255 },
  'no hidden layers': { sizes: [784, 10], scale: 1 / 255 },
}
const CHOSEN = CANDIDATES['divided by 255']

/** Images as bytes, with their digits. */
interface Digits {
  images: Uint8Array
  labels: Uint8Array
}

// The same arithmetic on every machine, so that everyone gets the same pictures.
const on = await wasm({ relaxed: false, threads: 'auto' })
const mnist = await loadMnist()

const scaled = (images: Uint8Array, { scale }: Settings) => new Float32Array(images).map(pixel => pixel * scale)

function chosen({ images, labels }: Digits, places: Uint32Array): Digits {
  const pixels = new Uint8Array(places.length * 784)
  places.forEach((place, row) => pixels.set(images.subarray(place * 784, (place + 1) * 784), row * 784))
  return { images: pixels, labels: Uint8Array.from(places, place => labels[place]) }
}

/** What your `forward` reads in some images; nothing is learned here. */
const read = async <T>(
  layers: Layer[],
  images: Uint8Array,
  settings: Settings,
  look: (logits: Tensor) => Promise<T>,
) => {
  const x = tensor(scaled(images, settings), { on, shape: [images.length / 784, 784] })
  const logits = noGrad(() => forward(layers, x))
  const seen = await look(logits)
  for (const one of [x, logits]) one.release()
  return seen
}

const reader =
  (layers: Layer[], settings: Settings): Reader =>
  images =>
    read(layers, images, settings, async logits => [...(await argmax(logits))])

interface Epoch extends EpochResult {
  /** The share of validation images read correctly after the epoch. */
  validation?: number
}

/** Trains with your `dense` and `train`; after Ctrl-C, the next run resumes after the last complete epoch. */
async function trained(name: string, settings: Settings, learn: Digits, validation?: Digits) {
  const generator = rng(SEED)
  const init = { on, rng: generator }
  const layers = settings.sizes.slice(1).map((size, i) => dense(settings.sizes[i], size, init))
  const adam = new Adam(parameters(layers), { learningRate: LEARNING_RATE })
  const data = { images: scaled(learn.images, settings), labels: learn.labels }
  const plan = { epochs: EPOCHS, steps: Math.ceil(learn.labels.length / BATCH) }
  console.log(`\n${name}: ${settings.sizes.join(' → ')}, ${countParameters(settings.sizes)} parameters`)
  let progress = new TrainingProgress(process.stdout, plan)
  const history = await resumable<Epoch>({
    file: join(import.meta.dirname, '.cache', 'training', `${name.replaceAll(' ', '-')}.safetensors`),
    key: await fingerprint(join(import.meta.dirname, 'src'), [
      settings,
      learn.labels.length,
      BATCH,
      LEARNING_RATE,
      SEED,
    ]),
    model: layers,
    optimizer: adam,
    rng: generator,
    epochs: EPOCHS,
    onResume(results) {
      progress = new TrainingProgress(process.stdout, { ...plan, before: results.length })
      console.log(`  ${results.length} of ${EPOCHS} epochs were trained earlier`)
    },
    async train(epoch, random) {
      const onStep = (step: number, loss: number) => progress.step(epoch, step, loss)
      const options = { epochs: 1, batchSize: BATCH, learningRate: LEARNING_RATE, on, rng: random, adam, onStep }
      const [result] = await train(layers, data, options)
      const judged = validation && (await judge(layers, settings, validation))
      progress.epoch(epoch, words(result.loss, result.accuracy, judged?.accuracy))
      return { ...result, validation: judged?.accuracy }
    },
  })
  return { layers, history }
}

const judge = (layers: Layer[], settings: Settings, { images, labels }: Digits) =>
  evaluate(reader(layers, settings), images, labels, { batchSize: BATCH })

const percent = (share: number) => `${(100 * share).toFixed(2)} %`

const words = (loss: number, accuracy: number, validation?: number) =>
  `loss ${loss.toFixed(4)}, ${percent(accuracy)} right${validation === undefined ? '' : `, ${percent(validation)} of the validation`}`

/** Draws a chart in the terminal, and saves it if a folder for pictures is set. */
async function show(file: string, chart: Chart): Promise<void> {
  console.log(`\n${toTerminal(chart, terminalOptions(process.stdout))}`)
  const folder = process.env.BACKPROP_PICTURES
  if (folder) await saveSvg(join(folder, `${file}.svg`), chart)
}

/** Which settings are best? Trains on 80 % of the training images, and compares on 10 % that no network learned from. */
async function choose(): Promise<void> {
  const parts = split(mnist.train.labels, rng(SEED))
  const [learn, validation] = [chosen(mnist.train, parts.train), chosen(mnist.train, parts.validation)]
  console.log(`\n${learn.labels.length} images to learn from, ${validation.labels.length} to compare on`)
  const losses: Record<string, number[]> = {}
  const accuracies: Record<string, number[]> = {}
  for (const [name, settings] of Object.entries(CANDIDATES)) {
    const { history } = await trained(name, settings, learn, validation)
    losses[name] = history.map(({ loss }) => loss)
    accuracies[name] = history.map(({ validation }) => 100 * (validation ?? 0))
  }
  const charts = [
    lineChart({ title: 'Loss while learning', series: losses, x: 'epoch', y: { label: 'loss', scale: 'log' } }),
    lineChart({ title: 'Validation', series: accuracies, x: 'epoch', y: '% right' }),
  ]
  await show('choosing', sideBySide(charts))
}

/** Trains on all training images with the winning settings, and reads the test images once. */
async function final(): Promise<void> {
  const { layers } = await trained('the whole training set', CHOSEN, mnist.train)
  const { accuracy, confusion } = await judge(layers, CHOSEN, mnist.test)
  const batches = Math.ceil(mnist.test.count / BATCH)
  console.log(`\n${percent(accuracy)} of the ${mnist.test.count} test images are right, read in ${batches} batches.`)
  await show('confusion', confusionMatrix({ title: 'Which digit is read as which', counts: confusion }))
  await show('mistakes', await worstMistakes(layers))
}

/** The test images that the network misreads most confidently. */
async function worstMistakes(layers: Layer[]): Promise<Chart> {
  const { images, labels, count } = mnist.test
  const found: { place: number; digit: number; loss: number }[] = []
  for (let start = 0; start < count; start += 1000) {
    const batch = images.subarray(start * 784, (start + 1000) * 784)
    const { digits, logs } = await read(layers, batch, CHOSEN, async logits => {
      const logs = await noGrad(() => logSoftmax(logits)).data()
      return { digits: await argmax(logits), logs }
    })
    digits.forEach((digit, i) => {
      const place = start + i
      if (digit !== labels[place]) found.push({ place, digit, loss: -logs[10 * i + labels[place]] })
    })
  }
  const worst = found.sort((a, b) => b.loss - a.loss).slice(0, 12)
  return pictures({
    title: 'The worst mistakes: right digit → what was read',
    data: images,
    shape: [count, 28, 28],
    invert: true,
    perRow: 6,
    only: worst.map(({ place }) => place),
    captions: worst.map(({ place, digit }) => `${labels[place]} → ${digit}`),
  })
}

/** Does one part of the show, or skips it if a function it needs is not written yet. */
async function attempt(what: string, part: () => Promise<void>): Promise<void> {
  try {
    await part()
  } catch (error) {
    if (!(error instanceof NotImplemented)) throw error
    console.log(`\nNo ${what} yet: ${error.message}`)
  }
}

await attempt('comparison of settings', choose)
await attempt('test of the network', final)
on.close()
