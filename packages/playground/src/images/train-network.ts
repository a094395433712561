import { argmax, type Backend, crossEntropy, noGrad, type Rng, type Tensor, tensor } from '@backprop/core'
import { batches } from '@backprop/datasets'
import { Adam, type Batch, cosineDecay, fit, parameters } from '@backprop/nn'
import type { ImageNetwork } from './image-network.ts'
import { pixelsOf, type Task } from './task.ts'

/** Labelled images as bytes. */
export interface LabelledImages {
  /** 0 to 255, image after image, channel after channel. `[N · C · H · W]` */
  readonly images: Uint8Array
  /** `[N]` */
  readonly labels: Uint8Array
}

/** How a training stands. */
export interface Progress {
  readonly step: number
  readonly steps: number
  readonly epoch: number
  /** The mean over the batches since the last report. */
  readonly loss: number
  /** The share of right answers to images that are not learned from, 0 to 1. */
  readonly accuracy: number
}

export interface TrainOptions {
  readonly on: Backend
  readonly rng: Rng
  readonly epochs: number
  readonly batchSize: number
  readonly learningRate: number
  /** How many steps lie between two reports; there is one after the last step too. */
  readonly reportEvery: number
  /** Waited for, so that it can give other code a turn. */
  readonly onProgress?: (progress: Progress) => unknown
  readonly signal?: AbortSignal
  /** Whether to mirror each photograph with probability 1/2: a mirrored 3 is not a 3, but a mirrored cat is a cat. */
  readonly mirror?: boolean
}

/** Trains a network in place with Adam, whose learning rate falls to 0 along half a cosine. */
export async function trainNetwork(
  task: Task,
  network: ImageNetwork,
  { train, test }: { readonly train: LabelledImages; readonly test: LabelledImages },
  options: TrainOptions,
): Promise<Progress> {
  const { on, rng, epochs, batchSize, learningRate, reportEvery, onProgress, signal } = options
  const stepsPerEpoch = Math.ceil(train.labels.length / batchSize)
  const steps = epochs * stepsPerEpoch
  const optimizer = new Adam(parameters(network), { learningRate: cosineDecay(learningRate, { steps }) })
  let progress: Progress = { step: 0, steps, epoch: 0, loss: NaN, accuracy: await accuracyOf(task, network, test, on) }
  let losses: number[] = []
  const report = async (step: number, epoch: number) => {
    const loss = losses.reduce((sum, one) => sum + one, 0) / losses.length
    losses = []
    progress = { step, steps, epoch, loss, accuracy: await accuracyOf(task, network, test, on) }
    await onProgress?.(progress)
  }
  await onProgress?.(progress)
  await fit(network, () => imageBatches(task, train, batches(train.labels.length, batchSize, rng), options), {
    ...{ loss: crossEntropy, optimizer, epochs, rng, signal },
    async onStep({ epoch, step, loss }) {
      losses.push(loss)
      const all = (epoch - 1) * stepsPerEpoch + step
      if (all % reportEvery === 0 || all === steps) await report(all, epoch)
    },
  })
  return progress
}

const TEST_BATCH = 250

/** The share of images that a network reads right, 0 to 1. */
export async function accuracyOf(
  task: Task,
  network: ImageNetwork,
  test: LabelledImages,
  on: Backend,
): Promise<number> {
  let right = 0
  for (const { x, y } of imageBatches(task, test, batches(test.labels.length, TEST_BATCH), { on })) {
    const logits = noGrad(() => network.forward(x))
    const found = await argmax(logits)
    logits.release()
    right += found.filter((label, i) => label === y[i]).length
  }
  return right / test.labels.length
}

/** Batches of images as a network takes them; each is released when the next one is asked for. */
function* imageBatches(
  task: Task,
  { images, labels }: LabelledImages,
  order: Iterable<Uint32Array>,
  { on, rng, mirror = false }: { readonly on: Backend; readonly rng?: Rng; readonly mirror?: boolean },
): Generator<Batch<Uint8Array>, void, undefined> {
  const size = pixelsOf(task)
  const [, rows, cols] = task.shape
  // A byte has few values, so each is computed once.
  const tables = task.mean.map((mean, c) =>
    Float32Array.from({ length: 256 }, (_, byte) => (byte / 255 - mean) / task.std[c]),
  )
  for (const indices of order) {
    const values = new Float32Array(indices.length * size)
    indices.forEach((index, row) => {
      const isMirrored = mirror && rng !== undefined && rng.uniform() < 0.5
      for (let i = 0; i < size; i++) {
        const from = isMirrored ? i - (i % cols) + cols - 1 - (i % cols) : i
        values[row * size + i] = tables[Math.floor(i / (rows * cols))][images[index * size + from]]
      }
    })
    const x: Tensor = tensor(values, { on, shape: [indices.length, ...task.shape] })
    yield { x, y: Uint8Array.from(indices, index => labels[index]) }
    x.release()
  }
}
