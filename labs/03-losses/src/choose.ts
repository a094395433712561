import { NotImplemented } from '@backprop/testkit/todo'

/** The names of the losses. `bce` and `bce-with-logits` are one loss; so are softmax and `cross-entropy` together. */
export type LossName = 'zero-one' | 'mse' | 'mae' | 'bce' | 'cross-entropy'

/** Six tasks. The README describes each: exercise 8, `choose-the-loss`. */
export type Task = 'car-top-speed' | 'cat-or-dog' | 'digit' | 'mistyped-rents' | 'crane-load' | 'photo-tags'

/**
 * Which loss should a network be trained with, by gradient descent?
 *
 * @example chooseLoss('digit') // one of the five names; which one is up to you
 */
export function chooseLoss(task: Task): LossName {
  // TODO(choose-the-loss): Return the name of the loss that fits the task. There are six tasks.
  throw new NotImplemented('choose-the-loss')
}
