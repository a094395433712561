import type { Readable, Writable } from 'node:stream'

/** What a session needs of a student's process, which Node or a fork server has started. */
export interface Child {
  readonly pid?: number
  readonly stdout: Readable | null
  readonly stderr: Readable | null
  readonly stdio: readonly (Readable | Writable | null | undefined)[]
  kill(signal: 'SIGKILL'): boolean
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'exit', listener: (code: number | null, signal: NodeJS.Signals | null) => void): unknown
  on(event: 'close', listener: () => void): unknown
}

/** Resolves when the process is gone and all its output has been read. */
export function ended(
  child: Child,
  onExit: (code: number | null, signal: NodeJS.Signals | null) => void,
): Promise<void> {
  return new Promise(resolve => {
    child.on('error', () => resolve())
    child.on('exit', (code, signal) => {
      const done = () => {
        clearTimeout(patience)
        onExit(code, signal)
        resolve()
      }
      // A process that the child left behind may keep its pipes open forever.
      const patience = setTimeout(done, 500)
      child.on('close', done)
    })
  })
}
