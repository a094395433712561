import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { feed } from './bubblewrap.ts'
import {
  CHILD_ENV,
  type ChildSpec,
  dataBytes,
  moreDescriptors,
  MOST_DESCRIPTORS,
  nodeArguments,
  STACK_BYTES,
} from './command-line.ts'
import { librariesOf, NOBODY, python, realPathOf } from './host.ts'
import { seccompProgram } from './seccomp.ts'

/** Tier B: no namespaces, but the kernel refuses every file, socket, signal and process that is not listed here. */
export function launchLandlock(spec: ChildSpec): ChildProcess {
  const interpreter = python('python3')
  if (!interpreter) throw new Error('python3, which starts this tier, is not installed')
  const libraries = librariesOf(spec.node)
  const config = {
    argv: [spec.node, ...nodeArguments(spec, { permissions: true })],
    env: CHILD_ENV,
    cwd: spec.submissionDir,
    execute: [spec.node, ...libraries, ...libraries.map(realPathOf)],
    read: [spec.sealedDir, spec.submissionDir],
    write: ['/dev/null', '/dev/urandom'],
    limits: {
      DATA: dataBytes(spec),
      CPU: Math.ceil(spec.limits.cpuSeconds),
      FSIZE: 0,
      STACK: STACK_BYTES,
      NOFILE: MOST_DESCRIPTORS,
      CORE: 0,
    },
    seccomp: seccompProgram({ mayFork: spec.forks !== undefined }).toString('hex'),
    descriptors: 8 + (spec.forks ?? 0),
    uid: NOBODY,
  }
  const script = join(import.meta.dirname, 'landlock.py')
  const child = spawn(interpreter, ['-I', '-S', script], {
    env: {},
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', ...moreDescriptors(spec)],
  })
  feed(child, 6, JSON.stringify(config))
  return child
}
