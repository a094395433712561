/** Why a student's process is no more. Each but `launch` is the doing of the code in it. */
export type DeathKind = 'timeout' | 'cpu' | 'memory' | 'exit' | 'flood' | 'protocol' | 'launch' | 'closed'

/** The student's process ended, or was ended, before it answered. */
export class SandboxDied extends Error {
  override readonly name = 'SandboxDied'
  readonly kind: DeathKind

  constructor(kind: DeathKind, message: string) {
    super(message)
    this.kind = kind
  }
}

/** The student's code threw. Its words are for the instructor's log only: they may hold anything. */
export class StudentError extends Error {
  override readonly name = 'StudentError'
  readonly kind: 'not-started' | 'memory' | 'threw'
  readonly thrownName: string
  readonly thrownStack: string

  constructor(name: string, message: string, stack: string) {
    super(`${printable(name)}: ${printable(message)}`)
    this.thrownName = printable(name)
    this.thrownStack = printable(stack)
    const outOfMemory =
      name === 'RangeError' &&
      /allocation failed|could not allocate|Invalid (typed )?array( buffer)? length/.test(message)
    this.kind = name === 'NotImplemented' ? 'not-started' : outOfMemory ? 'memory' : 'threw'
  }
}

// Control characters, terminal escapes, halves of characters, invisible marks and marks that reorder text.
const UNPRINTABLE = /(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu
const TERMINAL_ESCAPE = /\u001b\[[0-9;?]*[ -/]*[@-~]/g

// GitHub takes "::command::" at the start of a line for an order, and older runners "##[command]" anywhere in it.
const COMMAND_AT_START = /^([^\S\n]*)::/gm
const HALF_AT_END = /[\ud800-\udbff]$/
const COMMAND_ANYWHERE = /##(?=\w*\[)/g

/** Hostile text made safe to print: no terminal escapes, no reordering marks, no workflow commands, at most 4,000 characters. */
export const printable = (text: string): string =>
  text
    .slice(0, 16_000)
    .replace(TERMINAL_ESCAPE, '')
    .replace(UNPRINTABLE, '?')
    .replace(COMMAND_AT_START, '$1·::')
    .replace(COMMAND_ANYWHERE, '#·#')
    .slice(0, 4000)
    .replace(HALF_AT_END, '')

/** The same on one line, for what must not look like lines of ours. */
export const printableLine = (text: string): string => printable(text).replace(/\s*\n\s*/g, ' ⏎ ')
