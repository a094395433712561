import { createDevice, type Device } from './device.ts'
import { blockOf, createHeap } from './heap.ts'
import { matrices } from './kernels/matmul.ts'
import { loadModule } from './module.ts'
import { cores, type WebWorker, whyNoWorkers } from './pool/start-worker.ts'
import { createThreadPool, POOL_BYTES } from './pool/thread-pool.ts'
import { roundUp } from './ranges.ts'

export interface StartOptions {
  readonly relaxed?: boolean
  readonly maxBytes?: number
  readonly threads: 'auto' | number
  readonly shareAbove: number
  readonly worker?: () => WebWorker
}

export interface Started {
  readonly device: Device
  readonly relaxed: boolean
  /** Why there is one thread if more were asked for. */
  readonly whyOne: string | null
}

/** Loads the kernels, and starts as many threads as are asked for and possible. */
export async function start({ relaxed, maxBytes, threads, shareAbove, worker }: StartOptions): Promise<Started> {
  const whyNone = threads === 1 ? null : whyNoWorkers()
  const isAlone = threads === 1 || whyNone !== null
  const module = await loadModule({ relaxed, shared: !isAlone })
  const at = roundUp(module.kernels.freeFrom(), 64)
  const heap = createHeap(module.memory, at + POOL_BYTES, maxBytes)
  const pool = createThreadPool({ module, at, heap, shareAbove, makeWorker: worker })
  const device = createDevice(module, heap, pool)
  return { device, relaxed: module.relaxed, whyOne: isAlone ? whyNone : await startThreads(device, threads) }
}

/** 'auto' tries no more: products of the size that labs have gain nothing beyond it. */
const MAX_AUTO_THREADS = 8
/** How many times faster twice the threads have to be. */
const MIN_GAIN = 1.2

/** Returns why there is only one thread, or `null` if there are more. */
async function startThreads(device: Device, threads: 'auto' | number): Promise<string | null> {
  const { pool } = device
  try {
    if (threads === 'auto') return await tune(device)
    await pool.start(threads)
    return null
  } catch (error) {
    pool.stop()
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n')
    return `no worker starts: ${reason}`
  }
}

/** Doubles the threads for as long as a measurement finds that it pays. */
async function tune(device: Device): Promise<string | null> {
  const { pool } = device
  const most = Math.min(cores(), MAX_AUTO_THREADS)
  if (most === 1) return 'there is one core'
  for (let before = productMilliseconds(device); pool.size < most;) {
    const few = pool.size
    await pool.start(Math.min(2 * few, most))
    const after = productMilliseconds(device)
    const gain = before / after
    before = after
    if (gain >= MIN_GAIN) continue
    pool.stop(few)
    return few > 1 ? null : `two are ${gain.toFixed(2)} times as fast`
  }
  return null
}

/** A product of this size takes 15 ms on one thread, so that waking the others counts for little. */
const SIZE = 768
/** The engine compiles a kernel again, and better, after some calls. */
const WARM_UP = 2
const TRIALS = 5

/** The fastest of some products. */
function productMilliseconds(device: Device): number {
  const { heap, make } = device
  const operand = make(SIZE * SIZE, at => heap.f32().fill(1, at >> 2, (at >> 2) + SIZE * SIZE))
  const x = { slot: operand, shape: [SIZE, SIZE], strides: [SIZE, 1], offset: 0 }
  const { matmul } = matrices(device)
  const times = Array.from({ length: WARM_UP + TRIALS }, () => {
    const start = performance.now()
    heap.free(blockOf(matmul(x, x)))
    return performance.now() - start
  })
  heap.free(blockOf(operand))
  return Math.min(...times.slice(WARM_UP))
}
