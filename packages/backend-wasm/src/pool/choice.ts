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
/** The other way is tried again while trials cost no more than this share of the time, and after so many calls. */
const TRIAL_BUDGET = 0.02
const PATIENCE = 16
/** A thread that was woken polls for so many milliseconds, which costs something if all processors are busy. */
const POLLING = 0.1

/** Prefers what was faster lately, and tries the other way from time to time: other programs come and go. */
export function createChoice(): Choice {
  const alone = createAverage()
  const shared = createAverage()
  let [spent, lost, sinceTrial] = [0, 0, 0]
  const paysOff = () => shared.count >= FIRST_TRIALS && shared.value * MIN_GAIN < alone.value
  return {
    next() {
      if (Math.min(alone.count, shared.count) < FIRST_TRIALS) return shared.count < alone.count
      const cost = Math.abs(shared.value - alone.value) + POLLING
      const mayTry = sinceTrial >= PATIENCE && lost + cost <= TRIAL_BUDGET * spent
      return paysOff() !== mayTry
    },
    took(isShared, milliseconds) {
      const isTrial = isShared !== paysOff()
      const usual = isShared ? alone : shared
      spent += milliseconds
      if (isTrial) lost += POLLING + (usual.count > 0 ? Math.max(0, milliseconds - usual.value) : 0)
      sinceTrial = isTrial ? 0 : sinceTrial + 1
      const average = isShared ? shared : alone
      average.add(milliseconds)
    },
  }
}

/** Of the latest times; the first ones count with the fastest of them. */
interface Average {
  readonly count: number
  readonly value: number
  add(milliseconds: number): void
}

/** How many times count, about. */
const MEMORY = 8
/** A time counts as at most so many averages: once the system gave the processor to another program. */
const MAX_TIMES = 4

function createAverage(): Average {
  let [count, value] = [0, Infinity]
  return {
    get count() {
      return count
    },
    get value() {
      return value
    },
    add(milliseconds) {
      if (count++ < FIRST_TRIALS) value = Math.min(value, milliseconds)
      else value += (Math.min(milliseconds, MAX_TIMES * value) - value) / MEMORY
    },
  }
}
