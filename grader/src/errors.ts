import { diskFault } from '@backprop/files'

/** The person at the keyboard asked for something that cannot be: one sentence says what, and what to do. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Our own fault, or the machine's: no score may follow from it. Exit code 2. */
export class GraderFault extends Error {
  override readonly name = 'GraderFault'
}

/** What a command that failed says. Only what has no words of its own is called a bug. */
export function inWords(error: unknown): string {
  if (error instanceof UsageError) return error.message
  const disk = diskFault(error)
  if (disk !== null) return disk
  if (error instanceof GraderFault) return `The grader could not do its work: ${error.message}`
  return `The grader could not do its work, and this is a bug in it:\n${error instanceof Error ? error.stack : String(error)}`
}
