import { createDevice, type Device } from './device.ts'
import { createHeap } from './heap.ts'
import { loadModule } from './module.ts'
import { cores, type WebWorker, whyNoWorkers } from './pool/start-worker.ts'
import { createThreadPool, POOL_BYTES } from './pool/thread-pool.ts'
import { roundUp } from './ranges.ts'

export interface StartOptions {
  readonly relaxed?: boolean
  readonly maxBytes?: number
  readonly threads: 'auto' | number
  readonly sharesAll: boolean
  readonly worker?: () => WebWorker
}

export interface Started {
  readonly device: Device
  readonly relaxed: boolean
  /** Why there is one thread if more were asked for. */
  readonly whyOne: string | null
}

/** Loads the kernels, and starts as many threads as are asked for and possible. */
export async function start({ relaxed, maxBytes, threads, sharesAll, worker }: StartOptions): Promise<Started> {
  const whyNone = threads === 1 ? null : whyNoWorkers()
  const isAlone = threads === 1 || whyNone !== null
  const module = await loadModule({ relaxed, shared: !isAlone })
  const at = roundUp(module.kernels.freeFrom(), 64)
  const heap = createHeap(module.memory, at + POOL_BYTES, maxBytes)
  const pool = createThreadPool({ module, at, heap, sharesAll, makeWorker: worker })
  const device = createDevice(module, heap, pool)
  return { device, relaxed: module.relaxed, whyOne: isAlone ? whyNone : await startThreads(device, threads) }
}

/** 'auto' starts no more: work of the size that labs have gains nothing beyond it. */
const MAX_AUTO_THREADS = 8

/** Returns why there is only one thread, or `null` if there are more. */
async function startThreads({ pool }: Device, threads: 'auto' | number): Promise<string | null> {
  const total = threads === 'auto' ? Math.min(cores(), MAX_AUTO_THREADS) : threads
  if (total === 1) return 'there is one core'
  try {
    await pool.start(total)
    return null
  } catch (error) {
    pool.stop()
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n')
    return `no worker starts: ${reason}`
  }
}
