export type Values = Record<string, string | boolean | undefined>

/** What a command gets from outside: nothing in a command reaches for the clock or the process by itself. */
export interface Context {
  readonly positionals: readonly string[]
  readonly values: Values
  /** The folder that holds `labs/` and `solutions/`. */
  readonly course: string
  readonly stdout: NodeJS.WritableStream
  readonly stderr: NodeJS.WriteStream
  readonly now: () => Date
  /** The environment variables: keys, and nothing that changes a grade. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborted on Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal
}
