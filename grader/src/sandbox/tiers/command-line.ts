import type { Limits } from '@backprop/course'
import type { ChildBackend } from '../device/backends.ts'
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
  /** What it computes with: a backend in its own process, or the device on descriptor 5. */
  readonly backend: ChildBackend
  /** Start a fork server instead, see `child/serve-forks.ts`: it has this many more descriptors. */
  readonly forks?: number
  readonly limits: Pick<Limits, 'cpuSeconds' | 'memoryMB'>
}

/** Size of the largest file that a child may write in tiers C and D; in A and B it can't write any. */
export const SCRATCH_BYTES = 32 << 20

/** How many descriptors a child may have open. */
export const MOST_DESCRIPTORS = 256

/** The default of most systems. Some don't limit stacks at all, and a stack is not counted as data. */
export const STACK_BYTES = 8 << 20

/** The whole environment of a child: it inherits nothing from the grader. */
export const CHILD_ENV: Readonly<Record<string, string>> = {
  PATH: '/nonexistent',
  HOME: '/tmp',
  LANG: 'C.UTF-8',
  TZ: 'UTC',
  NO_COLOR: '1',
  OPENSSL_CONF: '/dev/null',
}

/**
 * A copy of a process has none of its other threads. They would optimize WebAssembly: so that is compiled once, for good,
 * before the first copy. V8 wakes them all the same, and would wait forever if more than one had been asleep: before glibc
 * 2.41, pthread_cond_signal(3) waits for threads that it woke earlier. A copy gives `ffi` back before it loads the student's
 * code.
 */
const FORKING = [
  '--single-threaded',
  '--v8-pool-size=1',
  '--no-liftoff',
  '--no-wasm-lazy-compilation',
  '--experimental-ffi',
  '--allow-ffi',
]

/** Arguments for Node: V8's heap limit, the permission model if the tier uses it, the runner, the module, the backend. */
export function nodeArguments(spec: ChildSpec, { permissions }: { permissions: boolean }): string[] {
  const flags = [
    `--max-old-space-size=${Math.floor(spec.limits.memoryMB * 0.75)}`,
    '--no-warnings',
    // With a new hash seed V8 spends a fifth of its start on computing all hashes again. With the same seed in all
    // processes, students can choose keys that make their own objects slow, and nothing else.
    '--no-rehash-snapshot',
    // A string that is evaluated as code could import what the compiler would have refused.
    '--disallow-code-generation-from-strings',
    '--stack-trace-limit=20',
    '--enable-source-maps', // stacks name the lines of the student's own files
  ]
  if (permissions) {
    // Flags come and go between Node versions; these are all that close something.
    const knows = (flag: string) => process.allowedNodeEnvironmentFlags.has(flag)
    flags.push(knows('--permission') ? '--permission' : '--experimental-permission', '--no-addons')
    for (const feature of spec.forks ? ['sqlite'] : ['sqlite', 'ffi']) {
      if (knows(`--experimental-${feature}`)) flags.push(`--no-experimental-${feature}`)
    }
    if (spec.forks) flags.push(...FORKING)
    flags.push(`--allow-fs-read=${spec.sealedDir}/`, `--allow-fs-read=${spec.submissionDir}/`)
  }
  const runner = [...flags, `${spec.sealedDir}/runner.mjs`]
  if (spec.forks) return [...runner, spec.submissionDir, spec.backend, 'forks']
  return [...runner, `${spec.submissionDir}/${spec.module}`, spec.backend]
}

/** The descriptors of a fork server's copies, as `spawn` takes them. */
export const moreDescriptors = ({ forks = 0 }: ChildSpec): 'pipe'[] => Array.from({ length: forks }, () => 'pipe')

/** The limit on a child's data segment: the lab's memory, beyond what an idle Node takes. */
export const dataBytes = ({ node, limits }: Pick<ChildSpec, 'node' | 'limits'>): number =>
  idleDataBytes(node) + limits.memoryMB * 2 ** 20 // a shift would overflow at 2048 MB

/** SIGXCPU, which is unambiguous, comes at the limit; SIGKILL, which could also mean memory, comes this much later. */
export const CPU_GRACE_SECONDS = 2

/**
 * A command that sets resource limits and then becomes the command after it. RLIMIT_AS is useless here: WebAssembly
 * reserves gigabytes of address space. Without prlimit the shell sets what it can; on Windows nothing does.
 */
export function resourceLimits({ node, limits }: ChildSpec, fileBytes: number): string[] {
  const [cpu, files] = [Math.ceil(limits.cpuSeconds), MOST_DESCRIPTORS]
  const program = which('prlimit')
  if (program) {
    return [
      program,
      `--data=${dataBytes({ node, limits })}`,
      `--cpu=${cpu}:${cpu + CPU_GRACE_SECONDS}`,
      '--core=0',
      `--nofile=${files}`,
      `--fsize=${fileBytes}`,
      `--stack=${STACK_BYTES}`,
      '--',
    ]
  }
  if (process.platform === 'win32') return []
  const script = `ulimit -S -t ${cpu}; ulimit -H -t ${cpu + CPU_GRACE_SECONDS}; ulimit -c 0; ulimit -n ${files}; ulimit -f ${fileBytes / 512}; ulimit -s ${STACK_BYTES / 1024}; exec "$@"`
  return ['/bin/sh', '-c', script, 'sh']
}

/** Gives up root for good, so that a mistake further in can't act as root. */
export const asNobody = (): { uid?: number; gid?: number } => (isRoot() ? { uid: NOBODY, gid: NOBODY } : {})

/** A command prefix that makes the process die with the grader and then runs the rest; empty if there is none. */
export function dieWithGrader(): string[] {
  const program = which('setpriv')
  return program ? [program, '--pdeathsig', 'KILL', '--'] : []
}
