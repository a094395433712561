import { near, type NestedNumbers, type Side, type Tolerance } from '@backprop/testkit'
import type { Comparison } from '../findings/finding.ts'

/** How much of two values is shown. */
const LIMITS = { rows: 6, columns: 8, characters: 60 }

/** Two shapes or values below each other, number below number; a ^ marks each difference that counts. */
export const comparisonLines = (comparison: Comparison): string[] =>
  comparison.kind === 'shapes'
    ? shapeLines(comparison.expected, comparison.received)
    : valueLines(comparison.expected, comparison.received, comparison.tolerance)

function valueLines(expected: Side, received: Side, tolerance?: Required<Tolerance>): string[] {
  const [want, got] = [expected.numbers, received.numbers]
  if (want === undefined || got === undefined) return [line('expected', expected.text), line('yours', received.text)]
  const [wanted, given] = [shapeOf(want), shapeOf(got)]
  const differs = wanted && given && wanted.join() !== given.join()
  if (differs) return [...shapeLines(wanted, given), ...aligned(want, got)]
  return aligned(want, got, (x, y) => (tolerance ? near(y, x, tolerance) : Object.is(x, y)))
}

/** Two shapes below each other; a ^ marks the axes that differ. */
function shapeLines(expected: readonly number[], actual: readonly number[]): string[] {
  const texts = [expected, actual].map(shape => shape.map(String))
  const width = Math.max(1, ...texts.flat().map(text => text.length))
  const show = (shape: readonly string[]) => `[${shape.map(size => size.padStart(width)).join(', ')}]`
  const axes = Array.from({ length: Math.max(expected.length, actual.length) }, (_, i) => i)
  const marks = axes.map(i => (expected[i] === actual[i] ? ' ' : '^').padStart(width)).join('  ')
  return [`shape expected ${show(texts[0])}`, `shape yours    ${show(texts[1])}`, `                ${marks}`.trimEnd()]
}

/** Marks the numbers that do not agree; what looks the same must not be marked as different. */
function aligned(want: NestedNumbers, got: NestedNumbers, agree?: (x: number, y: number) => boolean): string[] {
  const cut = (rows: number[][]) => rows.slice(0, LIMITS.rows).map(row => row.slice(0, LIMITS.columns))
  const [wanted, given] = [cut(rowsOf(want)), cut(rowsOf(got))]
  const isTold = (digits: Digits) => wanted.flat().map(digits).join() !== given.flat().map(digits).join()
  const digits = (agree && [short, long, exact].find(isTold)) || short
  const width = Math.max(1, ...[...wanted, ...given].flat().map(x => digits(x).length))
  const row = (label: string, values: readonly number[]) =>
    `${label.padEnd(8)}  ${values.map(x => digits(x).padStart(width)).join('  ')}`.trimEnd()
  const lines = Array.from({ length: Math.max(wanted.length, given.length) }).flatMap((_, i) => {
    const [a, b] = [wanted[i], given[i]]
    const both = [...(a ? [row('expected', a)] : []), ...(b ? [row('yours', b)] : [])]
    const isMarked = (x: number, y?: number) => y === undefined || (digits(x) !== digits(y) && !agree?.(x, y))
    const marks = agree ? (a ?? []).map((x, j) => (isMarked(x, b?.[j]) ? '^' : ' ').padStart(width)).join('  ') : ''
    return marks.trim() === '' ? both : [...both, `${' '.repeat(10)}${marks}`.trimEnd()]
  })
  const left = rowsOf(want).length > LIMITS.rows || rowsOf(want).some(values => values.length > LIMITS.columns)
  return left ? [...lines, '… (the rest is left out)'] : lines
}

type Digits = (x: number) => string

const withDigits =
  (count: number): Digits =>
  x =>
    Object.is(x, -0) ? '-0' : String(Number(x.toPrecision(count)))
const [short, long, exact] = [withDigits(5), withDigits(10), withDigits(17)]

function line(label: string, text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim()
  return `${label.padEnd(8)}  ${flat.length > LIMITS.characters ? `${flat.slice(0, LIMITS.characters)}…` : flat}`
}

/** The shape of nested arrays; undefined if rows have different lengths. */
function shapeOf(x: NestedNumbers): number[] | undefined {
  if (typeof x === 'number') return []
  if (x.length === 0) return [0]
  const [first, ...others] = x.map(shapeOf)
  if (!first || others.some(shape => shape?.join() !== first.join())) return undefined
  return [x.length, ...first]
}

/** The numbers in rows: a number or a list is one row; in deeper arrays the last axis makes the rows. */
function rowsOf(x: NestedNumbers): number[][] {
  if (typeof x === 'number') return [[x]]
  if (x.every(part => typeof part === 'number')) return [[...x]]
  return x.flatMap(part => rowsOf(part))
}
