import type { Backend, FloatArray, FusedKernels, Slot } from '@backprop/core'
import { createDevice } from './device.ts'
import type { DeviceStats, TfInstance } from './device.ts'
import { convolution } from './kernels/conv.ts'
import { elementwise } from './kernels/elementwise.ts'
import { matrices } from './kernels/matmul.ts'
import { pooling } from './kernels/pool.ts'
import { reduction } from './kernels/reduce.ts'
import { rows } from './kernels/rows.ts'
import { createViews } from './views.ts'

export interface TfjsOptions extends TfInstance {
  readonly name: string
  /** In a sentence: what computes. */
  readonly description: string
  /** Whether numbers can be read without waiting; a GPU cannot. */
  readonly readsAtOnce: boolean
  /** Whether its convolutions take any padding; they do unless said otherwise. */
  readonly padsItself?: boolean
}

export interface TfjsBackend extends Backend {
  readonly dtype: 'float32'
  readonly description: string
  readonly fused: Partial<FusedKernels>
  readSync?(slot: Slot): FloatArray
  stats(): DeviceStats
}

/**
 * A TensorFlow.js behind our interface: its kernels, our autograd. What it has no kernel for is left out of `fused`, and
 * core composes it.
 */
export function fromTfjs(options: TfjsOptions): TfjsBackend {
  const { name, description, readsAtOnce, padsItself = true } = options
  const device = createDevice(options)
  const views = createViews(device)
  const { write, read, readSync, free, stats } = device
  const { matmul, linear } = matrices(device, views)
  return {
    name,
    description,
    dtype: 'float32',
    write,
    read,
    ...(readsAtOnce ? { readSync } : {}),
    free,
    ...elementwise(device, views),
    ...reduction(device, views),
    ...rows(device, views),
    matmul,
    fused: { linear, ...convolution(device, views, padsItself), ...pooling(device, views) },
    stats,
  }
}
