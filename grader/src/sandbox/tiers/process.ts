import { spawn, type ChildProcess } from 'node:child_process'
import { CHILD_ENV, dropRoot, nodeArguments, prlimit, SCRATCH_BYTES, type ChildSpec } from './command-line.ts'

/** Tier C: a process under Node's permission model. Node itself says that this does not stop malicious code. */
export const launchPermission = (spec: ChildSpec): ChildProcess => launchProcess(spec, true)

/** Tier D: a process of its own and nothing more. The score is safe from it, the machine is not. */
export const launchBare = (spec: ChildSpec): ChildProcess => launchProcess(spec, false)

function launchProcess(spec: ChildSpec, permissions: boolean): ChildProcess {
  const [program, ...args] = [
    ...dropRoot(['--pdeathsig', 'KILL']),
    ...prlimit(spec, SCRATCH_BYTES),
    ...[spec.node, ...nodeArguments(spec, { permissions })],
  ]
  const stdio = ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'] as const
  return spawn(program, args, { env: environment(), cwd: spec.submissionDir, stdio: [...stdio], windowsHide: true })
}

// Without SystemRoot, Windows cannot start Node.
const environment = () =>
  process.platform === 'win32' ? { ...CHILD_ENV, SystemRoot: process.env.SystemRoot } : { ...CHILD_ENV }
