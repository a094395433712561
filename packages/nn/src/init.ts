import {
  type Backend,
  explain,
  normal,
  type Rng,
  type Shape,
  ShapeError,
  shapeText,
  sizeOf,
  type Tensor,
  uniform,
} from '@backprop/core'

/**
 * Where a module puts its parameters, and what it draws them from; required, so that one seed always makes one network.
 */
export interface Init {
  readonly on: Backend
  readonly rng: Rng
}

/** Makes the first values of a weight; `zeros` of core is one too, for the experiment that shows why not to use it. */
export type Initialiser = (shape: Shape, init: Init) => Tensor

/** The number of inputs that one output of a weight sums over, and of outputs that one input goes to. */
export interface Fans {
  readonly fanIn: number
  readonly fanOut: number
}

/**
 * The fans of a dense weight [in, out], or of convolution kernels [O, I, kH, kW]. Throws `ShapeError` for another
 * shape.
 */
export function fansOf(shape: Shape): Fans {
  if (shape.length === 2) return { fanIn: shape[0], fanOut: shape[1] }
  const [O, I, ...window] = shape
  if (window.length === 2) return { fanIn: I * sizeOf(window), fanOut: O * sizeOf(window) }
  const fact = `a weight of shape ${shapeText(shape)} has no fans, expected [in, out] or [O, I, kH, kW]`
  throw new ShapeError(explain('fansOf', fact, 'biases and scales start at zeros or ones'))
}

// A signal keeps its variance in the forward pass if each weight has variance 1 / fanIn, and a gradient in the backward
// pass if it has 1 / fanOut. Glorot takes the mean of the two fans; He doubles 1 / fanIn, because ReLU drops half.
const glorot = ({ fanIn, fanOut }: Fans): number => 2 / (fanIn + fanOut)
const he = ({ fanIn }: Fans): number => 2 / fanIn

/** The uniform distribution over ±limit has variance limit² / 3. */
const evenly =
  (variance: (fans: Fans) => number): Initialiser =>
  (shape, init) => {
    const limit = Math.sqrt(3 * variance(fansOf(shape)))
    return uniform(shape, { ...init, low: -limit, high: limit })
  }

const normally =
  (variance: (fans: Fans) => number): Initialiser =>
  (shape, init) =>
    normal(shape, { ...init, std: Math.sqrt(variance(fansOf(shape))) })

/** Uniform over ±√(6 / (fanIn + fanOut)): Glorot and Bengio 2010, equation 16. For tanh, and the default of Keras. */
export const glorotUniform = evenly(glorot)

/** Normal with variance 2 / (fanIn + fanOut): Glorot and Bengio 2010, equation 12. */
export const glorotNormal = normally(glorot)

/** Uniform over ±√(6 / fanIn): the variance of He et al. For ReLU. */
export const heUniform = evenly(he)

/** Normal with variance 2 / fanIn: He et al. 2015, equation 10. For ReLU. */
export const heNormal = normally(he)
