import type { Backend, FloatArray, FusedKernels, Slot } from '@backprop/core'
import { createDevice } from './device.ts'
import { blockOf, createHeap, slotOf } from './heap.ts'
import type { HeapStats } from './heap.ts'
import { optimizer } from './kernels/adam.ts'
import { convolution } from './kernels/conv.ts'
import { elementwise } from './kernels/elementwise.ts'
import { losses } from './kernels/losses.ts'
import { matrices } from './kernels/matmul.ts'
import { pooling } from './kernels/pool.ts'
import { reduction } from './kernels/reduce.ts'
import { rows } from './kernels/rows.ts'
import { loadModule } from './module.ts'

export interface WasmOptions {
  /** Whether to use relaxed SIMD, whose multiply-add rounds once; where the engine knows it, unless said otherwise. */
  readonly relaxed?: boolean
  /** Whether wide 3 × 3 convolutions may go Winograd's way: twice as fast, with errors up to some 5e-6 of the largest. */
  readonly winograd?: boolean
  /** No more memory than this; 2 GiB unless said otherwise, which is also the most. */
  readonly maxBytes?: number
}

/** A backend that never waits. */
export interface WasmBackend extends Backend {
  readonly dtype: 'float32'
  readSync(slot: Slot): FloatArray
  readonly fused: FusedKernels
  /** In a sentence: which kernels run. */
  readonly description: string
  stats(): HeapStats
}

/** SIMD kernels in WebAssembly. All numbers live in one linear memory and are copied only by `write` and `read`. */
export async function wasm({ relaxed, winograd = true, maxBytes }: WasmOptions = {}): Promise<WasmBackend> {
  const module = await loadModule(relaxed)
  const heap = createHeap(module.memory, module.kernels.freeFrom(), maxBytes)
  const device = createDevice(module.kernels, heap)
  const { linear, matmul } = matrices(device)
  const readSync = (slot: Slot): Float32Array => {
    const { pointer, length } = blockOf(slot)
    return heap.f32().slice(pointer >> 2, (pointer >> 2) + length)
  }
  return {
    name: 'wasm',
    description: `WebAssembly, ${module.relaxed ? 'relaxed' : 'plain'} SIMD, one thread`,
    dtype: 'float32',
    write(values) {
      const block = heap.allocate(values.length)
      heap.f32().set(values, block.pointer >> 2)
      return slotOf(block)
    },
    // `async` turns a failure into a rejected promise, as on a device that really waits.
    // eslint-disable-next-line @typescript-eslint/require-await
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
