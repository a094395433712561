import { wrapped, type Look } from '../render/look.ts'

/** One thing that labs need, or that helps. */
export interface Part {
  readonly name: string
  /** `bad` is in the way, `note` is not. */
  readonly state: 'good' | 'note' | 'bad'
  readonly reason: string
  readonly cure?: string
}

/** Cures what is not installed, or not as a whole. */
export const REINSTALL = 'delete the folder node_modules and run "pnpm install"'

/** A part of the findings as lines. */
export function partLines({ name, state, reason, cure }: Part, { signs, paint, columns }: Look): string[] {
  const [sign, word] = { good: [signs.good, 'fine'], note: [signs.open, 'note'], bad: [signs.bad, 'broken'] }[state]
  const style = ({ good: 'green', note: 'yellow', bad: 'red' } as const)[state]
  const head = `${paint(style, `${sign} ${word.padEnd(6)}`)} ${name.padEnd(11)}`
  const [first, ...rest] = wrapped(reason, columns - 21)
  const below = [...rest, ...(cure ? wrapped(`cure: ${cure}`, columns - 21) : [])]
  return [`${head} ${first}`, ...below.map(line => `${' '.repeat(21)}${line}`)]
}
