import type { Functions } from '../engine/functions.ts'
import type { StudentFunction } from './student-function.ts'

/** How a student's function takes its place. */
export interface Filling {
  /** Other exports of the file that it works with. */
  readonly parts?: readonly string[]
  /** These functions with the student's in its place. */
  readonly fill: (functions: Functions, student: StudentFunction) => Functions
  /** Calls it on small inputs. Throws if it isn't written, throws, or returns a wrong shape or NaN. */
  readonly probe: (student: StudentFunction) => unknown
}

// Lists as the labs have them, from flat arrays. They are made anew for each call, so a student may change them.

/** `count` numbers, from `start`. */
export function listOf(values: Float64Array, count: number, start = 0): number[] {
  const list = new Array<number>(count)
  for (let i = 0; i < count; i += 1) list[i] = values[start + i]
  return list
}

/** Values that are kept column by column, `[width, n]`, as n rows of `width` numbers. */
export function rowsOf(columns: Float64Array, n: number, width: number): number[][] {
  return Array.from({ length: n }, (_, i) => Array.from({ length: width }, (_, j) => columns[j * n + i]))
}

/** A matrix `[rows, columns]` in a flat array, from `start`. */
export function matrixOf(values: Float64Array, start: number, rows: number, columns: number): number[][] {
  return Array.from({ length: rows }, (_, i) => listOf(values, columns, start + i * columns))
}
