import { blockOf } from '../heap.ts'
import type { Device } from '../device.ts'
import { matrices } from '../kernels/matmul.ts'
import { cores } from './helpers.ts'
import { MOST_THREADS } from './team.ts'
import type { Team } from './team.ts'

/** Larger teams are not tried: a product of the size that labs have gains nothing more. */
const MOST_TRIED = 8
/** What a larger team has to gain to stay. */
const WORTHWHILE = 1.2

/**
 * Hires `total` threads, or with 'auto' twice as many as before for as long as a measurement says that it pays.
 * Returns why there is only one in the end, or `null` where there are more.
 */
export async function staff(team: Team, device: Device, total: 'auto' | number): Promise<string | null> {
  try {
    if (total !== 'auto') {
      await team.hire(Math.min(total, MOST_THREADS))
      return null
    }
    const most = Math.min(cores(), MOST_TRIED)
    if (most === 1) return 'there is one core'
    for (let size = 2; team.size < most; size = Math.min(2 * size, most)) {
      const before = team.size
      await team.hire(size)
      const gain = speedUp(team, device, before)
      if (gain >= WORTHWHILE) continue
      team.use(before)
      team.dismiss()
      return before > 1 ? null : `two are ${gain.toFixed(2)} times as fast`
    }
    return null
  } catch (error) {
    team.use(1)
    team.dismiss()
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n')
    return `no other starts: ${reason}`
  }
}

/** A product of this size takes half a millisecond on one thread. */
const SIZE = 256
/** The engine compiles a kernel anew, and better, after some calls. */
const WARM_UP = 5
const TRIALS = 9

/** How many times faster all are than the first `few`, by medians of products in turns. */
function speedUp(team: Team, device: Device, few: number): number {
  const { heap } = device
  const many = team.size
  const operand = device.make(SIZE * SIZE, at => heap.f32().fill(1, at >> 2, (at >> 2) + SIZE * SIZE))
  const x = { slot: operand, shape: [SIZE, SIZE], strides: [SIZE, 1], offset: 0 }
  const { matmul } = matrices(device)
  const timed = (size: number) => {
    team.use(size)
    const start = performance.now()
    heap.free(blockOf(matmul(x, x)))
    return performance.now() - start
  }
  const pairs = Array.from({ length: WARM_UP + TRIALS }, () => [timed(few), timed(many)]).slice(WARM_UP)
  heap.free(blockOf(operand))
  const median = (times: number[]) => times.sort((a, b) => a - b)[TRIALS >> 1]
  return median(pairs.map(([one]) => one)) / median(pairs.map(([, other]) => other))
}
