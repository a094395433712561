import { join } from 'node:path'
import { type Backend, rng } from '@backprop/core'
import { loadMnist } from '@backprop/datasets/node'
import { resumable } from '@backprop/training'
import { ImageNetwork, PERCEPTRON } from '../src/images/image-network.ts'
import { DIGITS, pixelsOf } from '../src/images/task.ts'
import { trainNetwork } from '../src/images/train-network.ts'

/**
 * Trains a network of lab 05 with a part of MNIST, and keeps it where and as the lab's `main.ts` does.
 *
 * @param images 6,000 take about 3 s on an idle core, and 93 % of the test images are read right then
 */
export async function trainLab05(root: string, { on, images }: { on: Backend; images: number }): Promise<ImageNetwork> {
  const { train, test } = await loadMnist()
  const random = rng(1)
  const network = new ImageNetwork(PERCEPTRON, DIGITS.shape, { on, rng: random })
  const part = {
    images: train.images.subarray(0, images * pixelsOf(DIGITS)),
    labels: train.labels.subarray(0, images),
  }
  const options = { on, epochs: 3, batchSize: 64, learningRate: 2e-3, reportEvery: Infinity }
  await resumable({
    file: join(root, 'labs', DIGITS.lab, '.cache', 'training', 'the-whole-training-set.safetensors'),
    ...{ key: 'any', model: network, rng: random, epochs: 1 },
    train: async (_, random) => {
      const { accuracy } = await trainNetwork(DIGITS, network, { train: part, test }, { ...options, rng: random })
      return { accuracy }
    },
  })
  return network
}
