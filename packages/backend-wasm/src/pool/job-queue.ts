// The job queue in shared memory. The first thread publishes a batch of jobs, each a list of kernel calls, and all threads,
// the first included, claim one job after the other. A thread that never wakes never claims a job, so nothing waits for it.
//
//   word   0       16      17      32      33       48 … 112      128 …
//        ┌───────┬───────┬───────┬───────┬────────┬────────────┬──────────────────────────────┐
//        │ NEXT  │ DONE  │ FAILED│ ASLEEP│ WAITING│ STARTS     │ CALLS: 1024 times 16 words,  │
//        │       │       │       │       │        │            │ kernel number and its block  │
//        └───────┴───────┴───────┴───────┴────────┴────────────┴──────────────────────────────┘
//
// Words that change while threads work have cache lines of their own.

/** The batch (18 bits), how many jobs it has (7 bits), and the next job to claim (7 bits). */
const NEXT = 0
/** How many jobs are done. */
const DONE = 16
/** Set when a kernel threw. */
const FAILED = 17
/** How many threads sleep until NEXT changes. */
const ASLEEP = 32
/** Set while the first thread sleeps until DONE changes. */
const WAITING = 33
/** The first call of each job, and after them the end of the last. */
const STARTS = 48
const CALLS = 128
const CALL_WORDS = 16

export const MAX_JOBS = 64
export const MAX_CALLS = 1024
export const QUEUE_BYTES = (CALLS + MAX_CALLS * CALL_WORDS) * 4

const COUNT_SHIFT = 7
const BATCH_SHIFT = 14
const JOB_MASK = 127

/** How long a thread polls for work, or for the others, before it sleeps. */
const SPIN_MILLISECONDS = 0.2

export type Queue = Int32Array<ArrayBufferLike>
/** A kernel that takes the address of a block; see assembly/blocks.ts. */
export type BlockKernel = (block: number) => void

/** The index of the word where call number `index` has the number of its kernel; its block follows. */
export const callWord = (index: number): number => CALLS + index * CALL_WORDS

export function writeStart(queue: Queue, job: number, call: number): void {
  queue[STARTS + job] = call
}

/** Lets threads claim the jobs that were written. Every job of the batch before must be done. */
export function publish(queue: Queue, jobs: number): void {
  Atomics.store(queue, DONE, 0)
  const batch = (Atomics.load(queue, NEXT) >>> BATCH_SHIFT) + 1
  Atomics.store(queue, NEXT, (batch << BATCH_SHIFT) | (jobs << COUNT_SHIFT))
  if (Atomics.load(queue, ASLEEP) > 0) Atomics.notify(queue, NEXT)
}

/** Claims jobs and runs them until there are none left. */
export function work(queue: Queue, kernels: readonly BlockKernel[]): void {
  for (;;) {
    const next = Atomics.load(queue, NEXT)
    if (!hasJob(next)) return
    const job = next & JOB_MASK
    const [from, to] = [queue[STARTS + job], queue[STARTS + job + 1]]
    // NEXT names the batch too, so a thread that is late finds another word here, and `from` and `to` belong to this job.
    if (Atomics.compareExchange(queue, NEXT, next, next + 1) !== next) continue
    try {
      for (let call = from; call < to; call++) {
        const word = callWord(call)
        kernels[queue[word]](queue.byteOffset + (word + 1) * 4)
      }
    } catch {
      Atomics.store(queue, FAILED, 1)
    }
    Atomics.add(queue, DONE, 1)
    if (Atomics.load(queue, WAITING) > 0) Atomics.notify(queue, DONE)
  }
}

/** Returns when there is work, perhaps after a sleep. */
export function idle(queue: Queue): void {
  const seen = Atomics.load(queue, NEXT)
  if (hasJob(seen) || spin(() => Atomics.load(queue, NEXT) !== seen)) return
  Atomics.add(queue, ASLEEP, 1)
  Atomics.wait(queue, NEXT, seen)
  Atomics.sub(queue, ASLEEP, 1)
}

/** Returns when every job is done; throws if a kernel did. `maySleep`: false on a page's main thread. */
export function finish(queue: Queue, jobs: number, maySleep: boolean): void {
  const isDone = () => Atomics.load(queue, DONE) === jobs
  while (!spin(isDone)) {
    if (!maySleep) continue
    const done = Atomics.load(queue, DONE)
    Atomics.store(queue, WAITING, 1)
    if (done < jobs) Atomics.wait(queue, DONE, done)
    Atomics.store(queue, WAITING, 0)
  }
  if (Atomics.exchange(queue, FAILED, 0) !== 0) throw new Error('wasm: a kernel failed on one of the threads')
}

/** Whether this thread may sleep; a page's main thread may not. */
export function canSleep(queue: Queue): boolean {
  try {
    Atomics.wait(queue, ASLEEP, -1)
    return true
  } catch {
    return false
  }
}

const hasJob = (next: number): boolean => (next & JOB_MASK) < ((next >>> COUNT_SHIFT) & JOB_MASK)

/** Tells the processor that this loop waits; newer than the types that we compile with. */
const pause = (Atomics as { pause?: () => void }).pause ?? (() => undefined)

/** Polls for a while; returns whether `happens` became true. */
function spin(happens: () => boolean): boolean {
  const until = performance.now() + SPIN_MILLISECONDS
  do {
    for (let i = 0; i < 32; i++) {
      if (happens()) return true
      pause()
    }
  } while (performance.now() < until)
  return false
}
