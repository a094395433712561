import { join } from 'node:path'
import { wasm } from '@backprop/backend-wasm'
import { argmax, noGrad, relu, type Rng, rng, tensor } from '@backprop/core'
import { cifar10Classes } from '@backprop/datasets'
import { loadCifar10 } from '@backprop/datasets/node'
import {
  Adam,
  confusionMatrix as count,
  evaluation,
  flatten,
  Linear,
  type Module,
  parameters,
  sequential,
} from '@backprop/nn'
import {
  bars,
  type Chart,
  confusionMatrix,
  images,
  type ImagesOptions,
  lineChart,
  sideBySide,
  toTerminal,
} from '@backprop/plots'
import { saveSvg, terminalOptions } from '@backprop/plots/node'
import { NotImplemented } from '@backprop/testkit/todo'
import { fingerprint, resumable, TrainingProgress } from '@backprop/training'
import { conv2d, type Image } from '#lab/convolution'
import { CIFAR10, type EpochResult, type Examples, lenet, standardized, train, weightsOf } from '#lab/network'
import { comparePermuted, type Labelled, type Learner } from '#lab/permutation'
import { maxPool } from '#lab/pooling'
import { followShapes, LENET5 } from '#lab/shapes'

// Change what you like here. A network is trained again only if its settings or your code have changed.
const PHOTO = 6 // The test image to look at closely.
const TRAIN = 10_000
const EPOCHS = 6
const READ = 2000
const EXPERIMENT = { images: 4000, epochs: 5 }
const BATCH = 64
const LEARNING_RATE = 1e-3
const SEED = 1

// The same arithmetic on every machine, so that everyone gets the same pictures.
const on = await wasm({ relaxed: false, threads: 'auto' })
const cifar = await loadCifar10({ onProgress: text => console.log(text) })
const SIZE = 3072

/** The first images of a set. */
const first = (length: number, { images, labels } = cifar.train): Labelled => ({
  images: images.slice(0, length * SIZE),
  labels: labels.slice(0, length),
})

const examples = ({ images, labels }: Labelled): Examples => ({
  images: standardized(images, 1024, CIFAR10),
  shape: [3, 32, 32],
  labels,
})

async function show(file: string, chart: Chart): Promise<void> {
  console.log(`\n${toTerminal(chart, terminalOptions(process.stdout))}`)
  const folder = process.env.BACKPROP_PICTURES
  if (folder) await saveSvg(join(folder, `${file}.svg`), chart)
}

/** A chart of images that are lists of channels; each channel becomes a grey picture. */
const grey = (channels: Image, options: Omit<ImagesOptions, 'data' | 'shape'>) =>
  images({ ...options, data: channels.flat(2), shape: [channels.length, channels[0].length, channels[0][0].length] })

/** One image as lists, `[3, 32, 32]`. */
const lists = (numbers: ArrayLike<number>): Image =>
  [0, 1, 2].map(c =>
    Array.from({ length: 32 }, (_, i) => Array.from({ length: 32 }, (_, j) => numbers[(c * 32 + i) * 32 + j])),
  )

/** The photograph as bytes, and as numbers that suit a network. */
const photo = cifar.test.images.subarray(PHOTO * SIZE, (PHOTO + 1) * SIZE)
const inColour = (title: string) => images({ title, data: photo, shape: [1, 3, 32, 32] })

async function worked(): Promise<void> {
  const rows = ['0111000', '0011100', '0001110', '0001100', '0011000', '0110000', '1100000']
  const stroke = rows.map(row => [...row].map(Number))
  const cross = [
    [1, 0, 1],
    [0, 1, 0],
    [1, 0, 1],
  ]
  const answer = conv2d([stroke], [[cross]], [0])
  console.log(`\nThe answer of the kernel to the stroke:\n${answer[0].map(row => `  ${row.join(' ')}`).join('\n')}`)
  const charts = [
    grey([stroke], { title: 'An image x', range: [0, 1] }),
    grey([cross], { title: 'a kernel w', range: [0, 1] }),
    grey(answer, { title: 'their convolution y', range: [0, 4] }),
  ]
  await show('convolution', sideBySide(charts))
}

