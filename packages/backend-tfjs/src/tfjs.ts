import type { Backend, FloatArray, FusedKernels, Slot } from '@backprop/core'
import { createDevice, type DeviceStats, type TfInstance } from './device.ts'
import { adamKernel } from './kernels/adam.ts'
import { convolution } from './kernels/conv.ts'
import { elementwise } from './kernels/elementwise.ts'
import { matrices } from './kernels/matmul.ts'
import { pooling } from './kernels/pooling.ts'
import { reduction } from './kernels/reduce.ts'
import { rows } from './kernels/rows.ts'
import { createViews } from './views.ts'

export interface TfjsOptions extends TfInstance {
  readonly name: string
  /** One sentence: what computes. */
  readonly description: string
  /** Whether numbers can be read without waiting; a GPU cannot. */
  readonly readsAtOnce: boolean
  /** Whether its convolutions take a number for their padding; true by default. */
  readonly convPads?: boolean
}

export interface TfjsBackend extends Backend {
  readonly dtype: 'float32'
  readonly description: string
  readonly fused: Partial<FusedKernels>
  readSync?(slot: Slot): FloatArray
  stats(): DeviceStats
}

/**
 * Puts an instance of TensorFlow.js behind core's `Backend` interface: its kernels, our autograd. `fused` leaves out the
 * kernels that it lacks, and core composes those.
 */
export function fromTfjs(options: TfjsOptions): TfjsBackend {
  const { name, description, readsAtOnce, convPads = true } = options
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
    fused: {
      linear,
      ...adamKernel(device, views),
      ...convolution(device, views, convPads),
      ...pooling(device, views, readsAtOnce),
    },
    stats,
  }
}
