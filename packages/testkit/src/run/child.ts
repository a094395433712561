import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ownFolders } from './own-folders.ts'

export interface HostLimits {
  /** Bound on what the JavaScript heap of the host may hold; buffers are not counted. */
  readonly heapMB?: number
  /** The environment of the host; this process's own unless given. */
  readonly env?: NodeJS.ProcessEnv
  /** Where the folders for the host's own data are made; the system's temporary folder unless given. */
  readonly scratch?: string
}

/** Starts a program of this folder, in which Vitest runs, in a process group of its own. */
export function startHost(program: string, { heapMB, env, scratch }: HostLimits): ChildProcess {
  const launcher = fileURLToPath(import.meta.resolve('@backprop/launch'))
  const folders = ownFolders(scratch)
  const child = fork(launcher, [fileURLToPath(new URL(program, import.meta.url))], {
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      ...(env ?? process.env),
      ...folders.env,
      NO_COLOR: '1',
      VITEST: undefined,
      NODE_OPTIONS: undefined,
      FORCE_COLOR: undefined,
    },
    execArgv: heapMB === undefined ? [] : [`--max-old-space-size=${heapMB}`],
  })
  for (const end of ['exit', 'error'] as const) child.on(end, () => folders.remove())
  return child
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
