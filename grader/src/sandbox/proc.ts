import { readFileSync } from 'node:fs'

/** A file of /proc; empty if this is not Linux, or the process has just ended. */
export function readProc(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** The processes that the main thread of a process has started and not yet waited for. */
export const childrenOf = (pid: number): number[] =>
  readProc(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number)

/** The id of a process in its innermost namespace; 0 if it is gone. */
export const innermostId = (pid: number): number =>
  Number(/^NSpid:.*\s(\d+)$/m.exec(readProc(`/proc/${pid}/status`))?.[1] ?? 0)
