/** How much of two tensors is shown beneath each other. */
const MOST = { rows: 6, columns: 8, characters: 60 }

/**
 * Expected and actual values of an assertion beneath each other, number below number; a ^ stands below each that is off.
 */
export function comparison(expected: string, actual: string): string[] {
  const [want, got] = [readNumbers(expected), readNumbers(actual)]
  if (want === undefined || got === undefined) return [line('expected', expected), line('yours', actual)]
  const [wanted, given] = [shapeOf(want), shapeOf(got)]
  const differs = wanted && given && wanted.join() !== given.join()
  return [...(differs ? shapeDiff(wanted, given) : []), ...aligned(want, got, !differs)]
}

/** Two shapes beneath each other, and the axes at which they differ. */
export function shapeDiff(expected: readonly number[], actual: readonly number[]): string[] {
  const texts = [expected, actual].map(shape => shape.map(String))
  const width = Math.max(1, ...texts.flat().map(text => text.length))
  const show = (shape: readonly string[]) => `[${shape.map(size => size.padStart(width)).join(', ')}]`
  const axes = Array.from({ length: Math.max(expected.length, actual.length) }, (_, i) => i)
  const marks = axes.map(i => (expected[i] === actual[i] ? ' ' : '^').padStart(width)).join('  ')
  return [`shape expected ${show(texts[0])}`, `shape yours    ${show(texts[1])}`, `                ${marks}`.trimEnd()]
}

function aligned(want: Nested, got: Nested, mark: boolean): string[] {
  const cut = (rows: number[][]) => rows.slice(0, MOST.rows).map(row => row.slice(0, MOST.columns))
  const [wanted, given] = [cut(rowsOf(want)), cut(rowsOf(got))]
  const looksSame = mark && JSON.stringify(wanted.map(row => row.map(short))) === JSON.stringify(given.map(row => row.map(short))) // prettier-ignore
  const digits = looksSame ? long : short
  const width = Math.max(1, ...[...wanted, ...given].flat().map(x => digits(x).length))
  const row = (label: string, values: readonly number[]) =>
    `${label.padEnd(8)}  ${values.map(x => digits(x).padStart(width)).join('  ')}`.trimEnd()
  const lines = Array.from({ length: Math.max(wanted.length, given.length) }).flatMap((_, i) => {
    const [a, b] = [wanted[i], given[i]]
    const both = [...(a ? [row('expected', a)] : []), ...(b ? [row('yours', b)] : [])]
    const marks = mark ? marksBelow((a ?? []).map(digits), (b ?? []).map(digits), width) : ''
    return marks.trim() === '' ? both : [...both, `${' '.repeat(10)}${marks}`.trimEnd()]
  })
  const left = rowsOf(want).length > MOST.rows || rowsOf(want).some(values => values.length > MOST.columns)
  return left ? [...lines, '… (the rest is left out)'] : lines
}

/** Shown digits decide, for what looks the same must not be marked as different. */
const marksBelow = (want: readonly string[], got: readonly string[], width: number): string =>
  want.map((x, i) => (x === got[i] ? ' ' : '^').padStart(width)).join('  ')

const withDigits = (count: number) => (x: number) => (Object.is(x, -0) ? '-0' : String(Number(x.toPrecision(count))))
const [short, long] = [withDigits(5), withDigits(10)]

function line(label: string, text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim()
  return `${label.padEnd(8)}  ${flat.length > MOST.characters ? `${flat.slice(0, MOST.characters)}…` : flat}`
}

/** Numbers in the words of an assertion: nested arrays as Vitest, or the testkit, write them. */
export type Nested = number | readonly Nested[]

/** Reads `[[1, 2], [NaN, -0]]`, over several lines or on one, with or without trailing commas; nothing else. */
export function readNumbers(text: string): Nested | undefined {
  const plain = text
    .replace(/(?:tensor|\b\w*Array)\s*\[[\d, ]*\]\s*(?=\[)/g, '') // "tensor [2] [1, 2]": its shape is in the numbers
    .replace(/\b(?:Float|Uint|Int)\d+(?:Clamped)?Array\b|\bArray\b/g, '')
  const withoutCommas = plain.replace(/,(\s*\])/g, '$1')
  const quoted = withoutCommas.replace(/-?\b(?:NaN|Infinity)\b/g, '"$&"')
  try {
    return asNumbers(JSON.parse(quoted.trim()))
  } catch {
    return undefined
  }
}

function asNumbers(x: unknown): Nested | undefined {
  if (typeof x === 'number') return x
  if (x === 'NaN' || x === '-NaN') return NaN
  if (x === 'Infinity' || x === '-Infinity') return Number(x)
  if (!Array.isArray(x)) return undefined
  const parts = x.map(asNumbers)
  return parts.every(part => part !== undefined) ? parts : undefined
}

/** The shape of regular nested arrays; nothing where rows differ. */
export function shapeOf(x: Nested): number[] | undefined {
  if (typeof x === 'number') return []
  if (x.length === 0) return [0]
  const [first, ...others] = x.map(shapeOf)
  if (!first || others.some(shape => shape?.join() !== first.join())) return undefined
  return [x.length, ...first]
}

/** The numbers in rows: a single number and a list are one row, deeper arrays have their last axis in rows. */
export function rowsOf(x: Nested): number[][] {
  if (typeof x === 'number') return [[x]]
  if (x.every(part => typeof part === 'number')) return [[...x]]
  return x.flatMap(part => rowsOf(part))
}
