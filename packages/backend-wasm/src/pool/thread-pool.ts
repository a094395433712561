import type { Heap } from '../heap.ts'
import type { Blocks, Module, Pointer } from '../module.ts'
import { type Range, split } from '../ranges.ts'
import { type Choice, createChoice } from './choice.ts'
import { callWord, canSleep, finish, MAX_CALLS, MAX_JOBS, publish, QUEUE_BYTES, work, writeStart } from './job-queue.ts'
import { type PoolWorker, startWorker, type WebWorker } from './start-worker.ts'

/** One call of a kernel: its name, and its parameters by name. */
export type Call = { [K in keyof Blocks]: readonly [kernel: K, block: Blocks[K]] }[keyof Blocks]
/** The call of a kernel that is known by its name alone. */
export function callOf<K extends keyof Blocks>(kernel: K, block: Blocks[K]): Call {
  return [kernel, block] as unknown as Call // TypeScript does not see that the block belongs to the kernel
}

/** Calls that one thread makes, in this order. */
export type Job = readonly Call[]

/** The threads that compute. At first there is one, the thread that made the pool. */
export interface ThreadPool {
  /** How many threads there are; the one that calls `run` is among them. */
  readonly size: number
  /** Calls a kernel that takes a block, on this thread. */
  readonly call: <K extends keyof Blocks>(kernel: K, block: Blocks[K]) => void
  /**
   * Calls `use` with the number of jobs to split work of so many multiplications into: one, or two for each thread, so that
   * a slow thread delays the rest less. Measures how long `use` takes, and learns for the next work of this name and size.
   */
  decide<T>(name: string, multiplications: number, use: (jobs: number) => T): T
  /** Calls a kernel on ranges of n things, each but the last a multiple of `grain`, and shares them if that pays. */
  share<K extends keyof Blocks>(
    kernel: K,
    n: number,
    multiplications: number,
    grain: number,
    block: (range: Range) => Blocks[K],
  ): void
  /** Runs all jobs, in any order or at once; returns when they are done. */
  run(jobs: readonly Job[]): void
  /** Starts workers until there are `total` threads. Throws if one does not start. */
  start(total: number): Promise<void>
  /** Stops workers until there are `total` threads. */
  stop(total?: number): void
}

export interface ThreadPoolOptions {
  readonly module: Module
  /** Where `POOL_BYTES` of memory are free for the pool. */
  readonly at: Pointer
  /** The memory as integers and as float32. */
  readonly heap: Pick<Heap, 'i32' | 'f32'>
  /** Whether to share everything that can be split, which is slower but tests more. */
  readonly sharesAll: boolean
  /** Makes a worker from the program in dist/worker.js, for a page that may not run a text. */
  readonly makeWorker?: () => WebWorker
}

/** Each thread may take two jobs of a batch. */
export const MAX_THREADS = MAX_JOBS / 2

/** Four tiles, 36 vectors; see assembly/winograd.ts. */
const SCRATCH_BYTES = 36 * 16

export const POOL_BYTES = QUEUE_BYTES + MAX_THREADS * SCRATCH_BYTES

/**
 * After a wait for other threads, this one works alone for so many times as long: waiting never costs more than 2 %. On a
 * busy machine a thread may stand still with a job that it has claimed.
 */
const RECOVERY = 50

/** Work of fewer multiplications, about 15 µs, is never shared: that would gain too little to measure. */
const MIN_WORK = 2 ** 19
/** How many sizes of work are remembered for each name; then all start afresh. */
const MAX_SIZES = 256

/** A pool that can no longer be reached stops its workers. */
const dropped = new FinalizationRegistry<readonly PoolWorker[]>(workers => workers.forEach(worker => worker.stop()))

