import { join } from 'node:path'
import type { Backend } from '@backprop/core'
import type { Limits } from '@backprop/course'
import { isOwn, type BackendName } from './backends.ts'
import type { DeviceBroker } from './device/broker.ts'
import { DEVICE_LIMITS } from './device/limits.ts'
import type { Promises } from './promises.ts'
import type { DrawKey } from '../suite/draws.ts'
import { Session } from './session.ts'
import { TIERS, type TierId } from './tiers/tiers.ts'
import type { Trace } from './trace.ts'
import { generators } from './generators.ts'
import { ourClasses } from './values.ts'

/** A submission that is bundled and lies ready to be started, as plain data: it travels to the process that runs the suite. */
export interface Staged {
  /** Holds `sealed/` and `submission/`. */
  readonly workFolder: string
  readonly node: string
  readonly tier: TierId
  /** What the student's code computes with. */
  readonly backend: BackendName
  /** Keep a backend that the child could have itself on this side too, behind the broker; the others always are. */
  readonly brokered?: boolean
  /** Tensors and parameters cross the wall: the lab may import their packages. Others arrive as nothing else than an attack. */
  readonly tensors: boolean
  /** Take a GPU that a processor plays too: for tests. */
  readonly allowSoftware?: boolean
  readonly limits: Limits
  /** What the limits were multiplied by, and what a suite's own limits have to be multiplied by. */
  readonly slowness?: number
  /** From which every test's draws follow. */
  readonly draws: DrawKey
  /** Keep a record of what each test does with the submission; for whoever looks into a grade. */
  readonly record?: boolean
  /** Which functions give promises, as the stubs say, by module. */
  readonly promises?: Readonly<Record<string, Promises>>
}

/** Whether the tensors of a child lie on this side. */
export const isBrokered = ({ backend, brokered }: Pick<Staged, 'backend' | 'brokered'>): boolean =>
  brokered === true || !isOwn(backend)

export interface SessionSettings {
  readonly callSeconds: number
  readonly keepsArguments?: readonly string[]
  readonly callbackBytes?: number
  readonly trace?: Trace
  /** Where the child computes, if its tensors lie on this side. */
  readonly broker?: DeviceBroker | null
}

/** Starts a fresh child with one module of the submission, and waits until it has loaded. */
export async function openSession(
  staged: Staged,
  module: string,
  on: Backend,
  { callSeconds, keepsArguments, callbackBytes, trace, broker }: SessionSettings,
): Promise<Session> {
  const { workFolder, node, tier, limits } = staged
  const backend = broker || !isOwn(staged.backend) ? 'device' : staged.backend
  const [sealedDir, submissionDir] = [join(workFolder, 'sealed'), join(workFolder, 'submission')]
  const child = TIERS[tier].launch({ node, sealedDir, submissionDir, module: `${module}.mjs`, backend, limits })
  const session = new Session(child, {
    limits: { loadSeconds: limits.loadSeconds, callSeconds },
    byValue: staged.tensors ? ourClasses(on) : [generators],
    keepsArguments,
    callbackBytes,
    trace,
    promises: staged.promises?.[module],
    lendDevice: broker
      ? (stream, onEnd) => broker.connect(stream, onEnd, { ...DEVICE_LIMITS, bytes: limits.memoryMB * 2 ** 20 })
      : undefined,
  })
  try {
    await session.ready
    return session
  } catch (error) {
    await session.close()
    throw error
  }
}
