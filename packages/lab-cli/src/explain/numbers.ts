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
