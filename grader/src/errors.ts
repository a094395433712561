/** The person at the keyboard asked for something that cannot be: one sentence says what, and what to do. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Our own fault, or the machine's: no score may follow from it. Exit code 2. */
export class GraderFault extends Error {
  override readonly name = 'GraderFault'
}