export function createThreadPool({ module, at, heap, sharesAll, makeWorker }: ThreadPoolOptions): ThreadPool {
  const { memory, kernels, write, code, worker: program } = module
  const names = Object.keys(write) as (keyof Blocks)[]
  const numbers = Object.fromEntries(names.map((name, number) => [name, number])) as Record<keyof Blocks, number>
  const table = names.map(name => kernels[name])
  const queue = new Int32Array(memory.buffer, at, QUEUE_BYTES / 4)
  const workers: PoolWorker[] = []
  const maySleep = module.isShared && canSleep(queue)
  const choices = new Map<string, Map<number, Choice>>()
  let aloneUntil = -Infinity

  /** Writes a call into the queue; returns the address of its block. */
  function writeCall<K extends keyof Blocks>(index: number, kernel: K, block: Blocks[K]): Pointer {
    const i32 = heap.i32()
    const word = at / 4 + callWord(index)
    i32[word] = numbers[kernel]
    write[kernel](i32, heap.f32(), word + 1, block)
    return (word + 1) * 4
  }

  const call: ThreadPool['call'] = (kernel, block) => kernels[kernel](writeCall(0, kernel, block))

  function choiceFor(name: string, multiplications: number): Choice {
    const sizes = choices.get(name) ?? new Map<number, Choice>()
    choices.set(name, sizes)
    const choice = sizes.get(multiplications) ?? createChoice()
    if (sizes.size >= MAX_SIZES && !sizes.has(multiplications)) sizes.clear()
    sizes.set(multiplications, choice)
    return choice
  }

  function runAlone(jobs: readonly Job[]): void {
    for (const job of jobs) for (const [kernel, block] of job) call(kernel, block)
  }

  /** Runs the calls from number `from` to `to` of each job on all threads. */
  function runBatch(jobs: readonly Job[], from: number, to: number): void {
    let calls = 0
    for (const [index, job] of jobs.entries()) {
      writeStart(queue, index, calls)
      for (const [kernel, block] of job.slice(from, to)) writeCall(calls++, kernel, block)
    }
    writeStart(queue, jobs.length, calls)
    const start = performance.now()
    publish(queue, jobs.length)
    work(queue, table)
    const middle = performance.now()
    finish(queue, jobs.length, maySleep)
    const end = performance.now()
    const saved = (middle - start) * workers.length
    if (end - middle > saved) aloneUntil = end + RECOVERY * (end - middle)
  }

  async function startOne(index: number): Promise<void> {
    const scratchAt = at + QUEUE_BYTES + index * SCRATCH_BYTES
    const setup = { module: code, memory, kernels: names, queueAt: at, scratchAt }
    workers.push(await startWorker(program, setup, makeWorker))
  }

  const pool: ThreadPool = {
    call,
    get size() {
      return workers.length + 1
    },
    decide(name, multiplications, use) {
      const all = 2 * pool.size
      if (workers.length === 0 || multiplications === 0) return use(1)
      if (sharesAll) return use(all)
      if (multiplications < MIN_WORK) return use(1)
      const choice = choiceFor(name, multiplications)
      const start = performance.now()
      const isShared = start >= aloneUntil && choice.next()
      const result = use(isShared ? all : 1)
      choice.took(isShared, performance.now() - start)
      return result
    },
    run(jobs) {
      if (workers.length === 0 || jobs.length < 2 || performance.now() < aloneUntil) return runAlone(jobs)
      const share = Math.floor(MAX_CALLS / jobs.length)
      const longest = Math.max(...jobs.map(job => job.length))
      for (let from = 0; from < longest; from += share) runBatch(jobs, from, from + share)
    },
    share(kernel, n, multiplications, grain, block) {
      const alone = () => call(kernel, block({ from: 0, count: n }))
      if (workers.length === 0) return alone()
      pool.decide(kernel, multiplications, jobs => {
        if (jobs === 1) alone()
        else pool.run(split(n, jobs, grain).map(range => [callOf(kernel, block(range))]))
      })
    },
    async start(total) {
      const missing = Array.from({ length: Math.min(total, MAX_THREADS) - 1 - workers.length }, (_, i) => i)
      const first = workers.length
      const started = await Promise.allSettled(missing.map(i => startOne(first + i)))
      const failed = started.find(one => one.status === 'rejected')
      if (failed) throw failed.reason
    },
    stop(total = 1) {
      for (const worker of workers.splice(total - 1)) worker.stop()
    },
  }
  dropped.register(pool, workers)
  return pool
}