/** Handmade kernels; each is used for all three colours. */
const KERNELS: Record<string, number[][]> = {
  'upright edges': [
    [1, 0, -1],
    [2, 0, -2],
    [1, 0, -1],
  ],
  'level edges': [
    [1, 2, 1],
    [0, 0, 0],
    [-1, -2, -1],
  ],
  blur: [
    [1, 1, 1],
    [1, 1, 1],
    [1, 1, 1],
  ],
  spots: [
    [-1, -1, -1],
    [-1, 8, -1],
    [-1, -1, -1],
  ],
}

async function byHand(): Promise<void> {
  const kernels = Object.values(KERNELS).map(plane => [plane, plane, plane])
  const maps = conv2d(lists(photo), kernels, [0, 0, 0, 0])
  const options = { captions: Object.keys(KERNELS), range: 'each', perRow: 2 } as const
  const charts = [inColour('A photograph'), grey(maps, { title: 'Four kernels made by hand', ...options })]
  await attempt('the pooled maps', () => {
    const pooled = maxPool(maps, { kernel: 2 })
    charts.push(grey(pooled, { title: 'the same, max pooled', ...options }))
  })
  await show('by-hand', sideBySide(charts))
}

function table(): void {
  const reports = followShapes([3, 32, 32], LENET5)
  console.log('\nLeNet-5, layer by layer:')
  for (const [i, { shape, parameters }] of reports.entries())
    console.log(`  ${LENET5[i].kind.padEnd(8)}[${shape.join(', ')}]`.padEnd(26) + String(parameters).padStart(8))
}

interface Plan {
  name: string
  data: Examples
  epochs: number
  generator: Rng
}

/** Trains with your `train`; after Ctrl-C, the next run resumes after the last complete epoch. */
async function trained(model: Module, { name, data, epochs, generator }: Plan): Promise<EpochResult[]> {
  const adam = new Adam(parameters(model), { learningRate: LEARNING_RATE })
  const steps = Math.ceil(data.labels.length / BATCH)
  let progress = new TrainingProgress(process.stdout, { epochs, steps })
  const settings = { name, images: data.labels.length, BATCH, LEARNING_RATE, SEED }
  const key = await fingerprint(join(import.meta.dirname, 'src'), settings)
  return resumable({
    file: join(import.meta.dirname, '.cache', 'training', `${name}.safetensors`),
    ...{ key, model, optimizer: adam, rng: generator, epochs },
    onResume: results => {
      console.log(`  ${results.length} of ${epochs} epochs were trained earlier.`)
      progress = new TrainingProgress(process.stdout, { epochs, steps, before: results.length })
    },
    train: async (epoch, rng) => {
      const onStep = (step: number, loss: number) => progress.step(epoch, step, loss)
      const options = { epochs: 1, batchSize: BATCH, learningRate: LEARNING_RATE, adam, on, rng, onStep }
      const [result] = await train(model, data, options)
      progress.epoch(epoch, `loss ${result.loss.toFixed(3)}, ${(100 * result.accuracy).toFixed(1)} % right`)
      return result
    },
  })
}

/** The classes that a network predicts, 500 images at a time. */
async function read(model: Module, bytes: Uint8Array): Promise<number[]> {
  const found: number[] = []
  for (let start = 0; start < bytes.length; start += 500 * SIZE) {
    const values = standardized(bytes.subarray(start, start + 500 * SIZE), 1024, CIFAR10)
    const x = tensor(values, { on, shape: [values.length / SIZE, 3, 32, 32] })
    const logits = noGrad(() => model.forward(x, evaluation))
    found.push(...(await argmax(logits)))
    for (const each of [x, logits]) each.release()
  }
  return found
}

async function learning(): Promise<void> {
  const generator = rng(SEED)
  const model = lenet({ on, rng: generator })
  console.log(`\nYour LeNet-5 learns from ${TRAIN} photographs:`)
  const history = await trained(model, { name: 'lenet', data: examples(first(TRAIN)), epochs: EPOCHS, generator })
  const curve = (field: keyof EpochResult) => history.map(result => result[field])
  const charts = [
    lineChart({ title: 'LeNet-5 on CIFAR-10', series: { loss: curve('loss') }, x: 'epoch', y: 'loss' }),
    lineChart({ title: 'Right answers', series: { accuracy: curve('accuracy') }, x: 'epoch', y: 'accuracy' }),
  ]
  await show('training', sideBySide(charts))
  await insight(model)
  const others = first(READ, cifar.test)
  const counts = count(await read(model, others.images), others.labels, { classes: 10 })
  const title = `${READ} other photographs`
  await show('confusion', confusionMatrix({ title, counts, names: cifar10Classes }))
}

