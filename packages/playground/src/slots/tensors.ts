import type { StudentFunction } from './student-function.ts'

/** What this file needs of a tensor. */
interface Numbers {
  readonly shape: readonly number[]
  dataSync(): ArrayLike<number>
}

const isTensor = (value: unknown): value is Numbers =>
  typeof value === 'object' &&
  value !== null &&
  'shape' in value &&
  Array.isArray(value.shape) &&
  'dataSync' in value &&
  typeof value.dataSync === 'function'

/** The numbers of a tensor that a student's function returned. Throws SlotFault for anything else, or another shape. */
export function numbersIn(student: StudentFunction, value: unknown, shape: readonly number[]): Float32Array {
  const expected = `expected a tensor of shape [${shape.join(', ')}]`
  if (!isTensor(value)) throw student.fault(expected, value)
  if (value.shape.length !== shape.length || value.shape.some((length, axis) => length !== shape[axis]))
    throw student.fault(expected, value, `one of shape [${value.shape.join(', ')}]`)
  const numbers = Float32Array.from(value.dataSync())
  if (!numbers.every(Number.isFinite)) throw student.fault(`${expected} with finite numbers`, NaN)
  return numbers
}
