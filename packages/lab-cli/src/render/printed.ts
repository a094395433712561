import { plainText } from '@backprop/safe-text'
import type { Look } from './look.ts'
import { cut } from './text.ts'

/** So many lines are shown of what the code has printed: the first, and the last, which were printed just now. */
const [FIRST, LAST] = [2, 4]

/** What the code has printed: a line never takes more than one row, and on a `short` screen there are few. */
export function printedLines(printed: string, { paint, columns }: Look, { short }: { short: boolean }): string[] {
  const text = plainText(printed, Infinity).trimEnd()
  if (text === '') return []
  const lines = text.split('\n').map(line => cut(`  ${line}`, columns))
  const left = lines.length - FIRST - LAST
  const shown =
    short && left > 1 ? [...lines.slice(0, FIRST), `  … ${left} lines left out …`, ...lines.slice(-LAST)] : lines
  return [paint('dim', 'Your code printed:'), ...shown]
}
