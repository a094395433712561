import { safeBlock } from '@backprop/safe-text'

/** Why a student's process ended. The code in it causes every kind but `launch` and `device`. */
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

/** A student's file can't be accepted or compiled, or imports one that can't: its tests fail without a process. */
export class UnusableFile extends Error {
  override readonly name = 'UnusableFile'
  /** Irrelevant here: it has nothing to do with what is tested. */
  readonly told: string

  constructor(message: string) {
    super(message)
    this.told = message
  }
}

/** The file names in the source map that the compiler puts into each module. */
const PLACE = /\bsubmission:([\w./-]{1,80}:\d{1,6})\b/
const placeIn = (stack: string): string | undefined => PLACE.exec(stack.slice(0, 20_000))?.[1]

/** The student's code threw. Its message may contain anything, so only the instructor's log shows it, unlike `told`. */
export class StudentError extends Error {
  override readonly name = 'StudentError'
  readonly kind: 'not-started' | 'memory' | 'threw'
  /** The topmost line of the stack that is in the student's files: `src/perceptron.ts:9`. */
  readonly place: string | undefined
  /** What the student may read: set only if the code can't have known a hidden input. */
  readonly told: string | undefined
  readonly thrownName: string
  readonly thrownStack: string

  constructor(name: string, message: string, stack: string, told?: string) {
    super(`${safeBlock(name)}: ${safeBlock(message)}`)
    this.told = told
    this.place = placeIn(stack)
    this.thrownName = safeBlock(name)
    this.thrownStack = safeBlock(stack)
    // An impossible length, as in `new Array(-1)`, is a mistake; only a failed allocation is not.
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
