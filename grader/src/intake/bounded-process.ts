import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withoutSecrets } from '../environment.ts'
import { idleDataBytes, which } from '../sandbox/tiers/host.ts'

/** What a process may use that reads untrusted code without running it. */
export interface Bounds {
  readonly memoryMB: number
  readonly cpuSeconds: number
}

/**
 * Starts one of our TypeScript programs, to talk to over IPC; memory and processor time are bounded on Linux. It is in its own
 * process group, so that what it starts can be killed with it, and it is given no secret.
 * @param scratch a folder where the program leaves its compiled code for the next one, which then starts in half the time
 */
export function forkBounded(program: string, bounds: Bounds, scratch?: string): ChildProcess {
  const launcher = fileURLToPath(import.meta.resolve('@backprop/launch'))
  const detached = process.platform !== 'win32'
  const [execPath, ...execArgv] = [...limiter(bounds), process.execPath]
  const cache = scratch === undefined ? {} : { NODE_COMPILE_CACHE: join(scratch, 'compiled') }
  const env = { ...withoutSecrets(process.env), NODE_OPTIONS: undefined, ...cache }
  return fork(launcher, [program], { detached, execPath, execArgv, env, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
}

function limiter({ memoryMB, cpuSeconds }: Bounds): string[] {
  const prlimit = which('prlimit')
  if (!prlimit) return []
  const data = idleDataBytes(process.execPath) + (memoryMB << 20)
  return [prlimit, `--data=${data}`, `--cpu=${cpuSeconds}`, '--core=0', '--']
}
