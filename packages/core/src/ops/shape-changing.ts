import type { Backend, ReduceKernel, Slot, View } from '../backend.ts'
import { defineOp, type Op } from '../op.ts'
import { broadcastShapes, fromFront, misfit, sameShape, type Shape, shapeText, sizeOf } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import { broadcastView, contiguousView, permuteView, reshapeView } from '../view.ts'

/**
 * The same numbers in another shape; one size may be −1: it is computed from the others. Throws `ShapeError` if the
 * sizes differ.
 */
export const reshape: Op<1, Shape> = defineOp('reshape', 1, {
  shape: ([x], shape, name) => inferSize(name, x, shape),
  forward: (on, [x]) => on.unary('copy', x),
  backward: (dy, [x]) => [() => reshape(dy, x.shape)],
  examples: [[[3, 4], [6, 2]], [[2, 3, 2], [2, -1]], [[1], []], [[0, 3], [2, 0]]], // prettier-ignore
})

/**
 * The axes in another order, reversed unless given: that transposes a matrix. Throws `ShapeError` unless the order
 * names each axis once.
 */
export const transpose: Op<1, readonly number[] | undefined> = defineOp('transpose', 1, {
  shape: ([x], order, name) => {
    const axes = orderOf(x, order)
    if (axes.length === x.length && x.every((_, axis) => axes.includes(axis))) return axes.map(axis => x[axis])
    const fact = `the order ${shapeText(order ?? [])} was given for shape ${shapeText(x)}`
    throw misfit(name, `${fact}, but it must name each of its ${x.length} axes once`)
  },
  forward: (on, [x], _, order) => on.unary('copy', permuteView(x, orderOf(x.shape, order))),
  backward: (dy, [x], _, order) => [() => transpose(dy, inverse(orderOf(x.shape, order)))],
  examples: [[[3, 5]], [[2, 3, 4], [1, 2, 0]], [[4]], [[]]], // prettier-ignore
})

/** Repeats axes of size 1 and adds axes in front; the gradient is summed over them. Throws `ShapeError`. */
export const broadcastTo: Op<1, Shape> = defineOp('broadcastTo', 1, {
  shape: ([x], shape, name) => {
    if (sameShape(broadcastShapes(name, x, shape), shape)) return shape
    throw misfit(name, `shape ${shapeText(x)} cannot be broadcast to ${shapeText(shape)}`)
  },
  forward: (on, [x], shape) => on.unary('copy', broadcastView(x, shape)),
  backward: (dy, [x]) => [() => sumTo(dy, x.shape)],
  examples: [[[3], [2, 3]], [[2, 1], [2, 3]], [[], [4]], [[1], [0]]], // prettier-ignore
})

const sumOver: Op<1, Shape> = defineOp('sumTo', 1, {
  shape: ([x], shape, name) => {
    if (sameShape(broadcastShapes(name, x, shape), x)) return shape
    throw misfit(name, `shape ${shapeText(x)} cannot be summed to ${shapeText(shape)}`)
  },
  forward: (on, [x], shape) => {
    const added = x.shape.length - shape.length
    const isRepeated = (axis: number) => axis < added || x.shape[axis] !== shape[axis - added]
    return reduceAxes(on, 'sum', x, [...x.shape.keys()].filter(isRepeated))
  },
  backward: (dy, [x]) => [() => broadcastTo(dy, x.shape)],
  examples: [[[2, 3], [3]], [[2, 3], [2, 1]], [[4, 2, 3], [2, 1]], [[2, 3], []]], // prettier-ignore
})

/**
 * Sums over the axes that broadcasting `shape` to `x.shape` would repeat; the gradient is repeated there. Throws
 * `ShapeError`. Returns x itself where nothing was repeated.
 */
export const sumTo: Op<1, Shape> = Object.assign(
  (x: Tensor | number, shape: Shape) => (typeof x !== 'number' && sameShape(x.shape, shape) ? x : sumOver(x, shape)),
  { opName: sumOver.opName, examples: sumOver.examples },
)

function inferSize(where: string, x: Shape, given: Shape): Shape {
  const known = sizeOf(given.filter(size => size !== -1))
  const open = given.filter(size => size === -1).length
  const shape = given.map(size => (size === -1 && known > 0 ? sizeOf(x) / known : size))
  if (open <= 1 && shape.every(size => Number.isInteger(size) && size >= 0) && sizeOf(shape) === sizeOf(x)) return shape
  const fact = `shape ${shapeText(x)} holds ${sizeOf(x)} numbers, but ${shapeText(given)} `
  const verdict =
    open > 1 ? `leaves ${open} sizes open` : open === 1 ? `needs a multiple of ${known}` : `holds ${known}`
  throw misfit(where, fact + verdict, 'one size may be -1: it is computed from the others')
}

const orderOf = (x: Shape, order?: readonly number[]): readonly number[] =>
  order?.map(axis => fromFront(x, axis)) ?? x.map((_, axis) => x.length - 1 - axis)

/** The order that undoes this one. */
export const inverse = (order: readonly number[]): number[] => order.map((_, axis) => order.indexOf(axis))

/** Reduces over `axes`, which are in order: each run of neighbours at once, as the middle of [outer, n, inner]. */
export function reduceAxes(on: Backend, kernel: ReduceKernel, x: View, axes: readonly number[]): Slot {
  let view = x
  for (let last = axes.length - 1, first = last; last >= 0; last = --first) {
    while (first > 0 && axes[first - 1] === axes[first] - 1) first--
    const [from, to] = [axes[first], axes[last] + 1]
    const { shape } = view
    const line = [shape.slice(0, from), shape.slice(from, to), shape.slice(to)].map(sizeOf)
    const slot = on.reduce(kernel, reshapeView(view, line), 1)
    if (view !== x) on.free(view.slot)
    view = contiguousView(slot, shape.toSpliced(from, to - from))
  }
  return view === x ? on.unary('copy', x) : view.slot
}
