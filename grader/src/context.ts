/** The variable that holds the address of the database, where --database does not. It may hold a password. */
export const DATABASE = 'BACKPROP_DATABASE'

/** A command's access to the outside world: no command reads the clock or touches the process directly. */
export interface Context {
  /** The folder that holds `labs/` and `solutions/`. */
  readonly course: string
  readonly stdout: NodeJS.WritableStream
  readonly stderr: NodeJS.WriteStream
  readonly now: () => Date
  /** Environment variables: keys, and nothing that changes a grade. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborted on Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal
  /** Aborted when that happens again. Only commands that take their time to stop need it. */
  readonly again: AbortSignal
}
