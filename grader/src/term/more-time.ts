import { type Deadline, readDeadline, TIME_EXAMPLES } from './deadline.ts'

/** Reads `3 days` or a time, by the clock of `zone` if it names none. Returns a clause about what is wrong with it. */
export function readUntil(text: string, zone: string | null): Deadline | { readonly days: number } | string {
  const days = /^(\d{1,3}) days?$/.exec(text)?.[1]
  if (days !== undefined) return { days: Number(days) }
  const read = readDeadline(text, zone)
  return typeof read === 'string'
    ? `${read}; expected days, such as "3 days", or a time, such as ${TIME_EXAMPLES}`
    : read
}

/** One part of the roster's column `extension`: all labs without a name. */
export interface ExtensionPart {
  readonly lab: string | null
  readonly until: string
}

/** Splits a cell such as `3 days`, or `1: 3 days; 05-mnist-mlp: 2026-12-20T23:59`. */
export const extensionParts = (cell: string): ExtensionPart[] =>
  cell
    .split(';')
    .map(part => part.trim())
    .filter(Boolean)
    .map(part => {
      const [, lab = null, until] = /^(?:([\w-]+):\s+)?(.*)$/.exec(part) ?? []
      return { lab, until }
    })
