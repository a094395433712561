import type { FloatArray, Slot } from '@backprop/core'
import type { DataType, getKernel, KernelBackend, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core'

/** An instance of TensorFlow.js: its registry of kernels, and the backend that holds the numbers. */
export interface TfInstance {
  readonly getKernel: typeof getKernel
  /** The name under which its kernels are registered: `cpu`, `wasm`, `webgpu`, `tensorflow`. */
  readonly registeredAs: string
  readonly backend: KernelBackend
}

export interface DeviceStats {
  readonly liveSlots: number
  /** Bytes of their numbers. */
  readonly liveBytes: number
}

/**
 * What every kernel of this backend works with. It calls the kernels of TensorFlow.js directly, without its engine, which
 * records for its own gradients and frees memory after them. When a `scope` ends, everything that it computed is freed
 * except the result.
 */
export interface Device {
  readonly run: (kernel: string, inputs: Record<string, TensorInfo>, attributes?: object) => TensorInfo
  /** A tensor that the scope frees. */
  readonly upload: (values: Float32Array | Int32Array, shape: number[]) => TensorInfo
  readonly reshape: (x: TensorInfo, shape: readonly number[]) => TensorInfo
  /** Booleans or counts, which are not negative, as float32. */
  readonly asNumbers: (x: TensorInfo) => TensorInfo
  readonly transpose: (x: TensorInfo, order: readonly number[]) => TensorInfo
  /** Runs kernels, and keeps what `compute` returns in a new slot. */
  readonly scope: (compute: () => TensorInfo) => Slot
  /** A slot full of zeros. */
  readonly zeros: (length: number) => Slot
  /** The numbers of a slot as one long row. Throws if there are none, because kernels expect at least one. */
  readonly row: (slot: Slot) => TensorInfo
  readonly lengthOf: (slot: Slot) => number
  readonly write: (values: ArrayLike<number>) => Slot
  readonly read: (slot: Slot) => Promise<FloatArray>
  readonly readSync: (slot: Slot) => FloatArray
  readonly free: (slot: Slot) => void
  readonly stats: () => DeviceStats
}

/** What a `Slot` of this backend is; `row` is `null` if there are no numbers. */
interface Held {
  readonly row: TensorInfo | null
  readonly length: number
  live: boolean
}

const opened = (slot: Slot): Held => slot as unknown as Held

export function createDevice({ getKernel, registeredAs, backend }: TfInstance): Device {
  let [liveSlots, liveBytes] = [0, 0]
  /** The tensors made since the scope began. */
  let made: TensorInfo[] = []
  const dispose = ({ dataId }: TensorInfo) => backend.disposeData(dataId)
  const dropped = new FinalizationRegistry<TensorInfo>(row => {
    liveSlots--
    liveBytes -= row.shape[0] * 4
    dispose(row)
  })

  function hold(row: TensorInfo | null, length: number): Slot {
    const held: Held = { row, length, live: true }
    liveSlots++
    liveBytes += length * 4
    if (row) dropped.register(held, row, held)
    return held as unknown as Slot
  }

  function run(name: string, inputs: Record<string, TensorInfo>, attributes: object = {}): TensorInfo {
    const kernel = getKernel(name, registeredAs)
    if (!kernel) throw new Error(`backend-tfjs: TensorFlow.js has no kernel ${name} on ${registeredAs}.`)
    const result = kernel.kernelFunc({ inputs, attrs: attributes as NamedAttrMap, backend })
    const info = Array.isArray(result) ? result[0] : result
    made.push(info)
    return info
  }

  function upload(values: Float32Array | Int32Array, shape: number[]): TensorInfo {
    const dtype: DataType = values instanceof Int32Array ? 'int32' : 'float32'
    const info = { dataId: backend.write(values, shape, dtype), shape, dtype }
    made.push(info)
    return info
  }

  const reshaped = (x: TensorInfo, shape: readonly number[]) => run('Reshape', { x }, { shape })

  function scope(compute: () => TensorInfo): Slot {
    made = []
    try {
      const result = compute()
      const length = result.shape.reduce((product, size) => product * size, 1)
      // A separate reference, so that the one of the result can be freed.
      const row = reshaped(result, [length])
      made.splice(made.indexOf(row), 1)
      return hold(row, length)
    } finally {
      for (const info of made) dispose(info)
      made = []
    }
  }

  const write = (values: ArrayLike<number>): Slot =>
    values.length === 0 ? hold(null, 0) : scope(() => upload(Float32Array.from(values), [values.length]))

  return {
    run,
    upload,
    reshape: (x, shape) => (isSame(x.shape, shape) ? x : reshaped(x, shape)),
    // On WebGPU a cast writes nothing, and not every kernel can read its result; so this computes something from it.
    asNumbers: x => run('Relu', { x: run('Cast', { x }, { dtype: 'float32' }) }),
    transpose: (x, perm) => (perm.every((axis, i) => axis === i) ? x : run('Transpose', { x }, { perm })),
    scope,
    zeros: length => write(new Float32Array(length)),
    row(slot) {
      const { row } = opened(slot)
      if (row) return row
      throw new Error('backend-tfjs: a kernel was called with no numbers.')
    },
    lengthOf: slot => opened(slot).length,
    write,
    async read(slot) {
      const { row } = opened(slot)
      // A copy, because a device may keep what it has read.
      return row ? Float32Array.from((await backend.read(row.dataId)) as FloatArray) : new Float32Array()
    },
    readSync(slot) {
      const { row } = opened(slot)
      return row ? Float32Array.from(backend.readSync(row.dataId) as FloatArray) : new Float32Array()
    },
    free(slot) {
      const held = opened(slot)
      if (!held.live) return
      held.live = false
      liveSlots--
      liveBytes -= held.length * 4
      if (!held.row) return
      dropped.unregister(held)
      dispose(held.row)
    },
    stats: () => ({ liveSlots, liveBytes }),
  }
}

const isSame = (a: readonly number[], b: readonly number[]) => a.length === b.length && a.every((n, i) => n === b[i])
