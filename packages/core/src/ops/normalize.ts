import type { View } from '../backend.ts'
import { tensor } from '../create.ts'
import { dims } from '../dims.ts'
import { defineOp, type Op, type Operand, owning, type Per } from '../op.ts'
import type { Rng } from '../random.ts'
import { explain, type Shape, sizeOf } from '../shape.ts'
import { Tensor } from '../tensor.ts'
import { reshapeView } from '../view.ts'
import { add, div, mul, sqrt, square, sub } from './elementwise.ts'
import { concat, slice } from './pieces.ts'
import { mean, sum } from './reduce.ts'
import { reshape } from './shape-changing.ts'

/** The mean and the variance of something; the variance divides by the count. */
export interface Statistics {
  readonly mean: Tensor
  readonly variance: Tensor
}

interface Norm {
  /** Added to the variance, so that a constant input is not divided by 0; 1e-5 unless given. */
  readonly epsilon?: number
}

const statisticsOver = (x: Tensor, axis: readonly number[]): Statistics => {
  const center = mean(x, { axis, keepdims: true })
  return { mean: center, variance: mean(square(sub(x, center)), { axis, keepdims: true }) }
}

/** (x − mean) / √(variance + ε), which has mean 0 and variance 1. */
const standardized = (x: Tensor, by: Statistics, epsilon: number): Tensor =>
  div(sub(x, by.mean), sqrt(add(by.variance, epsilon)))

interface BatchNorm extends Norm {
  /** The statistics to normalize by, [C] each, instead of those of the batch. */
  readonly statistics?: Statistics
  /** Called with the statistics of the batch, [C] each, which it must neither keep nor release. */
  readonly observe?: (batch: Statistics) => void
}

const channelsOnly = (x: Shape): number[] => [...x.keys()].filter(axis => axis !== 1)
/** [C] → [C, 1, …], so that it broadcasts along the channels of x. */
const along = (t: Tensor, x: Shape): Tensor => reshape(t, [x[1], ...x.slice(2).map(() => 1)])
/** [N, C, ...] as [N, C, P] */
const byChannel = (x: Tensor): View => reshapeView(x, [x.shape[0], x.shape[1], sizeOf(x.shape.slice(2))])

/** The mean and the variance of each channel of x [N, C, ...], [2, C]. */
function momentsOf(x: Tensor): Tensor {
  const shape = [2, x.shape[1]]
  const made = x.on.fused?.channelMoments?.(byChannel(x))
  if (made) return new Tensor(x.on, made, shape)
  const found = statisticsOver(x, channelsOnly(x.shape))
  return reshape(concat([found.mean, found.variance]), shape)
}

/** Row i of [2, C], which is [C]. */
const rowOf = (pair: Tensor, i: number): Tensor => reshape(slice(pair, [[i, i + 1]]), [pair.shape[1]])
const statisticsIn = (moments: Tensor): Statistics => ({ mean: rowOf(moments, 0), variance: rowOf(moments, 1) })

const standardizedAlong = (x: Tensor, by: Statistics, epsilon: number): Tensor =>
  standardized(x, { mean: along(by.mean, x.shape), variance: along(by.variance, x.shape) }, epsilon)

const scaledBy = (x: Tensor, by: Statistics, epsilon: number, scale: Tensor, shift: Tensor): Tensor =>
  add(mul(standardizedAlong(x, by, epsilon), along(scale, x.shape)), along(shift, x.shape))

/** Σ dy z and Σ dy, [2, C]: the gradients for scale and shift. */
function gradientSums(dy: Tensor, x: Tensor, moments: Tensor, epsilon: number): Tensor {
  const made = x.on.fused?.batchNormSums?.(byChannel(x), byChannel(dy), moments, epsilon)
  if (made) return new Tensor(x.on, made, moments.shape)
  const z = standardizedAlong(x, statisticsIn(moments), epsilon)
  const each = [mul(dy, z), dy].map(part => sum(part, { axis: channelsOnly(x.shape) }))
  return reshape(concat(each), moments.shape)
}

