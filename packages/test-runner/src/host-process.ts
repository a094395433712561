import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { hostFolders } from './host-folders.ts'

export interface HostLimits {
  /** Limit on the host's JavaScript heap; buffers aren't counted. */
  readonly heapMB?: number
  /** The host's environment; this process's own by default. */
  readonly env?: NodeJS.ProcessEnv
  /** Where the folders for the host's own data are made; the system's temporary folder by default. */
  readonly scratch?: string
}

/**
 * Starts a program of this folder, in which Vitest runs, as the leader of a new process group.
 * @param flags more options for Node
 */
export function startHost(
  program: string,
  { heapMB, env, scratch }: HostLimits,
  flags: readonly string[] = [],
): ChildProcess {
  const launcher = fileURLToPath(import.meta.resolve('@backprop/launch'))
  const folders = hostFolders(scratch)
  const child = fork(launcher, [fileURLToPath(new URL(program, import.meta.url))], {
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // JSON has no NaN and no −0.
    serialization: 'advanced',
    env: {
      ...(env ?? process.env),
      ...folders.env,
      NO_COLOR: '1',
      VITEST: undefined,
      NODE_OPTIONS: undefined,
      FORCE_COLOR: undefined,
    },
    execArgv: [...flags, ...(heapMB === undefined ? [] : [`--max-old-space-size=${heapMB}`])],
  })
  for (const end of ['exit', 'error'] as const) child.on(end, () => folders.remove())
  return child
}

/** Kills the host and everything it started that is still in its process group. */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL')
  } catch {
    // nothing is left
  }
}
