import { NotImplemented } from '@backprop/testkit/todo'

/**
 * Max pooling by hand, forward and backward, on plain lists of numbers: each channel becomes smaller, and keeps the
 * largest number of each window.
 */

/** Channels of rows of numbers. `[C, H, W]` */
export type Image = number[][][]

export interface PoolSettings {
  /** The number of rows and columns of a window, 1 or more. */
  kernel: number
  /** How far the window moves; its own width unless given, so that the windows lie side by side. */
  stride?: number
}

/** Given: a new image of zeros. `zeros(2, 1, 3)` is [[[0, 0, 0]], [[0, 0, 0]]]. */
export function zeros(channels: number, rows: number, cols: number): Image {
  return Array.from({ length: channels }, () => Array.from({ length: rows }, () => Array<number>(cols).fill(0)))
}

/**
 * The largest number of each window, channel by channel.
 *
 * @param x an image `[C, H, W]` whose H and W are at least `kernel`; rows and columns that no complete window reaches
 *   are left out
 * @returns a new image `[C, oH, oW]` with oH = ⌊(H − kernel) / stride⌋ + 1, oW likewise; x stays the same
 * @example maxPool([[[1, 2, 3, 1], [1, 1, 1, 1]]], { kernel: 2 }) // [[[2, 3]]]
 */
export function maxPool(x: Image, { kernel, stride = kernel }: PoolSettings): Image {
  // TODO(max-pool): For each channel and each window, look for the largest number.
  throw new NotImplemented('max-pool')
}

/**
 * The gradient of max pooling: the slope of each window goes to its largest number, and nowhere else. If several
 * numbers tie for the largest, the first one gets it, reading the window row by row from the top, each row from the
 * left. A number that is the largest of several windows gets the sum.
 *
 * @param x the image that was pooled `[C, H, W]`
 * @param dy ∂J/∂y, in the shape of `maxPool(x, settings)` `[C, oH, oW]`
 * @returns ∂J/∂x `[C, H, W]`; x and dy stay the same
 * @example maxPoolBackward([[[1, 2], [2, 0]]], [[[7]]], { kernel: 2 }) // [[[0, 7], [0, 0]]]: the first of the two twos
 */
export function maxPoolBackward(x: Image, dy: Image, { kernel, stride = kernel }: PoolSettings): Image {
  // TODO(max-pool): For each window, find the position of its largest number and add the slope there.
  throw new NotImplemented('max-pool')
}
