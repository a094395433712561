import { join } from 'node:path'
import type { Backend } from '@backprop/core'
import type { Limits } from '@backprop/course'
import { type BackendName, type ChildBackend, isOwn } from './device/backends.ts'
import type { DeviceBroker } from './device/broker.ts'
import { DEVICE_LIMITS } from './device/limits.ts'
import type { DrawKey } from './draws.ts'
import type { ForkServers } from './fork-server.ts'
import type { Promises } from './promises.ts'
import { Session } from './session.ts'
import { type Facts, takeFacts } from './tiers/host.ts'
import { type TierId, TIERS } from './tiers/tiers.ts'
import type { Trace } from './trace.ts'
import { rngBridge } from './wire/rng-bridge.ts'
import { SandboxDied, UnusableFile } from './wire/sandbox-errors.ts'
import { ourClasses } from './wire/values.ts'

/** A submission that is bundled and ready to start, as plain data: it travels to the process that runs the suite. */
export interface Staged {
  /** Holds two boxes, see `boxOf`. */
  readonly workFolder: string
  readonly node: string
  /** What is already known about this machine. */
  readonly facts?: Facts
  readonly tier: TierId
  /** What the student's code computes with. */
  readonly backend: BackendName
  /** Keep even a backend that the child could run itself on this side, behind the broker; the others always are. */
  readonly brokered?: boolean
  /** Tensors and parameters may cross the wall (the lab may import their packages); otherwise one is an attack. */
  readonly tensors: boolean
  /** Accept a software GPU too: for tests. */
  readonly allowSoftware?: boolean
  readonly limits: Limits
  /** The factor that the limits were multiplied by; a suite's own limits have to be multiplied by it too. */
  readonly slowness?: number
  /** The key from which every test's draws follow. */
  readonly draws: DrawKey
  /** Record what each test does with the submission, for an instructor who looks into a grade. */
  readonly record?: boolean
  /** Modules that may import packages; other modules never get a tensor either. */
  readonly importing: readonly string[]
  /** Which functions return promises according to the stubs, by module. */
  readonly promises?: Readonly<Record<string, Promises>>
  /** Missing modules, and why they are missing, worded for the student. */
  readonly unusable?: Readonly<Record<string, string>>
}

/** What a child sees of the file system: the packages, and the modules of the submission beside them. */
export interface Box {
  readonly sealedDir: string
  readonly submissionDir: string
}

/** The box for modules that may import packages, or for those that may not. */
export function boxOf(workFolder: string, isImporting: boolean): Box {
  const box = join(workFolder, isImporting ? 'importing' : 'alone')
  return { sealedDir: join(box, 'sealed'), submissionDir: join(box, 'submission') }
}

/** Whether a child's tensors are on this side. */
export const isBrokered = ({ backend, brokered }: Pick<Staged, 'backend' | 'brokered'>): boolean =>
  brokered === true || !isOwn(backend)

export interface SessionSettings {
  readonly callSeconds: number
  readonly keepsArguments?: readonly string[]
  readonly callbackBytes?: number
  readonly trace?: Trace
  readonly onAnswer?: () => void
  /** Where the child computes, if its tensors are on this side. */
  readonly broker?: DeviceBroker | null
  /** Make the child by copying a process that is ready, where that works. */
  readonly forks?: ForkServers
}

/** Whether a driver for this submission's tensors is in the process that runs the suite; libtensorflow has its own. */
export const hasDriverInHost = (staged: Pick<Staged, 'backend' | 'brokered'>): boolean =>
  isBrokered(staged) && staged.backend !== 'tfjs-node' && staged.backend !== 'tfjs-node-gpu'

/** Starts a fresh child with one module of the submission, and waits until it has loaded. */
export async function openSession(
  staged: Staged,
  module: string,
  on: Backend,
  settings: SessionSettings,
): Promise<Session> {
  const { callSeconds, keepsArguments, callbackBytes, trace, onAnswer, broker, forks } = settings
  const { workFolder, node, facts = {}, tier, limits, unusable = {} } = staged
  if (Object.hasOwn(unusable, module)) throw new UnusableFile(unusable[module])
  const isImporting = staged.importing.includes(module)
  const lender = isImporting ? broker : null
  const backend: ChildBackend = lender
    ? 'device'
    : isOwn(staged.backend)
      ? staged.backend
      : isImporting
        ? 'device'
        : 'plain'
  const box = boxOf(workFolder, isImporting)
  takeFacts(facts)
  const spec = { node, ...box, backend, limits }
  const file = `${module}.mjs`
  const copy = await forks?.fork({ tier, ...spec }, file)
  const child = copy ?? TIERS[tier].launch({ ...spec, module: file })
  const session = new Session(child, {
    limits: { loadSeconds: limits.loadSeconds, callSeconds },
    byValue: isImporting && staged.tensors ? ourClasses(on) : [rngBridge],
    keepsArguments,
    callbackBytes,
    trace,
    onAnswer,
    promises: staged.promises?.[module],
    lendDevice: lender
      ? (stream, onEnd) => lender.connect(stream, onEnd, { ...DEVICE_LIMITS, bytes: limits.memoryMB * 2 ** 20 })
      : undefined,
    devicePid: lender?.device.pid,
  })
  try {
    await session.ready
    return session
  } catch (error) {
    await session.close()
    if (!copy || !(error instanceof SandboxDied) || error.kind !== 'launch') throw error
  }
  // It ended before it had loaded anything of the student's: a started process may work all the same.
  forks?.giveUp({ tier, ...spec })
  return openSession(staged, module, on, settings)
}
