import type { Backend, FloatArray, FusedKernels, Slot } from '@backprop/core'
import { blockOf, slotOf } from './heap.ts'
import type { HeapStats } from './heap.ts'
import { optimizer } from './kernels/adam.ts'
import { convolution } from './kernels/conv.ts'
import { elementwise } from './kernels/elementwise.ts'
import { losses } from './kernels/losses.ts'
import { matrices } from './kernels/matmul.ts'
import { pooling } from './kernels/pool.ts'
import { reduction } from './kernels/reduce.ts'
import { rows } from './kernels/rows.ts'
import type { WebWorker } from './threads/helpers.ts'
import { start } from './threads/start.ts'

export interface WasmOptions {
  /** Whether to use relaxed SIMD, whose multiply-add rounds once; where the engine knows it, unless said otherwise. */
  readonly relaxed?: boolean
  /** Whether wide 3 × 3 convolutions may go Winograd's way: twice as fast, with errors up to some 5e-6 of the largest. */
  readonly winograd?: boolean
  /** No more memory than this; 2 GiB unless said otherwise, which is also the most. */
  readonly maxBytes?: number
  /**
   * How many threads multiply large matrices and convolve: one unless said otherwise, at most 32. `'auto'` starts some,
   * measures whether they pay, which takes a tenth of a second, and keeps those that do. Where there is one although
   * more were wanted, `description` says why; a page has to be cross-origin isolated. Results do not depend on it.
   */
  readonly threads?: 'auto' | number
  /**
   * Makes a thread from the file `@backprop/backend-wasm/worker`, as a page's bundler wants it written. Needed only where
   * a content security policy forbids `blob:` workers.
   */
  readonly worker?: () => WebWorker
}

/** A backend that never waits. */
export interface WasmBackend extends Backend {
  readonly dtype: 'float32'
  readSync(slot: Slot): FloatArray
  readonly fused: FusedKernels
  /** In a sentence: which kernels run, and on how many threads. */
  readonly description: string
  /** How many threads compute. */
  readonly threads: number
  /** Ends the other threads; this one goes on alone. Without it they end with the process or the page. */
  close(): void
  stats(): HeapStats
}

/** SIMD kernels in WebAssembly. All numbers live in one linear memory and are copied only by `write` and `read`. */
export async function wasm(options: WasmOptions = {}): Promise<WasmBackend> {
  const { winograd = true, threads = 1 } = options
  if (threads !== 'auto' && !(Number.isInteger(threads) && threads > 0)) throw wrongThreads(threads)
  const { device, relaxed, whyOne, close } = await start({ ...options, threads })
  const { heap, crew } = device
  const { linear, matmul } = matrices(device)
  const readSync = (slot: Slot): Float32Array => {
    const { pointer, length } = blockOf(slot)
    return heap.f32().slice(pointer >> 2, (pointer >> 2) + length)
  }
  return {
    name: 'wasm',
    get description() {
      const count = crew.size > 1 ? `${crew.size} threads` : 'one thread'
      return `WebAssembly, ${relaxed ? 'relaxed' : 'plain'} SIMD, ${count}${whyOne === null ? '' : ` (${whyOne})`}`
    },
    get threads() {
      return crew.size
    },
    close,
    dtype: 'float32',
    write(values) {
      const block = heap.allocate(values.length)
      heap.f32().set(values, block.pointer >> 2)
      return slotOf(block)
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- a failure is a rejected promise, as on a device that waits
    read: async slot => readSync(slot),
    readSync,
    free: slot => heap.free(blockOf(slot)),
    ...elementwise(device),
    ...reduction(device),
    ...rows(device),
    matmul,
    fused: { linear, ...convolution(device, winograd), ...pooling(device), ...losses(device), ...optimizer(device) },
    stats: () => heap.stats(),
  }
}

function wrongThreads(threads: number): Error {
  return new Error(
    `wasm: threads is ${threads}.\n  Hint: give a whole number from 1 on, or 'auto' to have it measured.`,
  )
}
