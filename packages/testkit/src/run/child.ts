import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface HostLimits {
  /** Bound on what the JavaScript heap of the host may hold; buffers are not counted. */
  readonly heapMB?: number
  /** The environment of the host; this process's own unless given. */
  readonly env?: NodeJS.ProcessEnv
}

/** Starts a program of this folder, in which Vitest runs, in a process group of its own. */
export function startHost(program: string, { heapMB, env }: HostLimits): ChildProcess {
  const launcher = fileURLToPath(import.meta.resolve('@backprop/launch'))
  return fork(launcher, [fileURLToPath(new URL(program, import.meta.url))], {
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...(env ?? process.env), NO_COLOR: '1', VITEST: undefined, NODE_OPTIONS: undefined, FORCE_COLOR: undefined },
    execArgv: heapMB === undefined ? [] : [`--max-old-space-size=${heapMB}`],
  })
}

/** The host and whatever it started that is still in its group. */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL')
  } catch {
    // nothing is left
  }
}