function inputGradient(dy: Tensor, x: Tensor, moments: Tensor, scale: Tensor, sums: Tensor, epsilon: number): Tensor {
  const { on, shape } = x
  const made = on.fused?.batchNormInputGradient?.(byChannel(x), byChannel(dy), moments, scale, sums, epsilon)
  if (made) return new Tensor(on, made, shape)
  const by = statisticsIn(moments)
  const meanOf = (i: number) => along(mul(rowOf(sums, i), shape[1] / sizeOf(shape)), shape)
  const rest = add(meanOf(1), mul(standardizedAlong(x, by, epsilon), meanOf(0)))
  return mul(sub(dy, rest), along(div(scale, sqrt(add(by.variance, epsilon))), shape))
}

function checkChannels([x, scale, shift]: Per<3, Shape>, { statistics }: BatchNorm = {}): Shape {
  dims('batchNorm', 'x', { shape: x }, ['N', 'C', ...x.slice(2)], 'images are [N, C, H, W], rows are [N, C]')
  const each: Record<string, { shape: Shape }> = { scale: { shape: scale }, shift: { shape: shift }, ...statistics }
  for (const [argument, one] of Object.entries(each))
    dims('batchNorm', argument, one, [x[1]], 'one number for each channel of x')
  return x
}

const normByBatch = defineOp<3, BatchNorm | undefined>('batchNorm', 3, {
  shape: checkChannels,
  forward: (on, [x, scale, shift], _, { epsilon = 1e-5, observe } = {}, kept) => {
    const moments = momentsOf(x)
    kept.push(moments)
    observe?.(statisticsIn(moments))
    return (
      on.fused?.batchNorm?.(byChannel(x), moments, scale, shift, epsilon) ??
      scaledBy(x, statisticsIn(moments), epsilon, scale, shift)
    )
  },
  backward: (dy, [x, scale], _y, { epsilon = 1e-5 } = {}, [moments]) => {
    let found: Tensor | undefined
    const sums = () => (found ??= gradientSums(dy, x, moments, epsilon))
    return [() => inputGradient(dy, x, moments, scale, sums(), epsilon), () => rowOf(sums(), 0), () => rowOf(sums(), 1)]
  },
  examples: [[[5, 3], [3], [3]], [[3, 2, 2, 2], [2], [2], { epsilon: 0.1 }], [[2, 5, 9], [5], [5]]], // prettier-ignore
})

// Layer normalization by fused kernels, or composed; rows are the last axes of x, those of scale.

/** x [..., *S] as [R, S] */
const asRows = (x: Tensor, { shape }: Tensor): View =>
  reshapeView(x, [sizeOf(x.shape.slice(0, x.shape.length - shape.length)), sizeOf(shape)])
/** [*S] as [S] */
const asVector = (x: Tensor): View => reshapeView(x, [sizeOf(x.shape)])
const lastAxes = (x: Tensor, { shape }: Tensor): number[] => shape.map((_, i) => x.shape.length - shape.length + i)

/** The mean and 1 / √(variance + ε) of each row, [2, R]. */
function momentsOfRows(x: Tensor, scale: Tensor, epsilon: number): Tensor {
  const rows = asRows(x, scale)
  const shape = [2, rows.shape[0]]
  const made = x.on.fused?.rowMoments?.(rows, epsilon)
  if (made) return new Tensor(x.on, made, shape)
  const { mean: center, variance } = statisticsOver(x, lastAxes(x, scale))
  return reshape(concat([center, div(1, sqrt(add(variance, epsilon)))].map(one => reshape(one, [-1]))), shape)
}

/** Row i of the moments [2, R], which broadcasts along the rows of x. */
const alongRows = (moments: Tensor, i: number, x: Tensor, scale: Tensor): Tensor =>
  reshape(slice(moments, [[i, i + 1]]), [
    ...x.shape.slice(0, x.shape.length - scale.shape.length),
    ...scale.shape.map(() => 1),
  ])

const standardizedRows = (x: Tensor, scale: Tensor, moments: Tensor): Tensor =>
  mul(sub(x, alongRows(moments, 0, x, scale)), alongRows(moments, 1, x, scale))

