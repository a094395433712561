import { NotImplemented } from '@backprop/testkit/todo'

/** The shape of an image on its way through a network, and the number of parameters of each layer. */

/** The description of a layer. */
export type LayerSpec =
  | ConvSpec
  | PoolSpec
  /** Replaces negative numbers by zero. */
  | { kind: 'relu' }
  /** Puts all numbers of an image in one row. */
  | { kind: 'flatten' }
  /** A layer of neurons, each of which sees all numbers of the row. */
  | { kind: 'dense'; neurons: number }

/** `kernels` kernels of size × size, each over all channels of its input, and each with a bias. */
export interface ConvSpec {
  kind: 'conv'
  kernels: number
  size: number
  /** 1 unless given. */
  stride?: number
  /** 0 unless given. */
  padding?: number
}

/** Max pooling with windows of size × size. */
export interface PoolSpec {
  kind: 'pool'
  size: number
  /** The size unless given. */
  stride?: number
}

/** The output shape and the parameters of one layer. */
export interface LayerReport {
  /** The output shape for one image: `[C, H, W]`, or `[D]` from `flatten` on. */
  shape: number[]
  /** The number of parameters that the layer learns. */
  parameters: number
}

/** LeNet-5 as LeCun and his colleagues described it in 1998, but with max pooling, for images in colour. */
export const LENET5: LayerSpec[] = [
  { kind: 'conv', kernels: 6, size: 5 },
  { kind: 'relu' },
  { kind: 'pool', size: 2 },
  { kind: 'conv', kernels: 16, size: 5 },
  { kind: 'relu' },
  { kind: 'pool', size: 2 },
  { kind: 'flatten' },
  { kind: 'dense', neurons: 120 },
  { kind: 'relu' },
  { kind: 'dense', neurons: 84 },
  { kind: 'relu' },
  { kind: 'dense', neurons: 10 },
]

/**
 * Follows one image through a network.
 *
 * @param input the shape of the image `[C, H, W]`
 * @param layers the network, layer after layer
 * @returns one report per layer, in the same order
 * @throws RangeError when a window does not fit into its input, when the input of `dense` is not flat, or when that of
 *   `conv` or `pool` is
 * @example followShapes([3, 32, 32], [{ kind: 'conv', kernels: 6, size: 5 }]) // [{ shape: [6, 28, 28], parameters: 456
 * }]
 */
export function followShapes(input: number[], layers: LayerSpec[]): LayerReport[] {
  // TODO(shapes-and-parameters): Keep the shape in a variable; for each layer, update it and count the parameters.
  throw new NotImplemented('shapes-and-parameters')
}
