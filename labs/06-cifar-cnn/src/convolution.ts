import { NotImplemented } from '@backprop/testkit/todo'

/**
 * Convolution by hand, forward and backward, on plain lists of numbers.
 *
 * An image x has C channels of H rows and W columns, `[C, H, W]`: x[c][i][j] is a number of channel c, row i, column j.
 * A layer has O kernels, w `[O, C, kH, kW]`, and a bias for each, b `[O]`. Each kernel makes one channel of the answer
 * y `[O, oH, oW]`. With p zeros around the image and a stride of s
 *
 *     y[o][i][j] = b[o] + Σ w[o][c][m][n] · x[c][s·i + m − p][s·j + n − p]      over all c, m and n
 *
 * where oH = ⌊(H + 2p − kH) / s⌋ + 1, oW likewise, and everything outside the image is 0.
 */

/** Channels of rows of numbers. `[C, H, W]` */
export type Image = number[][][]
/** One small image of weights for each output channel. `[O, C, kH, kW]` */
export type Kernels = number[][][][]

export interface ConvSettings {
  /** The distance between two positions of the kernel, 1 or more; 1 unless given. */
  stride?: number
  /** The number of zeros on each side of the image, 0 or more; 0 unless given. */
  padding?: number
}

/** How the loss depends on each input of a convolution. */
export interface ConvGradients {
  /** ∂J/∂x, in the shape of the image. */
  dx: Image
  /** ∂J/∂w, in the shape of the kernels. */
  dw: Kernels
  /** ∂J/∂b. `[O]` */
  db: number[]
}

/** Given: a new image of zeros. `zeros(2, 1, 3)` is [[[0, 0, 0]], [[0, 0, 0]]]. */
export function zeros(channels: number, rows: number, cols: number): Image {
  return Array.from({ length: channels }, () => Array.from({ length: rows }, () => Array<number>(cols).fill(0)))
}

/**
 * Slides kernels over an image.
 *
 * @param x the image `[C, H, W]`, with C, H and W at least 1
 * @param w the kernels `[O, C, kH, kW]`; they need not be square
 * @param b the biases `[O]`
 * @param settings the stride and the padding, the same along rows and columns
 * @returns a new image `[O, oH, oW]`; x, w and b stay the same
 * @throws RangeError when a kernel's number of channels differs from the image's, when a kernel does not fit into the
 *   padded image, or when the stride or the padding is not a whole number in its range
 * @example conv2d([[[1, 2, 3]]], [[[[1, 1]]]], [10]) // [[[13, 15]]], because 1 + 2 + 10 = 13 and 2 + 3 + 10 = 15
 * @example conv2d([[[1, 2, 3]]], [[[[4]]]], [0], { padding: 1, stride: 2 }) // [[[0, 0, 0], [0, 0, 0]]]: it only meets
 * zeros
 */
export function conv2d(x: Image, w: Kernels, b: number[], { stride = 1, padding = 0 }: ConvSettings = {}): Image {
  // TODO(conv2d): For each kernel and position, start with the bias and add every weight times the number below it.
  throw new NotImplemented('conv2d')
}

/**
 * The gradients of a convolution: from how the loss depends on its output to how it depends on its inputs.
 *
 * Every number of the output has the slope dy[o][i][j], and is the sum of b[o] and of products w · x. So it passes
 * dy to the bias, dy · x to each weight that it used, and dy · w to each number of the image that it used. A number
 * that is used several times gets the sum.
 *
 * @param x the input image `[C, H, W]`
 * @param w the kernels `[O, C, kH, kW]`
 * @param dy ∂J/∂y, in the shape of `conv2d(x, w, b, settings)` `[O, oH, oW]`
 * @param settings the stride and the padding of the convolution
 * @returns ∂J/∂x, ∂J/∂w and ∂J/∂b; x, w and dy stay the same
 * @example
 * // y = [13, 15] in the example of conv2d; let the loss be y₁ + 10·y₂, so its slopes are 1 and 10
 * conv2dBackward([[[1, 2, 3]]], [[[[1, 1]]]], [[[1, 10]]])
 * // { dx: [[[1, 11, 10]]], dw: [[[[21, 32]]]], db: [11] }
 */
export function conv2dBackward(
  x: Image,
  w: Kernels,
  dy: Image,
  { stride = 1, padding = 0 }: ConvSettings = {},
): ConvGradients {
  // TODO(conv2d-backward): Use the loops of the forward pass again, with three += inside.
  throw new NotImplemented('conv2d-backward')
}