/** Σ dy z and Σ dy, [2, S]: the gradients for scale and shift. */
function sumsOverRows(dy: Tensor, x: Tensor, scale: Tensor, moments: Tensor): Tensor {
  const shape = [2, sizeOf(scale.shape)]
  const made = x.on.fused?.layerNormSums?.(asRows(x, scale), asRows(dy, scale), moments)
  if (made) return new Tensor(x.on, made, shape)
  const axis = [...x.shape.keys()].slice(0, x.shape.length - scale.shape.length)
  const each = [mul(dy, standardizedRows(x, scale, moments)), dy].map(part => sum(part, { axis, keepdims: true }))
  return reshape(concat(each.map(one => reshape(one, [-1]))), shape)
}

function gradientAlongRows(dy: Tensor, x: Tensor, scale: Tensor, moments: Tensor): Tensor {
  const made = x.on.fused?.layerNormInputGradient?.(asRows(x, scale), asRows(dy, scale), moments, asVector(scale))
  if (made) return new Tensor(x.on, made, x.shape)
  const [g, z] = [mul(dy, scale), standardizedRows(x, scale, moments)]
  const meanOf = (t: Tensor) => mean(t, { axis: lastAxes(x, scale), keepdims: true })
  return mul(sub(g, add(meanOf(g), mul(z, meanOf(mul(g, z))))), alongRows(moments, 1, x, scale))
}

/**
 * Layer normalization (Ba, Kiros and Hinton 2016): (x − mean) / √(variance + ε) · scale + shift over the last axes of
 * x [..., *S], where scale and shift are [*S]; ε is 1e-5 unless given. All three have gradients. Throws `ShapeError`.
 */
export const layerNorm: Op<3, Norm | undefined> = defineOp<3, Norm | undefined>('layerNorm', 3, {
  shape: ([x, scale, shift], _, name) => {
    const tail = x.slice(Math.max(0, x.length - Math.max(1, scale.length)))
    dims(name, 'scale', { shape: scale }, tail, 'scale has the last axes of x, which are normalized')
    dims(name, 'shift', { shape: shift }, scale, 'shift has the shape of scale')
    return x
  },
  forward: (on, [x, scale, shift], _, { epsilon = 1e-5 } = {}, kept) => {
    const moments = momentsOfRows(x, scale, epsilon)
    kept.push(moments)
    return (
      on.fused?.layerNorm?.(asRows(x, scale), moments, asVector(scale), asVector(shift)) ??
      add(mul(standardizedRows(x, scale, moments), scale), shift)
    )
  },
  backward: (dy, [x, scale], _y, _options, [moments]) => {
    let found: Tensor | undefined
    const sums = () => (found ??= sumsOverRows(dy, x, scale, moments))
    const gradientIn = (i: number) => reshape(slice(sums(), [[i, i + 1]]), scale.shape)
    return [() => gradientAlongRows(dy, x, scale, moments), () => gradientIn(0), () => gradientIn(1)]
  },
  examples: [[[3, 4], [4], [4]], [[2, 3, 4], [3, 4], [3, 4], { epsilon: 0.1 }], [[3], [3], [3]]], // prettier-ignore
})

const normByGiven = defineOp<3, BatchNorm & { readonly statistics: Statistics }>('batchNorm', 3, {
  shape: checkChannels,
  forward: (_, [x, scale, shift], _shape, { statistics, epsilon = 1e-5 }) =>
    scaledBy(x, statistics, epsilon, scale, shift),
  examples: [],
})

/**
 * Batch normalization (Ioffe and Szegedy 2015) of each channel of x [N, C, ...]: by `statistics` if given (evaluation),
 * by those of this batch otherwise (training); scale, shift and both statistics are [C]. ε is 1e-5 unless given. With
 * z = (x − mean) / √(variance + ε), the gradients in training are scale / √(variance + ε) (dy − mean(dy) − z mean(dy z))
 * for x, Σ dy z for scale and Σ dy for shift; statistics that are given have gradients too. Throws `ShapeError`.
 */
export const batchNorm: Op<3, BatchNorm | undefined> = Object.assign(
  (x: Operand, scale: Operand, shift: Operand, { statistics, ...options }: BatchNorm = {}) =>
    statistics ? normByGiven(x, scale, shift, { statistics, ...options }) : normByBatch(x, scale, shift, options),
  { opName: normByBatch.opName, examples: normByBatch.examples },
)

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
