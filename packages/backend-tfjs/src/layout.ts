import { type Shape, sizeOf, stridesOf, type View } from '@backprop/core'
import type { TensorInfo } from '@tensorflow/tfjs-core'

/**
 * A tensor, and where its numbers belong in their slot: neighbours along axis i are `slotStrides[i]` apart there. Kernels
 * for images leave channels last, where a slot has them second. Numbers move only when someone needs them in the order of
 * the slot: a convolution, a pool and what is computed between them, number by number, all take them in this order.
 */
export interface Laid extends TensorInfo {
  readonly slotStrides: readonly number[]
}

/** What a kernel computed: in the order of its slot, unless it says otherwise. */
export type Computed = TensorInfo & Partial<Laid>

export const laid = ({ dataId, dtype, shape }: TensorInfo, slotStrides: readonly number[]): Laid => ({
  dataId,
  dtype,
  shape,
  slotStrides,
})

/** Whether its numbers are in the order of their slot. */
export const isInOrder = ({ shape, slotStrides }: Laid): boolean =>
  stridesOf(shape).every((stride, axis) => shape[axis] === 1 || slotStrides[axis] === stride)

/** What a transpose makes of `x`, without moving a number. */
export function transposed(x: TensorInfo, order: readonly number[]): Laid {
  const strides = stridesOf(order.map(axis => x.shape[axis]))
  return laid(x, x.shape.map((_, axis) => strides[order.indexOf(axis)])) // prettier-ignore
}

/** The order of axes in which a transpose puts numbers into the order of their slot. */
export const orderOfSlot = ({ shape, slotStrides }: Laid): number[] =>
  [...shape.keys()].sort((a, b) => slotStrides[b] - slotStrides[a])

/**
 * A view with the axes of `layout`, whose shape has as many numbers: each of its axes is split and moved as needed. Null if
 * an axis of `layout` runs through several of the view.
 */
export function along(x: View, layout: Laid): View | null {
  const rows = stridesOf(x.shape)
  const strides = layout.shape.map((size, i) => {
    if (size === 1) return 0
    const from = layout.slotStrides[i]
    const axis = rows.findIndex((row, at) => row <= from && from * size <= row * x.shape[at])
    return axis >= 0 && from % rows[axis] === 0 ? x.strides[axis] * (from / rows[axis]) : -1
  })
  return strides.includes(-1) ? null : { slot: x.slot, shape: layout.shape, strides, offset: x.offset }
}

/** The axes of `layout` that are the middle axis of its slot as [outer, n, inner], and the strides of the others without it. */
export function middleOf(layout: Laid, [, n, inner]: Shape): { axes: number[]; strides: number[] } | null {
  const isInside = (stride: number) => stride >= inner && stride < inner * n
  const axes = [...layout.shape.keys()].filter(axis => isInside(layout.slotStrides[axis]))
  const isMiddle = sizeOf(axes.map(axis => layout.shape[axis])) === n
  // Others may have as many numbers, if the middle axis begins inside one of the tensor's.
  if (!isMiddle || (n > 1 && !axes.some(axis => layout.slotStrides[axis] === inner))) return null
  const others = layout.slotStrides.filter(stride => !isInside(stride))
  return { axes, strides: others.map(stride => (stride < inner ? stride : stride / n)) }
}
