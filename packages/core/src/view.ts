import type { Slot, View } from './backend.ts'
import { type Shape, stridesOf } from './shape.ts'

/** All of a slot, in row-major order. */
export function contiguousView(slot: Slot, shape: Shape): View {
  return { slot, shape, strides: stridesOf(shape), offset: 0 }
}

/** `x` seen with a larger shape that it broadcasts to: new and repeated axes get stride 0. */
export function broadcastView(x: View, shape: Shape): View {
  const added = shape.length - x.shape.length
  const strides = shape.map((_, axis) => (axis < added || x.shape[axis - added] === 1 ? 0 : x.strides[axis - added]))
  return { slot: x.slot, shape, strides, offset: x.offset }
}

/** `x` with its axes in another order: axis i of the result is axis `order[i]` of `x`. */
export function permuteView(x: View, order: readonly number[]): View {
  const pick = (of: readonly number[]) => order.map(axis => of[axis])
  return { slot: x.slot, shape: pick(x.shape), strides: pick(x.strides), offset: x.offset }
}

/** A matrix, or each of a stack, transposed. */
export function swapLast({ slot, shape, strides, offset }: View): View {
  const swapped = (of: readonly number[]) => [...of.slice(0, -2), of[of.length - 1], of[of.length - 2]]
  return { slot, shape: swapped(shape), strides: swapped(strides), offset }
}

/** The numbers of a contiguous view under another shape of the same size. */
export function reshapeView(x: View, shape: Shape): View {
  return { slot: x.slot, shape, strides: stridesOf(shape), offset: x.offset }
}

/** Whether the view covers its slot in row-major order without gaps. */
export function isContiguous({ shape, strides }: View): boolean {
  let stride = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== stride) return false
    stride *= shape[axis]
  }
  return true
}
