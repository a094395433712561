import { diskFault } from '@backprop/files'
import { findLabs, solutionDir } from '../course.ts'
import { GraderFault } from '../errors.ts'
import type { BackendName } from '../sandbox/device/backends.ts'
import { slownessOf } from '../sandbox/speed.ts'
import type { TierId } from '../sandbox/tiers/tiers.ts'
import { gradeLab } from './grade-lab.ts'

/** The result of a trial. */
export interface TrialStatus {
  readonly name: string
  readonly available: boolean
  /** Why it failed, or what it showed. */
  readonly reason: string
  readonly fix: string
}

const FIX =
  'set HOME and TMPDIR to writable folders, close programs that keep the machine busy, and run "pnpm install" again'

/**
 * Grades the reference solution of the first lab the way submissions are graded. If it doesn't get full marks,
 * grades on this machine are wrong.
 */
export async function trySuite(tier: TierId): Promise<TrialStatus> {
  const [lab] = await findLabs('all')
  const name = lab.manifest.id
  try {
    const { points, maxPoints, log } = await gradeLab({ lab, submission: solutionDir(lab), tier })
    const reason = `the reference solution gets ${points} of ${maxPoints} points`
    if (points === maxPoints) return { name, available: true, reason, fix: '' }
    const [first] = log
    return { name, available: false, reason: first ? `${reason}: ${first.test}: ${first.error}` : reason, fix: FIX }
  } catch (error) {
    const disk = diskFault(error)
    if (disk === null && !(error instanceof GraderFault)) throw error
    return { name, available: false, reason: disk ?? (error as Error).message, fix: FIX }
  }
}

/** How fast the submissions' backend is, measured as before every grading. */
export async function trySpeed(backend: BackendName): Promise<TrialStatus> {
  try {
    const slowness = await slownessOf(backend)
    const reason =
      slowness === 1
        ? `${backend} is fast enough for the labs' limits`
        : `${backend} is slow here: calls that compute with tensors get ${slowness} times the usual time`
    return { name: 'speed', available: true, reason, fix: '' }
  } catch (error) {
    if (!(error instanceof GraderFault)) throw error
    return { name: 'speed', available: false, reason: error.message, fix: 'grade on a faster machine' }
  }
}
