import { dsvFormat } from 'd3-dsv'
import { type Points, RADIUS } from '../../data/points.ts'

/** Points of a file, with a sentence about what was done to them; or what is wrong. */
export type CsvPoints = { readonly points: Points; readonly note: string } | { readonly error: string }

const MOST_ROWS = 5000
/** Where the points of a file lie after scaling: a little inside the plane. */
const SCALED_RADIUS = RADIUS - 1

/**
 * Reads a table with the columns x₁, x₂ and class, between commas, semicolons or tabs, with or without a heading. There
 * must be two classes, named in any way: the first in order becomes −1 (orange), the second +1 (blue). Points outside the
 * plane are scaled into it.
 */
export function pointsFromCsv(text: string): CsvPoints {
  const separator = [';', '\t', ','].find(one => text.split('\n', 1)[0].includes(one)) ?? ','
  const table = dsvFormat(separator)
    .parseRows(text.replace(/^\uFEFF/, ''))
    .filter(row => row.some(cell => cell.trim() !== ''))
  const hasHeading = table.length > 0 && !isNumber(table[0][0])
  const rows = hasHeading ? table.slice(1) : table
  if (rows.length === 0)
    return { error: 'The file has no rows. Expected lines such as 1.5,−2,1: x₁, x₂ and the class.' }
  if (rows.length > MOST_ROWS) return { error: `The file has ${rows.length} rows, expected at most ${MOST_ROWS}.` }
  const wrong = rows.findIndex(row => row.length < 3 || !isNumber(row[0]) || !isNumber(row[1]) || row[2].trim() === '')
  if (wrong >= 0) {
    const line = wrong + (hasHeading ? 2 : 1)
    return {
      error: `Line ${line} is "${rows[wrong].join(separator)}", expected x₁, x₂ and the class, such as 1.5,−2,1.`,
    }
  }
  const classes = [...new Set(rows.map(row => row[2].trim()))].toSorted(inOrder)
  if (classes.length !== 2) {
    const found = classes.slice(0, 5).join(', ')
    return { error: `The third column has ${classes.length} different values (${found}), expected two classes.` }
  }
  const { at, scaled } = intoPlane(rows.map(row => [number(row[0]), number(row[1])]))
  const target = Float64Array.from(rows, row => (row[2].trim() === classes[0] ? -1 : 1))
  const note = `${rows.length} points. Orange is ${classes[0]}, blue is ${classes[1]}.`
  return { points: { at, target }, note: scaled ? `${note} Both columns were scaled to fit the plane.` : note }
}

const number = (cell: string): number => Number(cell.trim().replace('−', '-'))
const isNumber = (cell: string): boolean => cell.trim() !== '' && Number.isFinite(number(cell))

const inOrder = (a: string, b: string): number => (isNumber(a) && isNumber(b) ? number(a) - number(b) : a < b ? -1 : 1)

/** Scales each column to ±5, if any point lies outside the plane. */
function intoPlane(rows: readonly (readonly [number, number])[]): { at: Float64Array; scaled: boolean } {
  if (rows.every(row => row.every(value => Math.abs(value) <= RADIUS))) {
    return { at: Float64Array.from(rows.flat()), scaled: false }
  }
  const scale = ([0, 1] as const).map(column => {
    const values = rows.map(row => row[column])
    const low = values.reduce((a, b) => Math.min(a, b))
    const high = values.reduce((a, b) => Math.max(a, b))
    return (value: number) => (high === low ? 0 : SCALED_RADIUS * ((2 * (value - low)) / (high - low) - 1))
  })
  return { at: Float64Array.from(rows.flatMap(([x, y]) => [scale[0](x), scale[1](y)])), scaled: true }
}
