import type { ChildProcess } from 'node:child_process'

/** Resolves when the process is gone and all its output has been read. */
export function ended(
  child: ChildProcess,
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
