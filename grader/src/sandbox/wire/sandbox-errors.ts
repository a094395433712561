import { safeBlock } from '@backprop/safe-text'

/** Why a student's process is no more. Each but `launch` and `device` is the doing of the code in it. */
export type DeathKind = 'timeout' | 'cpu' | 'memory' | 'exit' | 'flood' | 'protocol' | 'launch' | 'device' | 'closed'

/** The student's process ended, or was ended, before it answered. */
export class SandboxDied extends Error {
  override readonly name = 'SandboxDied'
  readonly kind: DeathKind

  constructor(kind: DeathKind, message: string) {
    super(message)
    this.kind = kind
  }
}

/** A file of the student's cannot be taken or compiled, or imports one that cannot: its tests need no process to fail. */
export class UnusableFile extends Error {
  override readonly name = 'UnusableFile'
  /** It has nothing to do with what is tested. */
  readonly told: string

  constructor(message: string) {
    super(message)
    this.told = message
  }
}

/** In the map that the compiler has put into each module, files are called so. */
const PLACE = /\bsubmission:([\w./-]{1,80}:\d{1,6})\b/
const placeIn = (stack: string): string | undefined => PLACE.exec(stack.slice(0, 20_000))?.[1]

/** The student's code threw. Its words are for the instructor's log, unless they are `told`: they may hold anything. */
export class StudentError extends Error {
  override readonly name = 'StudentError'
  readonly kind: 'not-started' | 'memory' | 'threw'
  /** The line of the student's files that the stack names first: `src/perceptron.ts:9`. */
  readonly place: string | undefined
  /** What the student may read of it: only where no hidden input can have been known. */
  readonly told: string | undefined
  readonly thrownName: string
  readonly thrownStack: string

  constructor(name: string, message: string, stack: string, told?: string) {
    super(`${safeBlock(name)}: ${safeBlock(message)}`)
    this.told = told
    this.place = placeIn(stack)
    this.thrownName = safeBlock(name)
    this.thrownStack = safeBlock(stack)
    // A length that cannot be, as in `new Array(-1)`, is a mistake; only what was refused for want of memory is not.
    const outOfMemory = name === 'RangeError' && /allocation failed|could not allocate/.test(message)
    this.kind = name === 'NotImplemented' ? 'not-started' : outOfMemory ? 'memory' : 'threw'
  }
}

/** Thrown while the module was loading, before it could know any input: the student may read all of it. */
export function atLoading({ message, thrownName, thrownStack, place }: StudentError): StudentError {
  const words = message.slice(thrownName.length + 2)
  const told = `While your file was loading: ${safeBlock(message, 400)}${place ? `\nat ${place}` : ''}`
  return new StudentError(thrownName, words, thrownStack, told)
}
