import type { View } from '../backend.ts'
import { tensor } from '../create.ts'
import { dims } from '../dims.ts'
import { defineOp, type Op } from '../op.ts'
import { axisOf, explain, fromFront, misfit, type Shape, shapeText, sizeOf } from '../shape.ts'
import { Tensor } from '../tensor.ts'
import { broadcastView, contiguousView, reshapeView } from '../view.ts'
import { reshape } from './shape-changing.ts'

/** From `start` to before `end`; negative numbers count from the end of the axis. `[]` is the whole axis. */
export type Range = readonly [start?: number, end?: number]

/**
 * A part of each axis; axes without a range stay whole: `slice(x, [[], [1, -1]])` drops the first and the last column.
 * The gradient is 0 outside. Throws `ShapeError` if a range does not lie in x.
 */
export const slice: Op<1, readonly Range[]> = defineOp('slice', 1, {
  shape: ([x], ranges, name) => checkBounds(name, x, ranges).map(([start, end]) => end - start),
  forward: (on, [x], shape, ranges) => {
    const { strides } = x
    const offset = bounds(x.shape, ranges).reduce((sum, [start], axis) => sum + start * strides[axis], 0)
    return on.unary('copy', { slot: x.slot, shape, strides, offset })
  },
  backward: (dy, [x], _, ranges) => {
    const outside = bounds(x.shape, ranges).map(([start, end], axis) => [start, x.shape[axis] - end] as const)
    return [() => pad(dy, outside)]
  },
  examples: [[[4, 5], [[1, 3]]], [[2, 3, 4], [[], [-2], [0, -1]]], [[3], [[1, 1]]], [[], []]], // prettier-ignore
})

/**
 * Adds zeros before and after each axis: `pad(x, [[0, 0], [1, 1]])` adds a column on each side. Throws `ShapeError`.
 */
export const pad: Op<1, readonly (readonly [before: number, after: number])[]> = defineOp('pad', 1, {
  shape: ([x], amounts, name) => {
    const isRight = amounts.length === x.length && amounts.flat().every(n => Number.isInteger(n) && n >= 0)
    if (isRight) return x.map((size, axis) => size + amounts[axis][0] + amounts[axis][1])
    const fact = `the amounts ${JSON.stringify(amounts)} were given for shape ${shapeText(x)}`
    throw misfit(name, `${fact}, expected [before, after] for each axis, whole numbers of at least 0`)
  },
  forward: (on, [x], _, amounts) => {
    const zero = contiguousView(on.write([0]), [])
    let y: View = x
    for (const [axis, [before, after]] of amounts.entries()) {
      if (before + after === 0) continue
      const zeros = (count: number) => broadcastView(zero, y.shape.with(axis, count))
      const slot = on.concat([zeros(before), y, zeros(after)], axis)
      if (y !== x) on.free(y.slot)
      y = contiguousView(slot, y.shape.with(axis, y.shape[axis] + before + after))
    }
    on.free(zero.slot)
    return y === x ? on.unary('copy', x) : y.slot
  },
  backward: (dy, [x], _, amounts) => [() => slice(dy, amounts.map(([n], axis) => [n, n + x.shape[axis]]))], // prettier-ignore
  examples: [[[2, 3], [[1, 0], [2, 1]]], [[3], [[0, 0]]], [[], []], [[0, 2], [[1, 1], [0, 1]]]], // prettier-ignore
})

/**
 * Joins tensors along an axis, the first unless given; each gets its part of the gradient. Throws `ShapeError` if other
 * sizes differ.
 */
export const concat: Op<'list', number | undefined> = defineOp('concat', 'list', {
  shape: (shapes, axis = 0, name) => {
    const [first] = shapes
    const at = axisOf(name, first, axis)
    const other = shapes.find(x => x.length !== first.length || x.some((size, i) => i !== at && size !== first[i]))
    if (!other) return first.with(at, shapes.reduce((sum, x) => sum + x[at], 0)) // prettier-ignore
    const fact = `shapes ${shapeText(first)} and ${shapeText(other)} do not fit along axis ${axis}`
    throw misfit(name, fact, 'all sizes but those along the axis must be equal')
  },
  forward: (on, list, shape, axis = 0) => on.concat(list, fromFront(shape, axis)),
  backward: (dy, list, _, axis = 0) => {
    const at = fromFront(dy.shape, axis)
    return list.map((x, i) => () => {
      const start = list.slice(0, i).reduce((sum, before) => sum + before.shape[at], 0)
      return slice(dy, x.shape.map((size, other) => (other === at ? [start, start + size] : []))) // prettier-ignore
    })
  },
  // prettier-ignore
  examples: [[[[2, 3], [1, 3]]], [[[2, 3], [2, 1], [2, 2]], 1], [[[2], [0], [3]], -1], [[[1, 2, 2], [1, 2, 2]], 2]],
})

