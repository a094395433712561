import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { ChildSpec } from './command-line.ts'

/**
 * Starts a command that ends when the grader ends, for any reason. The guard (`child/guard.ts`) ends it when its
 * input is closed; if student code kills the guard, this side ends the command by its process id.
 */
export function launchGuarded({ node, sealedDir }: ChildSpec, command: string[], options: SpawnOptions): ChildProcess {
  const stdio = ['pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'] as const
  const guard = spawn(node, [`${sealedDir}/guard.mjs`, ...command], { ...options, stdio: [...stdio] })
  let pid = 0
  const news = guard.stdio.at(6) as Readable
  news.on('error', () => {})
  news.on('data', (chunk: Buffer) => (pid = Number(chunk.toString().trim().split('\n').at(-1))))
  guard.stdin?.on('error', () => {})
  guard.on('exit', () => end(pid))

  const killGuard = guard.kill.bind(guard)
  guard.kill = signal => {
    guard.stdin?.destroy()
    // Until the guard has written the process id, only the guard knows which process to end.
    if (pid === 0) return true
    end(pid)
    return killGuard(signal)
  }
  return guard
}

function end(pid: number): void {
  if (pid === 0) return
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // it is gone
  }
}
