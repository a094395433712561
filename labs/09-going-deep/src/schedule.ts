import { NotImplemented } from '@backprop/testkit/todo'

/** A schedule of the learning rate: it warms up in a straight line, and then falls along half a cosine. */

export interface ScheduleOptions {
  /** The highest rate, reached at the end of the warm-up. */
  peak: number
  /** The number of steps until then, W: a whole number, 0 ≤ W < steps. */
  warmUp: number
  /** The number of steps in all, S: a whole number. */
  steps: number
  /** The rate of the last step and of all after it; 0 unless given. */
  end?: number
}

/**
 * The learning rate of a step; the first step of a training is step 1.
 *
 * - before step W: peak · step / W
 * - step W: exactly the peak (with W = 0 that is step 0, before the first one)
 * - between W and S: end + (peak − end) · (1 + cos(π · (step − W) / (S − W))) / 2
 * - step S and all after it: exactly the end
 *
 * @param step a whole number, 0 or more
 * @throws RangeError when step, warmUp or steps is not such a whole number
 * @example learningRate(5, { peak: 0.1, warmUp: 10, steps: 100 }) // 0.05
 */
export function learningRate(step: number, { peak, warmUp, steps, end = 0 }: ScheduleOptions): number {
  // TODO(schedule): Reject invalid numbers; then one line for each of the four cases.
  throw new NotImplemented('schedule')
}
