import { type ChildProcess, spawn } from 'node:child_process'
import type { Writable } from 'node:stream'
import { asNobody, CHILD_ENV, type ChildSpec, moreDescriptors, nodeArguments, resourceLimits } from './command-line.ts'
import { librariesOf, realPathOf, which } from './host.ts'
import { seccompProgram } from './seccomp.ts'

/** Tier A: its own user, process, network, IPC and mount namespaces; a root with only Node, the runner and `src`. */
export function launchBubblewrap(spec: ChildSpec): ChildProcess {
  const bwrap = which('bwrap')
  if (!bwrap) throw new Error('bubblewrap is not installed')
  const inside: ChildSpec = { ...spec, node: '/bin/node', sealedDir: '/box/sealed', submissionDir: '/box/submission' }
  const [program, ...args] = [
    ...resourceLimits(spec, 0),
    ...[bwrap, '--args', '6', '--', inside.node, ...nodeArguments(inside, { permissions: true })],
  ]
  // bwrap stays as process 1 of the namespace, so its own environment and arguments are visible in there: an empty
  // environment, and the arguments on a pipe. Only pipes are inherited: a file could be opened again by its descriptor.
  const child = spawn(program, args, {
    env: {},
    cwd: '/',
    ...asNobody(),
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', ...moreDescriptors(spec)],
  })
  feed(child, 6, `${namespace(spec, inside).join('\0')}\0`)
  feed(child, 7, seccompProgram({ mayFork: spec.forks !== undefined }))
  return child
}

function namespace(spec: ChildSpec, inside: ChildSpec): string[] {
  const unshare = ['user', 'pid', 'net', 'ipc', 'uts', 'cgroup-try'].map(kind => `--unshare-${kind}`)
  const identity = ['--disable-userns', '--uid', '65534', '--gid', '65534', '--hostname', 'sandbox']
  const life = ['--die-with-parent', '--new-session', '--cap-drop', 'ALL', '--clearenv']
  const environment = Object.entries(CHILD_ENV).flatMap(([name, value]) => ['--setenv', name, value])
  const program = ['--ro-bind', spec.node, inside.node, ...librariesOf(spec.node).flatMap(library)]
  // Nothing is writable: a tmpfs has no limit on the number of its files, and a plain --dev has no limit at all.
  const system = ['--proc', '/proc', '--dev', '/dev', '--remount-ro', '/dev', '--dir', '/tmp']
  const boxes = ['--ro-bind', spec.sealedDir, inside.sealedDir, '--ro-bind', spec.submissionDir, inside.submissionDir]
  const last = ['--chdir', '/tmp', '--remount-ro', '/', '--seccomp', '7']
  return [...unshare, ...identity, ...life, ...environment, ...program, ...system, ...boxes, ...last]
}

const library = (path: string) => ['--ro-bind', realPathOf(path), path]

/** Writes to a descriptor that the child reads at start-up; a child that died early is noticed elsewhere. */
export function feed(child: ChildProcess, fd: number, content: string | Buffer): void {
  // Node gives a child no streams at all if the system has no descriptors left.
  const streams: ChildProcess['stdio'] | undefined = child.stdio
  const stream = streams?.[fd] as Writable | undefined
  stream?.on('error', () => {})
  stream?.end(content)
}
