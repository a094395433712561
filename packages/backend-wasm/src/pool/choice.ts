/** Whether several threads do a piece of work that comes again and again, learned from how long it took before. */
export interface Choice {
  /** Whether to share the work this time. */
  next(): boolean
  /** Reports how long it took, shared or alone. */
  took(isShared: boolean, milliseconds: number): void
}

/** Both ways are tried so often before one is preferred; the engine compiles a kernel again, and better, after some calls. */
const FIRST_TRIALS = 4
/** How many times faster sharing has to be. */
const MIN_GAIN = 1.03
/** The other way is tried again after so many calls, while trials cost no more than this share of the time. */
const PATIENCE = 16
const TRIAL_BUDGET = 0.01
/** A thread that was woken polls for so many milliseconds, which costs something if all processors are busy. */
const POLLING = 0.1
/** A time counts as at most so many averages: once the system gave the processor to another program. */
const MAX_TIMES = 4
/** How much of the average the latest time makes up; more for a trial, because the times before it are old. */
const WEIGHT = 1 / 8
const TRIAL_WEIGHT = 1 / 2

/** Prefers what was faster lately, and tries the other way from time to time: other programs come and go. */
export function createChoice(): Choice {
  const alone = createAverage()
  const shared = createAverage()
  let [spent, lost, sinceTrial] = [0, 0, 0]
  const isSharingBetter = () => shared.count >= FIRST_TRIALS && shared.value * MIN_GAIN < alone.value

  function mayTry(usual: Average, other: Average): boolean {
    const cost = Math.min(Math.abs(other.value - usual.value), (MAX_TIMES - 1) * usual.value) + POLLING
    return sinceTrial >= PATIENCE && lost + cost <= TRIAL_BUDGET * spent
  }

  return {
    next() {
      if (Math.min(alone.count, shared.count) < FIRST_TRIALS) return shared.count < alone.count
      const isBetter = isSharingBetter()
      const [usual, other] = isBetter ? [shared, alone] : [alone, shared]
      return isBetter !== mayTry(usual, other)
    },
    took(isShared, milliseconds) {
      const isTrial = isShared !== isSharingBetter()
      const [average, usual] = isShared ? [shared, alone] : [alone, shared]
      spent += milliseconds
      if (isTrial) {
        lost += POLLING + (usual.count > 0 ? Math.max(0, milliseconds - usual.value) : 0)
        const isGood = isShared ? milliseconds * MIN_GAIN < alone.value : milliseconds <= shared.value * MIN_GAIN
        sinceTrial = isGood ? PATIENCE : 0 // a trial that went well is repeated at once
      } else sinceTrial++
      average.add(milliseconds, isTrial ? TRIAL_WEIGHT : WEIGHT)
    },
  }
}

/** Of the latest times; of the first ones, the fastest counts. */
interface Average {
  readonly count: number
  readonly value: number
  add(milliseconds: number, weight: number): void
}

function createAverage(): Average {
  let [count, value] = [0, Infinity]
  return {
    get count() {
      return count
    },
    get value() {
      return value
    },
    add(milliseconds, weight) {
      if (count++ < FIRST_TRIALS) value = Math.min(value, milliseconds)
      else value += (Math.min(milliseconds, MAX_TIMES * value || milliseconds) - value) * weight // 0 on a coarse clock
    },
  }
}
