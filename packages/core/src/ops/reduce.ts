import { tensor } from '../create.ts'
import { defineOp, type Op } from '../op.ts'
import { axisOf, misfit, shapeText, sizeOf, type Shape } from '../shape.ts'
import { Tensor, copyOf } from '../tensor.ts'
import { broadcastView, permuteView, reshapeView } from '../view.ts'
import { equal, mul } from './elementwise.ts'
import { inverse, reduceAxes, reshape, transpose } from './shape-changing.ts'

/** Which axes to reduce: all of them unless some are given. `keepdims` leaves a size of 1 in their place. */
export interface Reduction {
  readonly axis?: number | readonly number[]
  readonly keepdims?: boolean
}

// prettier-ignore
const examples: [number[], Reduction?][] = [
  [[3, 4, 2]], [[3, 4, 2], { axis: 0 }], [[3, 4, 2], { axis: 1, keepdims: true }], [[3, 4, 2], { axis: -1 }],
  [[2, 3, 2, 2], { axis: [0, 3, 2] }], [[2, 3, 2, 2], { axis: [-1, 1], keepdims: true }], [[]],
]

export const sum: Op<1, Reduction | undefined> = defineOp('sum', 1, {
  shape: ([x], options) => reduced('sum', x, options).shape,
  forward: (on, [x], _, options) => reduceAxes(on, 'sum', x, reduced('sum', x.shape, options).axes),
  backward: (dy, [x], _, options) => [() => repeated(dy, x.shape, options)],
  examples: [...examples, [[0, 2], { axis: 0 }]],
})

export const mean: Op<1, Reduction | undefined> = defineOp('mean', 1, {
  shape: ([x], options) => reduced('mean', x, options).shape,
  forward: (_, [x], y, options) => mul(sum(x, options), sizeOf(y) / sizeOf(x.shape)),
  backward: (dy, [x], y, options) => [() => repeated(mul(dy, sizeOf(y.shape) / sizeOf(x.shape)), x.shape, options)],
  examples,
})

/** The largest number. Of several that are equal, the first one gets the gradient. */
export const max: Op<1, Reduction | undefined> = defineOp('max', 1, {
  shape: ([x], options) => chosen('max', x, options).shape,
  forward: (on, [x], _, options) => reduceAxes(on, 'max', x, reduced('max', x.shape, options).axes),
  backward: (dy, [x], _, options) => [
    () => mul(firstMax(x, reduced('max', x.shape, options).axes), repeated(dy, x.shape, options)),
  ],
  examples,
})

/**
 * The index of the largest number along an axis, the first one where several are equal; along several axes the index
 * counts through them in row-major order. Not differentiable.
 */
export async function argmax(x: Tensor, axis: number | readonly number[] = -1): Promise<Int32Array> {
  const { found } = largest(x, chosen('argmax', x.shape, { axis }).axes)
  const indices = Int32Array.from(await found.data())
  found.release()
  return indices
}

/** 1 where x has its first maximum along the axes, 0 elsewhere. Nothing flows back. */
export function firstMax(x: Tensor, axes: readonly number[]): Tensor {
  const { found, order, n } = largest(x, axes)
  const counting = tensor(Float64Array.from({ length: n }, (_, i) => i), { on: x.on }) // prettier-ignore
  const hot = equal(found, counting) // [outer, n]
  return transpose(reshape(hot, order.map(axis => x.shape[axis])), inverse(order)) // prettier-ignore
}

/** Where the largest number along the axes lies: `order` puts these last, and then each of `outer` lines of n has one. */
function largest(x: Tensor, axes: readonly number[]) {
  const order = [...[...x.shape.keys()].filter(axis => !axes.includes(axis)), ...axes]
  const n = sizeOf(axes.map(axis => x.shape[axis]))
  const lines = copyOf(x.on, permuteView(x, order))
  const outer = sizeOf(x.shape) / n
  const found = new Tensor(x.on, x.on.reduce('argmax', reshapeView(lines, [outer, n]), 1), [outer, 1])
  lines.release()
  return { found, order, n }
}

/** dy in each place that it was reduced from. */
function repeated(dy: Tensor, shape: Shape, options?: Reduction): Tensor {
  return copyOf(dy.on, broadcastView(reshapeView(dy, reduced('sum', shape, options).kept), shape))
}

/** The axes in order, counted from the front, each only once; and the shape that is left, with and without them. */
function reduced(where: string, x: Shape, { axis, keepdims }: Reduction = {}) {
  const given = axis === undefined ? [...x.keys()] : typeof axis === 'number' ? [axis] : axis
  const axes = given.map(one => axisOf(where, x, one)).sort((a, b) => a - b)
  if (new Set(axes).size < axes.length)
    throw misfit(where, `the axes ${shapeText(axes)} name one twice, but each is wanted once`)
  const kept = x.map((size, at) => (axes.includes(at) ? 1 : size))
  return { axes, kept, shape: keepdims ? kept : x.filter((_, at) => !axes.includes(at)) }
}

/** The same where there has to be a number to choose. */
function chosen(where: string, x: Shape, options?: Reduction) {
  const result = reduced(where, x, options)
  if (result.axes.every(axis => x[axis] > 0)) return result
  throw misfit(where, `shape ${shapeText(x)} has 0 numbers to choose from, but at least 1 is wanted`)
}
