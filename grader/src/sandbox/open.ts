import { join } from 'node:path'
import type { Backend } from '@backprop/core'
import type { Limits } from '@backprop/course'
import type { BackendName } from './backends.ts'
import { Session } from './session.ts'
import { TIERS, type TierId } from './tiers/tiers.ts'
import type { Trace } from './trace.ts'
import { ourClasses } from './values.ts'

/** A submission that is bundled and lies ready to be started, as plain data: it travels to the process that runs the suite. */
export interface Staged {
  /** Holds `sealed/` and `submission/`. */
  readonly workFolder: string
  readonly node: string
  readonly tier: TierId
  /** What the student's code computes with. */
  readonly backend: BackendName
  readonly limits: Limits
  /** From which every test's private seed follows. */
  readonly seed: number
  /** Keep a record of what each test does with the submission; for whoever looks into a grade. */
  readonly record?: boolean
}

/** Starts a fresh child with one module of the submission, and waits until it has loaded. */
export async function openSession(
  staged: Staged,
  module: string,
  on: Backend,
  callSeconds: number,
  trace?: Trace,
): Promise<Session> {
  const { workFolder, node, tier, backend, limits } = staged
  const [sealedDir, submissionDir] = [join(workFolder, 'sealed'), join(workFolder, 'submission')]
  const child = TIERS[tier].launch({ node, sealedDir, submissionDir, module: `${module}.mjs`, backend, limits })
  const session = new Session(child, {
    limits: { loadSeconds: limits.loadSeconds, callSeconds },
    byValue: ourClasses(on),
    trace,
  })
  try {
    await session.ready
    return session
  } catch (error) {
    await session.close()
    throw error
  }
}
