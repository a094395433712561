import type { Rng } from '../random.ts'
import { tensor } from '../create.ts'
import { dims } from '../dims.ts'
import { defineOp, owning, type Op } from '../op.ts'
import { explain, sizeOf, type Shape } from '../shape.ts'
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
      /** What is added to a variance, so that a constant input divides by something; 1e-5 unless given. */
      readonly epsilon?: number
      /** Only for batchNorm: what to normalize by, [C] each, instead of by the batch itself. */
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

/** Normalizes the last axes of x, those that scale and shift have; ε is 1e-5 unless given. */
export const layerNorm: Op<3, Norm> = defineOp<3, Norm>('layerNorm', 3, {
  shape: ([x, scale, shift]) => {
    const tail = x.slice(Math.max(0, x.length - Math.max(1, scale.length)))
    dims('layerNorm', 'scale', { shape: scale }, tail, 'scale has the last axes of x, which are normalized')
    dims('layerNorm', 'shift', { shape: shift }, scale, 'shift has the shape of scale')
    return x
  },
  forward: (_, [x, scale, shift], shape, { epsilon = 1e-5 } = {}) => {
    const axes = [...shape.keys()].slice(shape.length - scale.shape.length)
    return normalized(x, statisticsOver(x, axes), epsilon, scale, shift)
  },
  examples: [[[3, 4], [4], [4]], [[2, 3, 4], [3, 4], [3, 4], { epsilon: 0.1 }], [[3], [3], [3]]], // prettier-ignore
})

/**
 * Normalizes each channel of x [N, C, ...]: with `statistics` by those (evaluation), without by what this batch has
 * (training); scale, shift and both statistics are [C]. ε is 1e-5 unless given.
 */
export const batchNorm: Op<3, Norm> = defineOp<3, Norm>('batchNorm', 3, {
  shape: ([x, scale, shift], { statistics } = {}) => {
    dims('batchNorm', 'x', { shape: x }, ['N', 'C', ...x.slice(2)], 'images are [N, C, H, W], rows are [N, C]')
    const each: Record<string, { shape: Shape }> = { scale: { shape: scale }, shift: { shape: shift }, ...statistics }
    for (const [name, one] of Object.entries(each))
      dims('batchNorm', name, one, [x[1]], 'one number for each channel of x')
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

/** Sets each number to 0 with probability p, drawn from `rng`, and divides the others by 1 − p: the mean stays. */
export function dropout(x: Tensor, p: number, rng: Rng): Tensor {
  if (!(p >= 0 && p < 1)) throw new RangeError(explain('dropout', `p is ${p}, but 0 ≤ p < 1 is wanted`))
  const { on, shape } = x
  const kept = Float64Array.from({ length: sizeOf(shape) }, () => (rng.uniform() < p ? 0 : 1 / (1 - p)))
  const mask = tensor(kept, { on, shape })
  return owning(mul(x, mask), [mask])
}
