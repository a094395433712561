import type { Backend, FloatArray, FusedKernels, Slot } from '@backprop/core'
import { blockOf, type HeapStats, slotOf } from './heap.ts'
import { optimizer } from './kernels/adam.ts'
import { alongAxis } from './kernels/along-axis.ts'
import { normalization } from './kernels/batch-norm.ts'
import { convolution } from './kernels/conv.ts'
import { elementwise } from './kernels/elementwise.ts'
import { gelu } from './kernels/gelu.ts'
import { layerNormalization } from './kernels/layer-norm.ts'
import { losses } from './kernels/losses.ts'
import { matrices } from './kernels/matmul.ts'
import { pooling } from './kernels/pooling.ts'
import { pauses } from './pause.ts'
import type { WebWorker } from './pool/start-worker.ts'
import { start } from './start.ts'

export interface WasmOptions {
  /** Whether to use relaxed SIMD, whose multiply-add rounds once; by default, if the engine has it. */
  readonly relaxed?: boolean
  /** Whether wide 3 × 3 convolutions may use Winograd's algorithm: faster, with errors up to about 5e-6 of the largest. */
  readonly winograd?: boolean
  /** The most memory to use, in bytes; 2 GiB by default, which is also the limit. */
  readonly maxBytes?: number
  /**
   * How many threads share the work: one by default, 32 at most, and as many as there are cores, but at most 8, for
   * `'auto'`. They share a kernel only if it is faster so, which is measured for each kernel and size while it works. If
   * there is one thread although you asked for more, `description` says why; a page must be cross-origin isolated. Results
   * don't depend on the number of threads.
   */
  readonly threads?: 'auto' | number
  /** `'always'` shares every kernel that can be split, however small, which is slower but tests more. */
  readonly share?: 'measured' | 'always'
  /**
   * Makes a worker from the file `@backprop/backend-wasm/worker`, in the way that your page's bundler expects. Needed only
   * if a content security policy forbids `blob:` workers.
   */
  readonly worker?: () => WebWorker
}

/** A backend that can read without waiting. */
export interface WasmBackend extends Backend {
  readonly dtype: 'float32'
  readSync(slot: Slot): FloatArray
  readonly fused: FusedKernels
  /** One sentence: which kernels run, and on how many threads. */
  readonly description: string
  /** How many threads compute. */
  readonly threads: number
  /** Stops the worker threads; this thread goes on alone. Otherwise they stop with the process or the page. */
  close(): void
  stats(): HeapStats
}

/**
 * SIMD kernels in WebAssembly. All numbers live in one linear memory and are copied only by `write` and `read`. Throws if
 * `threads` is neither a positive integer nor 'auto', or if the engine has no SIMD.
 */
export async function wasm(options: WasmOptions = {}): Promise<WasmBackend> {
  const { winograd = true, threads = 1, share = 'measured' } = options
  if (threads !== 'auto' && !(Number.isInteger(threads) && threads > 0)) throw wrongThreads(threads)
  const { device, relaxed, whyOne } = await start({ ...options, threads, sharesAll: share === 'always' })
  const { heap, pool } = device
  const { linear, matmul } = matrices(device)
  const pauseIfGrown = pauses(() => heap.stats())
  const readSync = (slot: Slot): Float32Array => {
    const { pointer, length } = blockOf(slot)
    return heap.f32().slice(pointer >> 2, (pointer >> 2) + length)
  }
  return {
    name: 'wasm',
    get description() {
      const count = pool.size > 1 ? `${pool.size} threads` : 'one thread'
      return `WebAssembly, ${relaxed ? 'relaxed' : 'plain'} SIMD, ${count}${whyOne === null ? '' : ` (${whyOne})`}`
    },
    get threads() {
      return pool.size
    },
    close: () => pool.stop(),
    dtype: 'float32',
    write(values) {
      const block = heap.allocate(values.length)
      heap.f32().set(values, block.pointer >> 2)
      return slotOf(block)
    },
    async read(slot) {
      const values = readSync(slot)
      const pause = pauseIfGrown()
      if (pause) await pause
      return values
    },
    readSync,
    free: slot => heap.free(blockOf(slot)),
    ...elementwise(device),
    ...alongAxis(device),
    matmul,
    fused: {
      linear,
      ...convolution(device, winograd),
      ...pooling(device),
      ...normalization(device),
      ...layerNormalization(device),
      ...gelu(device),
      ...losses(device),
      ...optimizer(device),
    },
    stats: () => heap.stats(),
  }
}

function wrongThreads(threads: number): Error {
  return new Error(`wasm: threads is ${threads}.\n  Hint: give a positive integer, or 'auto' for one on each core.`)
}
