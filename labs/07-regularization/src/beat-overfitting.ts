import { NotImplemented } from '@backprop/testkit/todo'

/** Learning from few examples, some of which are labelled wrongly, without learning the mistakes by heart. */
import type { Backend, Rng } from '@backprop/core'
import { examplesOf, Network } from './network.ts'

export interface FitOptions {
  on: Backend
  rng: Rng
  /** Stop after so many epochs in any case. */
  maxEpochs: number
  /** To be called after each epoch, the first one is epoch 1, with the losses on what was learned from and what was not. */
  onEpoch?: (epoch: number, losses: { training: number; validation: number }) => void
}

/** Bytes of images `[N · D]`, given as for `fit`, to their classes `[N]`, a plain list. */
export type Reader = (images: Uint8Array) => Promise<number[]>

/**
 * Learn to read from few images, 30 % of which have a wrong label.
 *
 * How is up to you; `Network` of network.ts does the training. Keep some of the images back as a validation set. No other
 * images are there to choose with: those that you will be judged by, you never see. Reading must not be random.
 *
 * @param images bytes 0 to 255, one image of D pixels after the other `[N · D]`
 * @param labels the classes, 0 to 9; three of ten are wrong `[N]`
 * @param options.maxEpochs the most epochs to train
 * @returns a function that reads other images
 * @example const read = await fit(images, labels, { on, rng, maxEpochs: 60 }); await read(otherImages) // [7, 2, 1, …]
 */
export async function fit(images: Uint8Array, labels: Uint8Array, options: FitOptions): Promise<Reader> {
  // TODO(beat-overfitting): Keep a validation set back; train with dropout; stop early and restore the best weights.
  throw new NotImplemented('beat-overfitting')
}
