/** Privacy: can you tell from a network's answers whom it was trained on? */
import { logSoftmax, noGrad, type Tensor } from '@backprop/core'
import { NotImplemented } from '@backprop/testkit/todo'
import { forward, type Init, type Layer, newLayers, toPixels, train } from './network.ts'

/** Where to compute, and for how long at most. */
export interface PrivateOptions extends Init {
  /** The largest number of epochs. */
  maxEpochs: number
  /** Called after each epoch, starting with epoch 1, with its mean loss. */
  onEpoch?: (epoch: number, loss: number) => void
}

/**
 * The loss of each example: the cross-entropy of its logits and its label.
 *
 * @param layers a network from `[N, D]` to logits `[N, C]`; not changed
 * @param x images `[N, D]`; not changed
 * @param labels the class that the data set says, for each image, right or wrong `[N]`; not changed
 * @returns −log softmax(logits)[label] for each image `[N]`
 * @example await exampleLosses(layers, x, Uint8Array.of(0)) // [0.693] with the numbers of the README: log 2
 */
export async function exampleLosses(layers: Layer[], x: Tensor, labels: Uint8Array): Promise<number[]> {
  // TODO(privacy): One row of log-probabilities for each image; take the label's, and turn its sign.
  throw new NotImplemented('privacy')
}

/**
 * How well the loss tells members of a training set from others: the area under the ROC curve.
 *
 * It is the probability that a member, chosen at random, has a lower loss than another image, chosen at random; a tie
 * counts half. 0.5 is guessing, 1 means that every member has a lower loss than all others.
 *
 * @param members the losses of examples from the training set, one or more; not changed
 * @param others the losses of other examples, one or more; not changed
 * @returns a number from 0 to 1, exact up to rounding
 * @throws RangeError when a list is empty or a loss is NaN
 * @example auc([1, 2], [2, 3]) // 0.875: 3 pairs of 4, and half a pair for the tie
 */
export function auc(members: number[], others: number[]): number {
  // TODO(privacy): Count the pairs. Sorting makes it fast: how many of the others are above, and how many equal?
  throw new NotImplemented('privacy')
}

/**
 * Learns to read digits from a few images, without giving away which ones.
 *
 * How is up to you. Three in ten labels are wrong. The network is judged by how many new digits it reads, and by the
 * `auc` of its losses: on the images it was trained on, with these labels, against others with labels of the same kind.
 * It takes pixels divided by 255, and its layers are used as `forward` of network.ts uses them. It has at most 10 layers
 * and at most 200,000 weights and biases.
 *
 * @param images bytes 0 to 255, one image of D pixels after another `[N · D]`; not changed
 * @param labels the digits, three in ten of them wrong `[N]`; not changed
 * @returns the layers of the trained network
 * @example const layers = await privateFit(images, labels, { maxEpochs: 60, on, rng })
 */
export async function privateFit(images: Uint8Array, labels: Uint8Array, options: PrivateOptions): Promise<Layer[]> {
  // TODO(privacy): What prevents memorising prevents leaking: few epochs, and a pull of the weights towards 0.
  throw new NotImplemented('privacy')
}