/** What the first layer has learned, and its answers to the photograph, computed by your conv2d. */
async function insight(model: Module): Promise<void> {
  const [weight, bias] = [...weightsOf(model).values()].map(({ value }) => value.dataSync())
  const charts = [
    inColour(cifar10Classes[cifar.test.labels[PHOTO]]),
    images({
      title: 'The six kernels of the first layer',
      data: weight,
      shape: [6, 3, 5, 5],
      range: 'each',
      perRow: 2,
    }),
  ]
  await attempt('feature maps', () => {
    const kernels = Array.from({ length: 6 }, (_, o) =>
      [0, 1, 2].map(c =>
        [0, 5, 10, 15, 20].map(row => [...weight.subarray((o * 3 + c) * 25 + row, (o * 3 + c) * 25 + row + 5)]),
      ),
    )
    const maps = conv2d(lists(standardized(photo, 1024, CIFAR10)), kernels, [...bias])
    const bent = maps.map(plane => plane.map(row => row.map(value => Math.max(0, value))))
    charts.push(grey(bent, { title: 'and what each makes of it', range: 'each', perRow: 2 }))
  })
  await show('filters', sideBySide(charts))
}

/** Trains a network of this kind from scratch with your `train`. */
const learner =
  (name: string, make: (init: { on: typeof on; rng: Rng }) => Module): Learner =>
  async (labelled, others) => {
    console.log(`\n${name}, ${labelled.labels.length} photographs:`)
    const init = { on, rng: rng(SEED) }
    const model = make(init)
    const { epochs } = EXPERIMENT
    const steps = Math.ceil(labelled.labels.length / BATCH)
    const progress = new TrainingProgress(process.stdout, { epochs, steps })
    let running = 1
    await train(model, examples(labelled), {
      ...{ ...init, epochs, batchSize: BATCH, learningRate: LEARNING_RATE },
      onStep: (step, loss) => progress.step(running, step, loss),
      onEpoch: (epoch, { loss }) => {
        progress.epoch(epoch, `loss ${loss.toFixed(3)}`)
        running = epoch + 1
      },
    })
    return read(model, others)
  }

const NAMES = ['dense layers', 'LeNet-5']
const LEARNERS = [
  learner(NAMES[0], init =>
    sequential(flatten, new Linear(SIZE, 128, init), relu, new Linear(128, 64, init), relu, new Linear(64, 10, init)),
  ),
  learner(NAMES[1], lenet),
]

async function permutation(): Promise<void> {
  const [learn, test] = [first(EXPERIMENT.images), first(READ, cifar.test)]
  const key = await fingerprint(join(import.meta.dirname, 'src'), { EXPERIMENT, READ, BATCH, LEARNING_RATE, SEED })
  const results = await resumable({
    file: join(import.meta.dirname, '.cache', 'training', 'permutation.safetensors'),
    ...{ key, model: {}, rng: rng(SEED), epochs: LEARNERS.length },
    train: (n, rng) => comparePermuted(LEARNERS[n - 1], learn, test, { area: 1024, rng }),
  })
  const series = {
    'pixels as they are': results.map(({ plain }) => plain),
    'pixels permuted': results.map(({ permuted }) => permuted),
  }
  const title = `${EXPERIMENT.images} photographs, ${EXPERIMENT.epochs} epochs`
  await show('permutation', bars({ title, names: NAMES, series, x: 'right answers to other photographs' }))
}

/** Does one part of the show, or skips it if a function it needs is not written yet. */
async function attempt(what: string, part: () => void | Promise<void>): Promise<void> {
  try {
    await part()
  } catch (error) {
    if (!(error instanceof NotImplemented)) throw error
    console.log(`\nNo picture of ${what} yet: ${error.message}`)
  }
}

await attempt('a convolution', worked)
await attempt('kernels made by hand', byHand)
await attempt('the layers', table)
await attempt('the training', learning)
await attempt('permuted pixels', permutation)
