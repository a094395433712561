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

// Control characters, terminal escapes and marks that reorder text are what this is here to take out.
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g
const TERMINAL_ESCAPE = /\u001b\[[0-9;?]*[ -/]*[@-~]/g

/** Hostile text made safe to print: no terminal escapes, no reordering marks, no workflow commands, at most 4,000 characters. */
export const printable = (text: string): string =>
  text
    .slice(0, 16_000)
    .replace(TERMINAL_ESCAPE, '')
    .replace(UNPRINTABLE, '?')
    .replace(/^(\s*)(::|##\[)/gm, '$1·$2')
    .slice(0, 4000)
