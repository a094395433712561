import { diskFault } from '@backprop/files'

/** You asked for something impossible: one sentence says what, and what to do. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Our fault or the machine's: it must not affect a score. Exit code 2. */
export class GraderFault extends Error {
  override readonly name = 'GraderFault'
}

/** The message of a failed command. Only unexpected errors are called a bug. */
export function inWords(error: unknown): string {
  if (error instanceof UsageError) return error.message
  const disk = diskFault(error)
  if (disk !== null) return disk
  if (error instanceof GraderFault) return `The grader failed: ${error.message}`
  return `The grader failed, which is a bug:\n${error instanceof Error ? error.stack : String(error)}`
}
