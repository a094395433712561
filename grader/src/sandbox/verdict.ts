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

/** The student's code threw. Its words are for the instructor's log only: they may hold anything. */
export class StudentError extends Error {
  override readonly name = 'StudentError'
  readonly kind: 'not-started' | 'memory' | 'threw'
  readonly thrownName: string
  readonly thrownStack: string

  constructor(name: string, message: string, stack: string) {
    super(`${safeBlock(name)}: ${safeBlock(message)}`)
    this.thrownName = safeBlock(name)
    this.thrownStack = safeBlock(stack)
    // A length that cannot be, as in `new Array(-1)`, is a mistake; only what was refused for want of memory is not.
    const outOfMemory = name === 'RangeError' && /allocation failed|could not allocate/.test(message)
    this.kind = name === 'NotImplemented' ? 'not-started' : outOfMemory ? 'memory' : 'threw'
  }
}
