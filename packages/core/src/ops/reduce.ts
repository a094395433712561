import { tensor } from '../create.ts'
import { defineOp, type Op } from '../op.ts'
import { axisOf, fromFront, misfit, type Shape, shapeText, sizeOf } from '../shape.ts'
import { copyOf, Tensor } from '../tensor.ts'
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

/** Σ x over some axes, 0 of nothing; the gradient is dy in each place. Throws `ShapeError` if x has no such axis. */
export const sum: Op<1, Reduction | undefined> = defineOp('sum', 1, {
  shape: ([x], options, name) => checked(name, x, options).shape,
  forward: (on, [x], _, options) => reduceAxes(on, 'sum', x, reduced(x.shape, options).axes),
  backward: (dy, [x], _, options) => [() => repeated(dy, x.shape, options)],
  examples: [...examples, [[0, 2], { axis: 0 }]],
})

/** The mean over some axes, NaN of nothing; the gradient is dy / n in each place. Throws `ShapeError`. */
export const mean: Op<1, Reduction | undefined> = defineOp('mean', 1, {
  shape: ([x], options, name) => checked(name, x, options).shape,
  forward: (_, [x], y, options) => mul(sum(x, options), sizeOf(y) / sizeOf(x.shape)),
  backward: (dy, [x], y, options) => [() => repeated(mul(dy, sizeOf(y.shape) / sizeOf(x.shape)), x.shape, options)],
  examples,
})

/**
 * The largest number along some axes; of equal ones the first gets the gradient. Throws `ShapeError` if there is no
 * number.
 */
export const max: Op<1, Reduction | undefined> = defineOp('max', 1, {
  shape: ([x], options, name) => chosen(name, x, options).shape,
  forward: (on, [x], _, options) => reduceAxes(on, 'max', x, reduced(x.shape, options).axes),
  backward: (dy, [x], _, options) => [
    () => mul(firstMax(x, reduced(x.shape, options).axes), repeated(dy, x.shape, options)),
  ],
  examples,
})

/**
 * The index of the largest number along an axis (the last unless given), the first of equal ones; along several axes it
 * counts through them in row-major order. Not differentiable. Throws `ShapeError` if there is no number.
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

/**
 * Where the largest number along the axes lies: `order` puts these last, and then each of `outer` lines of n has one.
 */
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
  return copyOf(dy.on, broadcastView(reshapeView(dy, reduced(shape, options).kept), shape))
}

/** The axes in order, counted from the front, and the shape of the result, with and without them. */
function reduced(x: Shape, { axis, keepdims }: Reduction = {}) {
  const given = axis === undefined ? [...x.keys()] : typeof axis === 'number' ? [axis] : axis
  const axes = given.map(one => fromFront(x, one)).sort((a, b) => a - b)
  const kept = x.map((size, at) => (axes.includes(at) ? 1 : size))
  return { axes, kept, shape: keepdims ? kept : x.filter((_, at) => !axes.includes(at)) }
}

/** The same for axes that were not checked before. */
function checked(where: string, x: Shape, options?: Reduction) {
  const result = reduced(x, options)
  for (const axis of [options?.axis ?? []].flat()) axisOf(where, x, axis)
  if (new Set(result.axes).size === result.axes.length) return result
  throw misfit(where, `the axes ${shapeText(result.axes)} name one twice`)
}

/** The same where there must be a number to choose. */
function chosen(where: string, x: Shape, options?: Reduction) {
  const result = checked(where, x, options)
  if (result.axes.every(axis => x[axis] > 0)) return result
  throw misfit(where, `shape ${shapeText(x)} has 0 numbers to choose from, expected at least 1`)
}
