import { type FloatArray, sizeOf, type Slot } from '@backprop/core'
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
  /** Runs kernels, and keeps what `compute` returns in a new slot, in the shape that it has. */
  readonly scope: (compute: () => TensorInfo) => Slot
  /** The same for several results. */
  readonly scopeOf: (compute: () => TensorInfo[]) => Slot[]
  /** A slot full of zeros. */
  readonly zeros: (length: number) => Slot
  /**
   * The numbers of a slot, in the shape in which a kernel left them: most are used in the same shape, and a reshape is
   * one more kernel on libtensorflow. Throws if there are none, because kernels expect at least one.
   */
  readonly tensorIn: (slot: Slot) => TensorInfo
  /** The only number of a tensor, on a backend that can read without waiting. */
  readonly numberIn: (x: TensorInfo) => number
  readonly lengthOf: (slot: Slot) => number
  readonly write: (values: ArrayLike<number>) => Slot
  readonly read: (slot: Slot) => Promise<FloatArray>
  readonly readSync: (slot: Slot) => FloatArray
  readonly free: (slot: Slot) => void
  readonly stats: () => DeviceStats
}

/** What a `Slot` of this backend is; `tensor` is `null` if there are no numbers. */
interface Held {
  readonly tensor: TensorInfo | null
  readonly length: number
  live: boolean
}

/** Results with more axes are kept as one long row: not every kernel of TensorFlow.js takes them. */
export const MOST_AXES = 4

const opened = (slot: Slot): Held => slot as unknown as Held

export function createDevice({ getKernel, registeredAs, backend }: TfInstance): Device {
  let [liveSlots, liveBytes] = [0, 0]
  /** The tensors made since the scope began. */
  let made: TensorInfo[] = []
  const dispose = ({ dataId }: TensorInfo) => backend.disposeData(dataId)
  const dropped = new FinalizationRegistry<TensorInfo>(tensor => {
    liveSlots--
    liveBytes -= sizeOf(tensor.shape) * 4
    dispose(tensor)
  })

  function hold(tensor: TensorInfo | null): Slot {
    const length = tensor ? sizeOf(tensor.shape) : 0
    const held: Held = { tensor, length, live: true }
    liveSlots++
    liveBytes += length * 4
    if (tensor) dropped.register(held, tensor, held)
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

  const reshape = (x: TensorInfo, shape: readonly number[]) =>
    isSame(x.shape, shape) ? x : run('Reshape', { x }, { shape })

  function scopeOf(compute: () => TensorInfo[]): Slot[] {
    made = []
    try {
      return compute().map(computed => {
        const result = computed.shape.length > MOST_AXES ? reshape(computed, [sizeOf(computed.shape)]) : computed
        // What belongs to another slot needs a separate reference.
        const kept = made.includes(result) ? result : run('Identity', { x: result })
        made.splice(made.indexOf(kept), 1)
        return hold(kept)
      })
    } finally {
      for (const info of made) dispose(info)
      made = []
    }
  }
  const scope = (compute: () => TensorInfo): Slot => scopeOf(() => [compute()])[0]

  const write = (values: ArrayLike<number>): Slot =>
    values.length === 0 ? hold(null) : scope(() => upload(Float32Array.from(values), [values.length]))

  return {
    run,
    upload,
    reshape,
    // On WebGPU a cast writes nothing, and not every kernel can read its result; so this computes something from it.
    asNumbers: x => run('Relu', { x: run('Cast', { x }, { dtype: 'float32' }) }),
    transpose: (x, perm) => (perm.every((axis, i) => axis === i) ? x : run('Transpose', { x }, { perm })),
    scope,
    scopeOf,
    zeros: length => write(new Float32Array(length)),
    tensorIn(slot) {
      const { tensor } = opened(slot)
      if (tensor) return tensor
      throw new Error('backend-tfjs: a kernel was called with no numbers.')
    },
    numberIn: ({ dataId }) => (backend.readSync(dataId) as FloatArray)[0],
    lengthOf: slot => opened(slot).length,
    write,
    async read(slot) {
      const { tensor } = opened(slot)
      // A copy, because a device may keep what it has read.
      return tensor ? Float32Array.from((await backend.read(tensor.dataId)) as FloatArray) : new Float32Array()
    },
    readSync(slot) {
      const { tensor } = opened(slot)
      return tensor ? Float32Array.from(backend.readSync(tensor.dataId) as FloatArray) : new Float32Array()
    },
    free(slot) {
      const held = opened(slot)
      if (!held.live) return
      held.live = false
      liveSlots--
      liveBytes -= held.length * 4
      if (!held.tensor) return
      dropped.unregister(held)
      dispose(held.tensor)
    },
    stats: () => ({ liveSlots, liveBytes }),
  }
}

export const isSame = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((n, i) => n === b[i])
