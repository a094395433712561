import { argmax, type Backend, noGrad, rng, tensor } from '@backprop/core'
import type { ImageSet } from '@backprop/datasets'
import { evaluate } from './src/judge.ts'
import { dense, type EpochResult, forward, train } from './src/mlp.ts'

/** The run of the lecture, with the reference solution: batches of 32, Adam at 0.001, five epochs. */

const HIDDEN = [128, 64]

/** The layer sizes of the networks to compare, and the value that represents a byte of 255. */
export const NETWORKS = {
  'bytes as in the lecture': { white: 255, sizes: [784, ...HIDDEN, 10] },
  'pixels from 0 to 1': { white: 1, sizes: [784, ...HIDDEN, 10] },
  'pixels from 0 to 1, no hidden layers': { white: 1, sizes: [784, 10] },
} as const

export interface CourseRun {
  history: EpochResult[]
  /** Of each epoch. */
  steps: number[]
  /** The share of test images read correctly. */
  accuracy: number
  /** The number of batches in which the test images were read. */
  batches: number
}

/** Trains one of the networks on some images, and tests it on others. */
export async function courseRun(
  name: keyof typeof NETWORKS,
  data: { train: ImageSet; test: ImageSet },
  { on, seed, epochs = 5 }: { on: Backend; seed: number; epochs?: number },
): Promise<CourseRun> {
  const { sizes, white } = NETWORKS[name]
  const init = { on, rng: rng(seed) }
  const layers = sizes.slice(1).map((size, i) => dense(sizes[i], size, init))
  const scaled = (images: Uint8Array) => new Float32Array(images).map(byte => (byte / 255) * white)
  const steps: number[] = []
  let last = 0
  const history = await train(
    layers,
    { images: scaled(data.train.images), labels: data.train.labels },
    {
      ...init,
      epochs,
      batchSize: 32,
      learningRate: 1e-3,
      onStep: step => void (last = step),
      onEpoch: () => void steps.push(last),
    },
  )
  let batches = 0
  const read = async (images: Uint8Array) => {
    batches++
    const x = tensor(scaled(images), { on, shape: [images.length / 784, 784] })
    const logits = noGrad(() => forward(layers, x))
    const digits = await argmax(logits)
    for (const one of [x, logits]) one.release()
    return [...digits]
  }
  const { accuracy } = await evaluate(read, data.test.images, data.test.labels, { batchSize: 32 })
  return { history, steps, accuracy, batches }
}
