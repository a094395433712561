import { join } from 'node:path'
import { type Backend, rng } from '@backprop/core'
import { loadMnist } from '@backprop/datasets/node'
import { resumable } from '@backprop/training'
import { ImageNetwork, PERCEPTRON } from '../src/images/image-network.ts'
import { DIGITS, pixelsOf, type Task } from '../src/images/task.ts'
import { trainNetwork } from '../src/images/train-network.ts'

/**
 * A network that has learned from a part of MNIST: 6,000 images take about 3 s on an idle core, and 93 % of the test images
 * are read right then.
 */
export async function trainedDigits({ on, images }: { on: Backend; images: number }): Promise<ImageNetwork> {
  const { train, test } = await loadMnist()
  const random = rng(1)
  const network = new ImageNetwork(PERCEPTRON, DIGITS.shape, { on, rng: random })
  const part = {
    images: train.images.subarray(0, images * pixelsOf(DIGITS)),
    labels: train.labels.subarray(0, images),
  }
  const options = { on, rng: random, epochs: 3, batchSize: 64, learningRate: 2e-3, reportEvery: Infinity }
  await trainNetwork(DIGITS, network, { train: part, test }, options)
  return network
}

/** Keeps a network where and as the `main.ts` of its lab does, as if `epochs` had been trained. */
export async function keepInLab(root: string, task: Task, network: ImageNetwork, epochs: number): Promise<void> {
  const name = task === DIGITS ? 'the-whole-training-set' : 'lenet'
  await resumable({
    file: join(root, 'labs', task.lab, '.cache', 'training', `${name}.safetensors`),
    ...{ key: String(epochs), model: network, rng: rng(0), epochs },
    train: epoch => Promise.resolve({ loss: 1 / epoch }),
  })
}
