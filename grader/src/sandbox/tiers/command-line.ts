import type { Limits } from '@backprop/course'
import type { BackendName } from '../backends.ts'
import { idleDataBytes, isRoot, NOBODY, which } from './host.ts'

/** What a tier needs to know to start a child. */
export interface ChildSpec {
  /** The Node binary. */
  readonly node: string
  /** Folder with the runner and the sealed packages. */
  readonly sealedDir: string
  /** Folder with the bundled submission. */
  readonly submissionDir: string
  /** File name in `submissionDir` of the module to load. */
  readonly module: string
  readonly backend: BackendName
  readonly limits: Pick<Limits, 'cpuSeconds' | 'memoryMB'>
}

/** Size of the child's /tmp, and of the largest file it may write. */
export const SCRATCH_BYTES = 32 << 20

/** The whole environment of a child: nothing of the grader's is in it. */
export const CHILD_ENV: Readonly<Record<string, string>> = {
  PATH: '/nonexistent',
  HOME: '/tmp',
  LANG: 'C.UTF-8',
  TZ: 'UTC',
  NO_COLOR: '1',
  OPENSSL_CONF: '/dev/null',
}

/** Arguments for Node itself: V8's heap bound, the permission model where the tier uses it, the runner, the module, the backend. */
export function nodeArguments(spec: ChildSpec, { permissions }: { permissions: boolean }): string[] {
  const flags = [
    `--max-old-space-size=${Math.floor(spec.limits.memoryMB * 0.75)}`,
    '--no-warnings',
    '--stack-trace-limit=20',
  ]
  if (permissions) {
    // Flags come and go with Node's versions; these are all of those that close something.
    const knows = (flag: string) => process.allowedNodeEnvironmentFlags.has(flag)
    flags.push(knows('--permission') ? '--permission' : '--experimental-permission', '--no-addons')
    for (const feature of ['sqlite', 'ffi']) {
      if (knows(`--experimental-${feature}`)) flags.push(`--no-experimental-${feature}`)
    }
    flags.push(`--allow-fs-read=${spec.sealedDir}/`, `--allow-fs-read=${spec.submissionDir}/`)
  }
  return [...flags, `${spec.sealedDir}/runner.mjs`, `${spec.submissionDir}/${spec.module}`, spec.backend]
}

/** Resource limits as prlimit's arguments. RLIMIT_AS is useless here: WebAssembly reserves gigabytes of address space. */
export function prlimit(spec: ChildSpec, fileBytes: number): string[] {
  const program = which('prlimit')
  if (!program) return []
  const { cpuSeconds, memoryMB } = spec.limits
  const data = idleDataBytes(spec.node) + (memoryMB << 20)
  return [
    program,
    `--data=${data}`,
    `--cpu=${Math.ceil(cpuSeconds)}`,
    '--core=0',
    '--nofile=256',
    `--fsize=${fileBytes}`,
    '--',
  ]
}

/** Gives up root for good, so that no mistake further in acts as root; and dies with the grader. */
export function dropRoot(extra: readonly string[] = []): string[] {
  const program = which('setpriv')
  if (!program || (!isRoot() && extra.length === 0)) return []
  const identity = isRoot() ? [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : []
  return [program, ...identity, ...extra, '--']
}
