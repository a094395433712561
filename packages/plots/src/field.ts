import { contours } from 'd3-contour'
import type { Point, Range } from './chart.ts'
import { fail, finite, sameLength, type Vector } from './check.ts'

/** A function over a part of the plane, as its values on a grid, and the regions where it is high. */

/** Points at equal distances that cover a rectangle, its edges included. */
export interface Grid {
  readonly x: Range
  readonly y: Range
  readonly columns: number
  readonly rows: number
  /** Row by row from low y to high y, in a row from low x to high x. `[rows · columns, 2]` */
  readonly points: readonly Point[]
}

/**
 * The points at which to evaluate a model for a picture, in one batch.
 *
 * @param options.columns the number of different x, at least 2
 * @param options.rows the number of different y, at least 2
 * @throws RangeError if a range is empty or a number is too small
 * @example
 * const plane = grid({ x: [-6, 6], y: [-6, 6] })
 * decisionBoundary({ points, labels, score: { grid: plane, values: score(plane.points, w, b) } })
 */
export function grid(options: { x: Range; y: Range; columns?: number; rows?: number }): Grid {
  const { x, y, columns = 80, rows = 80 } = options
  for (const [name, count] of Object.entries({ columns, rows }))
    if (!Number.isInteger(count) || count < 2)
      fail('grid', `${name} is ${count}, expected a whole number of at least 2`)
  for (const [name, [low, high]] of Object.entries({ x, y }))
    if (!(low < high && Number.isFinite(high - low)))
      fail('grid', `${name} is [${low}, ${high}], expected two numbers, the lower one first`)
  const points = Array.from({ length: rows * columns }, (_, i): Point => {
    const column = i % columns
    return [between(x, column / (columns - 1)), between(y, (i - column) / columns / (rows - 1))]
  })
  return { x, y, columns, rows, points }
}

const between = ([low, high]: Range, share: number): number => low + (high - low) * share

/** A function of two numbers, or its values at the points of a grid, in their order. */
export type Field = ((x: number, y: number) => number) | { readonly grid: Grid; readonly values: Vector }

/** The values of a field on a grid, in the order of its points. */
export interface Sampled {
  readonly grid: Grid
  readonly values: readonly number[]
}

/** The values of a field on its grid; a function is evaluated on a grid over the ranges. */
export function sample(where: string, what: string, field: Field, ranges: { x: Range; y: Range }): Sampled {
  const on = typeof field === 'function' ? grid(ranges) : field.grid
  const values = typeof field === 'function' ? on.points.map(([x, y]) => field(x, y)) : Array.from(field.values)
  sameLength(where, 'points of the grid', on.points.length, `values of ${what}`, values.length)
  values.forEach((value, i) => finite(where, `${what} is ${value} at (${on.points[i].join(', ')})`, value))
  return { grid: on, values }
}

/** Bilinear interpolation between the points of the grid. */
export function valueAt({ grid, values }: Sampled, [x, y]: Point): number {
  const cell = ([low, high]: Range, value: number, count: number): [first: number, rest: number] => {
    const at = ((value - low) / (high - low)) * (count - 1)
    const first = Math.min(count - 2, Math.max(0, Math.floor(at)))
    return [first, at - first]
  }
  const [i, right] = cell(grid.x, x, grid.columns)
  const [j, up] = cell(grid.y, y, grid.rows)
  const row = (n: number) => values[n * grid.columns + i] * (1 - right) + values[n * grid.columns + i + 1] * right
  return row(j) * (1 - up) + row(j + 1) * up
}

/**
 * The region where a field is at least `level`, by marching squares, as even–odd rings. They extend beyond the grid by
 * up to half a cell, so clip what you draw; the border inside the grid is then the line where the field is `level`.
 */
export function regionAbove({ grid, values }: Sampled, level: number): Point[][] {
  const { x, y, columns, rows } = grid
  const { coordinates } = contours()
    .size([columns, rows])
    .contour([...values], level)
  return coordinates.flat().map(ring =>
    // d3 gives the first value the coordinate 0.5.
    ring.map(([i, j]) => [between(x, (i - 0.5) / (columns - 1)), between(y, (j - 0.5) / (rows - 1))]),
  )
}
