import { type ChildProcess, spawn } from 'node:child_process'
import {
  asNobody,
  CHILD_ENV,
  type ChildSpec,
  dieWithGrader,
  nodeArguments,
  resourceLimits,
  SCRATCH_BYTES,
} from './command-line.ts'
import { launchGuarded } from './guarded.ts'

/** Tier C: a process under Node's permission model. Node itself says that this does not stop malicious code. */
export const launchPermission = (spec: ChildSpec): ChildProcess => launchProcess(spec, true)

/** Tier D: a separate process and nothing more. The score is safe from it, the machine is not. */
export const launchBare = (spec: ChildSpec): ChildProcess => launchProcess(spec, false)

function launchProcess(spec: ChildSpec, permissions: boolean): ChildProcess {
  const command = [...resourceLimits(spec, SCRATCH_BYTES), spec.node, ...nodeArguments(spec, { permissions })]
  const options = { env: environment(), cwd: spec.submissionDir, windowsHide: true, ...asNobody() }
  const dying = dieWithGrader()
  if (dying.length === 0) return launchGuarded(spec, command, options)
  const [program, ...args] = [...dying, ...command]
  return spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'] })
}

// Without SystemRoot, Windows cannot start Node.
const environment = () =>
  process.platform === 'win32' ? { ...CHILD_ENV, SystemRoot: process.env.SystemRoot } : { ...CHILD_ENV }