/**
 * Picks indices along an axis, the first unless given, in any order and repeatedly; an embedding looks up its rows with
 * it. Gradients of a repeated index add up. Throws `RangeError` if x does not have an index.
 */
export const gather: Op<1, { readonly indices: ArrayLike<number>; readonly axis?: number }> = defineOp('gather', 1, {
  shape: ([x], { indices, axis = 0 }, name) => {
    const at = axisOf(name, x, axis)
    checkIndices(name, ['index', 'places'], indices, x[at], `that is axis ${axis} of shape ${shapeText(x)}`)
    return x.with(at, indices.length)
  },
  forward: (on, [x], _, { indices, axis = 0 }) => on.gather(middle(x, axis), new Int32Array(indices)),
  backward: (dy, [x], _, { indices, axis = 0 }) => [
    () => {
      const R = x.shape.at(axis) ?? 0
      return new Tensor(x.on, x.on.scatterAdd(middle(dy, axis), new Int32Array(indices), R), x.shape)
    },
  ],
  // prettier-ignore
  examples: [
    [[4, 3], { indices: [2, 0, 2] }], [[2, 5, 2], { indices: [4, 4, 1, 0], axis: -2 }], [[3], { indices: [] }],
  ],
})

/** Whole numbers with a shape, such as the words of sentences, [B, T]: in plain memory, because an op looks them up. */
export interface Indices {
  readonly indices: ArrayLike<number>
  readonly shape: Shape
}

/**
 * The row of a table for each index: table [V, D], indices [...S] → [...S, D]. The gradient adds up in the rows that
 * were looked up. Throws `ShapeError`, or `RangeError` if an index is not a row.
 */
export const embedding: Op<1, Indices> = defineOp('embedding', 1, {
  shape: ([table], { indices, shape }, name) => {
    const { V, D } = dims(name, 'table', { shape: table }, ['V', 'D'], 'one row for each index')
    if (sizeOf(shape) !== indices.length)
      throw misfit(name, `shape ${shapeText(shape)} holds ${sizeOf(shape)} indices, but ${indices.length} were given`)
    checkIndices(name, ['index', 'rows'], indices, V)
    return [...shape, D]
  },
  forward: (_, [table], shape, { indices }) => reshape(gather(table, { indices }), shape),
  examples: [
    [[4, 3], { indices: [2, 0, 2, 1], shape: [2, 2] }],
    [[2, 1], { indices: [], shape: [0, 5] }],
  ],
})

/**
 * A row for each label, 1 at its place and 0 elsewhere, [N, classes]. Throws `RangeError` if a label is not a class.
 */
export function oneHot(labels: ArrayLike<number>, classes: number, { on }: Pick<Tensor, 'on'>): Tensor {
  checkIndices('oneHot', ['label', 'classes'], labels, classes)
  const values = new Float32Array(labels.length * classes)
  for (let n = 0; n < labels.length; n++) values[n * classes + labels[n]] = 1
  return tensor(values, { on, shape: [labels.length, classes] })
}

/**
 * Throws `RangeError` unless all indices are integers from 0 to count − 1; `names` name one index, and what is counted.
 */
export function checkIndices(where: string, names: string[], indices: ArrayLike<number>, count: number, hint?: string) {
  const [one, all] = names
  for (let n = 0; n < indices.length; n++) {
    const index = indices[n]
    if (Number.isInteger(index) && index >= 0 && index < count) continue
    const fact = `${one} ${n} is ${index}, but with ${count} ${all} it must be an integer from 0 to ${count - 1}`
    throw new RangeError(explain(where, fact, hint))
  }
}

/** [...A, R, ...B] as [A, R, B] */
function middle(x: View, axis: number): View {
  const at = fromFront(x.shape, axis)
  return reshapeView(x, [sizeOf(x.shape.slice(0, at)), x.shape[at], sizeOf(x.shape.slice(at + 1))])
}

/** Start and end of each axis, counted from the front. */
const bounds = (x: Shape, ranges: readonly Range[]): [start: number, end: number][] =>
  x.map((size, axis) => {
    const [start = 0, end = size] = ranges.at(axis) ?? []
    return [start < 0 ? start + size : start, end < 0 ? end + size : end]
  })

function checkBounds(where: string, x: Shape, ranges: readonly Range[]): [start: number, end: number][] {
  const counted = bounds(x, ranges)
  const isRight = ([start, end]: readonly number[], axis: number) =>
    Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start <= end && end <= x[axis]
  if (ranges.length <= x.length && counted.every(isRight)) return counted
  const fact = `the ranges ${JSON.stringify(ranges)} do not lie in shape ${shapeText(x)}`
  throw misfit(where, fact, 'each is [start, end]; negative numbers count from the end of the axis')
}
