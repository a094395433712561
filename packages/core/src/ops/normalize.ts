import { tensor } from '../create.ts'
import { dims } from '../dims.ts'
import { defineOp, type Op, owning } from '../op.ts'
import type { Rng } from '../random.ts'
import { explain, type Shape, sizeOf } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import { add, div, mul, sqrt, square, sub } from './elementwise.ts'
import { mean } from './reduce.ts'
import { reshape } from './shape-changing.ts'

interface Statistics {
  readonly mean: Tensor
  readonly variance: Tensor
}

type Norm =
  | undefined
  | {
      /** Added to the variance, so that a constant input is not divided by 0; 1e-5 unless given. */
      readonly epsilon?: number
      /** Only for batchNorm: the statistics to normalize by, [C] each, instead of those of the batch. */
      readonly statistics?: Statistics
    }

const statisticsOver = (x: Tensor, axis: readonly number[]): Statistics => {
  const center = mean(x, { axis, keepdims: true })
  return { mean: center, variance: mean(square(sub(x, center)), { axis, keepdims: true }) }
}

/** (x − mean) / √(variance + ε) · scale + shift; the variance divides by the count. */
function normalized(x: Tensor, by: Statistics, epsilon: number, scale: Tensor, shift: Tensor): Tensor {
  return add(mul(div(sub(x, by.mean), sqrt(add(by.variance, epsilon))), scale), shift)
}

/**
 * Layer normalization (Ba, Kiros and Hinton 2016): (x − mean) / √(variance + ε) · scale + shift over the last axes of
 * x [..., *S], where scale and shift are [*S]; ε is 1e-5 unless given. All three have gradients. Throws `ShapeError`.
 */
export const layerNorm: Op<3, Norm> = defineOp<3, Norm>('layerNorm', 3, {
  shape: ([x, scale, shift], _, name) => {
    const tail = x.slice(Math.max(0, x.length - Math.max(1, scale.length)))
    dims(name, 'scale', { shape: scale }, tail, 'scale has the last axes of x, which are normalized')
    dims(name, 'shift', { shape: shift }, scale, 'shift has the shape of scale')
    return x
  },
  forward: (_, [x, scale, shift], shape, { epsilon = 1e-5 } = {}) => {
    const axes = [...shape.keys()].slice(shape.length - scale.shape.length)
    return normalized(x, statisticsOver(x, axes), epsilon, scale, shift)
  },
  examples: [[[3, 4], [4], [4]], [[2, 3, 4], [3, 4], [3, 4], { epsilon: 0.1 }], [[3], [3], [3]]], // prettier-ignore
})

/**
 * Batch normalization (Ioffe and Szegedy 2015) of each channel of x [N, C, ...]: by `statistics` if given (evaluation),
 * by those of this batch otherwise (training); scale, shift and both statistics are [C]. ε is 1e-5 unless given. All
 * inputs have gradients. Throws `ShapeError`.
 */
export const batchNorm: Op<3, Norm> = defineOp<3, Norm>('batchNorm', 3, {
  shape: ([x, scale, shift], { statistics } = {}, name) => {
    dims(name, 'x', { shape: x }, ['N', 'C', ...x.slice(2)], 'images are [N, C, H, W], rows are [N, C]')
    const each: Record<string, { shape: Shape }> = { scale: { shape: scale }, shift: { shape: shift }, ...statistics }
    for (const [argument, one] of Object.entries(each))
      dims(name, argument, one, [x[1]], 'one number for each channel of x')
    return x
  },
  forward: (_, [x, scale, shift], shape, { statistics, epsilon = 1e-5 } = {}) => {
    const channel = (t: Tensor) => reshape(t, [shape[1], ...shape.slice(2).map(() => 1)])
    const given = statistics && { mean: channel(statistics.mean), variance: channel(statistics.variance) }
    const by = given ?? statisticsOver(x, [...shape.keys()].filter(axis => axis !== 1)) // prettier-ignore
    return normalized(x, by, epsilon, channel(scale), channel(shift))
  },
  examples: [[[5, 3], [3], [3]], [[3, 2, 2, 2], [2], [2], { epsilon: 0.1 }]], // prettier-ignore
})

/**
 * Sets each number to 0 with probability p, drawn from `rng`, and divides the others by 1 − p, so that the mean stays
 * (Srivastava et al. 2014); the gradient gets the same factors. Throws `RangeError` unless 0 ≤ p < 1.
 */
export function dropout(x: Tensor, p: number, rng: Rng): Tensor {
  if (!(p >= 0 && p < 1)) throw new RangeError(explain('dropout', `p is ${p}, expected 0 ≤ p < 1`))
  const { on, shape } = x
  const kept = Float64Array.from({ length: sizeOf(shape) }, () => (rng.uniform() < p ? 0 : 1 / (1 - p)))
  const mask = tensor(kept, { on, shape })
  return owning(mul(x, mask), [mask])
}
