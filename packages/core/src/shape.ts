/** The size of each axis, outermost first; `[]` is a single number. */
export type Shape = readonly number[]

/** A shape that does not fit; the message says what was given, what was expected and what to try. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError'
}

/** The text of an error: `where: fact.`, and the hint on a line below it. */
export function explain(where: string, fact: string, hint?: string): string {
  return hint === undefined ? `${where}: ${fact}.` : `${where}: ${fact}.\n  Hint: ${hint}.`
}

/** A `ShapeError` in the form of `explain`. */
export const misfit = (where: string, fact: string, hint?: string) => new ShapeError(explain(where, fact, hint))

/** How many numbers a tensor of this shape holds. */
export function sizeOf(shape: Shape): number {
  let size = 1
  for (const length of shape) size *= length
  return size
}

/** The distance between neighbours along each axis in row-major order. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length)
  let stride = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride
    stride *= shape[axis]
  }
  return strides
}

/** Whether two shapes have the same sizes in the same order. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false
  return true
}

/** A shape or a pattern as text: `[2, 3]`. */
export const shapeText = (shape: readonly (number | string)[]): string => `[${shape.join(', ')}]`

/**
 * The shape of `a` and `b` after broadcasting: axes are aligned from the right, and a size of 1 is repeated. Throws
 * `ShapeError`.
 */
export function broadcastShapes(where: string, a: Shape, b: Shape): Shape {
  if (sameShape(a, b) || b.length === 0) return a
  if (a.length === 0) return b
  const shape = new Array<number>(Math.max(a.length, b.length))
  for (let axis = -shape.length; axis < 0; axis++) {
    const [left, right] = [a.at(axis) ?? 1, b.at(axis) ?? 1]
    if (left !== right && left !== 1 && right !== 1) {
      const fact = `shapes ${shapeText(a)} and ${shapeText(b)} do not broadcast`
      const sizes = `axis ${axis} is ${left} on the left, ${right} on the right`
      throw misfit(where, `${fact}: ${sizes}`, 'two sizes agree when they are equal or one of them is 1')
    }
    shape[shape.length + axis] = left === 1 ? right : left
  }
  return shape
}

/**
 * The axis counted from the front; a negative one counts from the end. Throws `ShapeError` if `shape` has no such axis.
 */
export function axisOf(where: string, shape: Shape, axis: number): number {
  const counted = fromFront(shape, axis)
  if (Number.isInteger(counted) && counted >= 0 && counted < shape.length) return counted
  const range = shape.length === 0 ? 'has no axes' : `has the axes 0 to ${shape.length - 1}`
  throw misfit(where, `there is no axis ${axis}: shape ${shapeText(shape)} ${range}`, 'axis -1 means the last one')
}

/** The same for an axis that was checked before. */
export const fromFront = (shape: Shape, axis: number): number => (axis < 0 ? axis + shape.length : axis)
