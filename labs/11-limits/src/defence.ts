/** A defence: learn from images that are under attack. */
import { add, backward, crossEntropy, mul, type Tensor } from '@backprop/core'
import { Adam, parameters } from '@backprop/nn'
import { NotImplemented } from '@backprop/testkit/todo'
import { pgd } from './attack.ts'
import { batchOf, type Examples, forward, type Init, type Layer, newLayers, toPixels } from './network.ts'

export interface DefenceOptions extends Init {
  epochs: number
  /** The most by which an attack changes a pixel. */
  epsilon: number
  /** Called after each epoch, starting with epoch 1, with its mean loss. */
  onEpoch?: (epoch: number, loss: number) => void
}

export interface RobustOptions extends DefenceOptions {
  /** The number of examples per step; only the last batch of an epoch may be shorter. */
  batchSize: number
  learningRate: number
  /** The number of steps of the attack, each of 1.5 · ε / steps. */
  steps: number
}

/**
 * Adversarial training (Goodfellow and others, 2015; Madry and others, 2018), in place, with one Adam for all of it.
 *
 * Each epoch visits every example once, in a new order drawn from `rng`. For each batch, attack its images with `pgd`
 * and the network as it is now. The loss of the batch is half the mean cross-entropy of the clean images plus half that
 * of the attacked ones, and one step of Adam follows.
 *
 * @param layers at least one; the last one has as many neurons as there are classes
 * @param data N ≥ 1 examples with pixels from 0 to 1; not changed
 * @returns the loss of each epoch: the mean over its examples, measured before each step changes the weights
 * @example await robustTrain(layers, data, { epochs: 3, batchSize: 32, learningRate: 1e-3, epsilon: 0.1, steps: 3, on, rng })
 */
export async function robustTrain(layers: Layer[], data: Examples, options: RobustOptions): Promise<number[]> {
  // TODO(defence): `train` of network.ts shows the loop. Attack each batch first, and take both losses by half.
  throw new NotImplemented('defence')
}

/**
 * Learns to read digits that somebody may have tampered with.
 *
 * How is up to you. The network takes pixels divided by 255, and its layers are used as `forward` of network.ts uses
 * them. It has at most 10 layers and at most 200,000 weights and biases.
 *
 * @param images bytes 0 to 255, one image of D pixels after another `[N · D]`; not changed
 * @param labels the digits `[N]`; not changed
 * @param options.epsilon by how much pixels of 0 to 1 will be changed
 * @returns the layers of the trained network
 * @example const layers = await fit(images, labels, { epochs: 3, epsilon: 0.1, on, rng })
 */
export async function fit(images: Uint8Array, labels: Uint8Array, options: DefenceOptions): Promise<Layer[]> {
  // TODO(defence): Pixels from 0 to 1, new layers, and your robustTrain.
  throw new NotImplemented('defence')
}
