import type { Pointer } from './module.ts'

/** One axis of a walk over one or two operands: how many steps, and how far each moves, in numbers. */
export interface Axis {
  length: number
  left: number
  right: number
}

/** Merges axes that one stride walks through; of the axes that remain, the innermost is the row. */
export function mergeAxes(
  shape: readonly number[],
  left: readonly number[],
  right: readonly number[] = left,
): { readonly outer: readonly Axis[]; readonly row: Axis } {
  const axes: Axis[] = []
  for (let axis = 0; axis < shape.length; axis++) {
    const length = shape[axis]
    if (length === 1) continue
    const outer = axes.at(-1)
    if (outer?.left === left[axis] * length && outer.right === right[axis] * length) {
      outer.length *= length
      outer.left = left[axis]
      outer.right = right[axis]
    } else axes.push({ length, left: left[axis], right: right[axis] })
  }
  const row = axes.pop() ?? { length: 1, left: 0, right: 0 }
  return { outer: axes, row }
}

/** assembly/walk.ts has room for this many axes. */
const MAX_AXES = 16

/** Writes axes where the kernels read them; returns how many there are. */
export function writeAxes(i32: Int32Array, axesAt: Pointer, axes: readonly Axis[]): number {
  if (axes.length > MAX_AXES) throw new RangeError(`wasm: a view has ${axes.length} axes, but at most ${MAX_AXES} work`)
  let at = axesAt >> 2
  for (const { length, left, right } of axes) {
    i32[at] = length
    i32[at + 1] = left * 4
    i32[at + 2] = right * 4
    at += 4
  }
  return axes.length
}
