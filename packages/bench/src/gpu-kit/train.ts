import { rng } from '@backprop/core'
import type { Contender } from '../contender.ts'
import { type Batch, startOf } from '../work.ts'
import type { Slice } from './image-slices.ts'

export interface MnistResult {
  readonly images: number
  readonly epochs: number
  readonly seconds: number
  readonly accuracy: number
}

/** Trains the benchmark's perceptron on handwritten digits. */
export async function trainMnist({ name, learn }: Contender, digits: Slice, epochs: number): Promise<MnistResult> {
  if (!learn) throw new Error(`${name} has no learn().`)
  const generator = rng(1)
  const learner = await learn(startOf('mlp', 32), digits)
  const images = digits.train.labels.length
  let seconds = 0
  for (let epoch = 0; epoch < epochs; epoch++) seconds += (await learner.epoch(generator.permutation(images))).seconds
  return { images, epochs, seconds, accuracy: (await learner.test()).result }
}

export interface CifarResult {
  readonly images: number
  readonly steps: number
  readonly seconds: number
  /** Mean losses of the first and the last tenth of the steps. */
  readonly firstLoss: number
  readonly lastLoss: number
}

const BATCH = 64
const PIXELS = 3 * 32 * 32

/** Trains the benchmark's convolutional network on small colour images. */
export async function trainCifar(
  { name, train }: Contender,
  { train: set }: Slice,
  epochs: number,
): Promise<CifarResult> {
  if (!train) throw new Error(`${name} has no train().`)
  const generator = rng(2)
  const runner = await train(startOf('cnn', BATCH))
  const losses: number[] = []
  let seconds = 0
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = generator.permutation(set.labels.length)
    for (let from = 0; from + BATCH <= order.length; from += BATCH) {
      const [timed] = await runner.run([batchOf(set, order.subarray(from, from + BATCH))])
      losses.push(timed.result)
      seconds += timed.seconds
    }
  }
  const tenth = Math.max(1, Math.floor(losses.length / 10))
  const mean = (list: readonly number[]) => list.reduce((sum, loss) => sum + loss, 0) / list.length
  const [firstLoss, lastLoss] = [mean(losses.slice(0, tenth)), mean(losses.slice(-tenth))]
  return { images: set.labels.length, steps: losses.length, seconds, firstLoss, lastLoss }
}

function batchOf(set: Slice['train'], picked: Uint32Array): Batch {
  const x = new Float32Array(picked.length * PIXELS)
  for (const [row, i] of picked.entries())
    for (let pixel = 0; pixel < PIXELS; pixel++) x[row * PIXELS + pixel] = set.images[i * PIXELS + pixel] / 127.5 - 1
  return { x, labels: Uint8Array.from(picked, i => set.labels[i]) }
}
