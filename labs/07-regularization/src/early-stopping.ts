import { NotImplemented } from '@backprop/testkit/todo'

/**
 * Early stopping: train as long as the loss on the validation set improves, then go back to the best weights.
 */

/** A training that is controlled from outside. Its functions may take time, so `await` each of them. */
export interface Run {
  /** Learns from all training examples once. */
  epoch: () => void | Promise<void>
  /** The mean loss on the validation set, with the current weights. */
  validationLoss: () => number | Promise<number>
  /** The mean loss on the test set, with the current weights. It is only for the final report. */
  testLoss: () => number | Promise<number>
  /** The current weights. This may be the very list that the next epoch changes. */
  weights: () => Float32Array | Promise<Float32Array>
  /** Uses these weights from now on. */
  setWeights: (weights: Float32Array) => void | Promise<void>
}

export interface StoppingOptions {
  /** The number of epochs in a row without a better validation loss after which to stop, 1 or more. */
  patience: number
  /** How much lower than the best a loss must be to count as better, 0 or more. */
  minDelta: number
  /** The largest number of epochs, 0 or more. */
  maxEpochs: number
}

export interface Stopped {
  /** The validation loss after each trained epoch. */
  validationLosses: number[]
  /** The epoch with the best validation loss; epochs count from 1, and 0 stands for the initial weights. */
  bestEpoch: number
  /** The test loss with the best weights. */
  testLoss: number
}

/**
 * Given: a simulated training to try your function on. Its weights are a list with one number, the epoch; each epoch
 * changes this list in place. The hidden tests use it too, so don't change it.
 *
 * @param losses the validation loss after epoch 1, 2, …; the test loss is 100 times the number in the weights
 */
export function rehearsal(losses: number[]): Run {
  const live = Float32Array.of(0)
  let epochs = 0
  return {
    epoch: async () => {
      await Promise.resolve()
      live[0] = epochs += 1
    },
    validationLoss: async () => Promise.resolve(losses[live[0] - 1]),
    testLoss: async () => Promise.resolve(100 * live[0]),
    weights: () => live,
    setWeights: async weights => {
      await Promise.resolve()
      live.set(weights)
    },
  }
}

/**
 * Trains with early stopping.
 *
 * After each epoch, check the validation loss. It is better if it is lower than the best one so far by more than
 * `minDelta`; then it becomes the best one, and its weights are kept. Only then: a loss that is a little lower, but not
 * by more than `minDelta`, does not replace the best one. A loss that is NaN is never better. Before the first epoch
 * there is no best loss, so the first loss that is a number counts as better.
 *
 * Stop when `patience` epochs in a row were not better, or after `maxEpochs` epochs. Then restore the best weights of
 * the run (the initial ones if no epoch was better), and only then ask for the test loss, once.
 *
 * @param run the training; call its functions in the right order, each with `await`
 * @returns the validation losses so far, the best epoch, and the test loss with the best weights
 * @throws RangeError when patience is not a whole number of 1 or more, or minDelta is not 0 or more
 * @example await earlyStopping(rehearsal([3, 2, 2.5, 2.6, 1]), { patience: 2, minDelta: 0, maxEpochs: 5 })
 * // { validationLosses: [3, 2, 2.5, 2.6], bestEpoch: 2, testLoss: 200 }
 */
export async function earlyStopping(run: Run, { patience, minDelta, maxEpochs }: StoppingOptions): Promise<Stopped> {
  // TODO(early-stopping): Train epoch by epoch; keep a copy of the best weights; stop, restore, report.
  throw new NotImplemented('early-stopping')
}
