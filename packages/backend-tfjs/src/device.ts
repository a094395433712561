import { type FloatArray, sizeOf, type Slot, stridesOf } from '@backprop/core'
import type { DataType, getKernel, KernelBackend, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core'
import { type Computed, isInOrder, type Laid, laid, orderOfSlot } from './layout.ts'

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
  /** Runs kernels, and keeps what `compute` returns in a new slot, in the shape that it has, and in any order of axes. */
  readonly scope: (compute: () => Computed) => Slot
  /** The same for several results. */
  readonly scopeOf: (compute: () => Computed[]) => Slot[]
  /** A slot full of zeros. */
  readonly zeros: (length: number) => Slot
  /**
   * The numbers of a slot in their order, in the shape in which a kernel left them: most are used in the same shape, and a
   * reshape is one more kernel on libtensorflow. Throws if there are none, because kernels expect at least one.
   */
  readonly tensorIn: (slot: Slot) => TensorInfo
  /** The same with its axes in the order in which a kernel left them. */
  readonly laidIn: (slot: Slot) => Laid
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
  tensor: Laid | null
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

  function hold(tensor: Laid | null): Slot {
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

  /** Takes one of the references to these numbers from the scope, if it has one. */
  function taken({ dataId }: TensorInfo): boolean {
    const at = made.findIndex(info => info.dataId === dataId)
    if (at >= 0) made.splice(at, 1)
    return at >= 0
  }

  function freeing<T>(compute: () => T): T {
    made = []
    try {
      return compute()
    } finally {
      for (const info of made) dispose(info)
      made = []
    }
  }

  function scopeOf(compute: () => Computed[]): Slot[] {
    return freeing(() =>
      compute().map(computed => {
        const result: Computed =
          computed.shape.length > MOST_AXES ? reshape(computed, [sizeOf(computed.shape)]) : computed
        // What belongs to another slot needs a separate reference.
        if (!taken(result)) taken(run('Identity', { x: result }))
        return hold(laid(result, result.slotStrides ?? stridesOf(result.shape)))
      }),
    )
  }
  const scope = (compute: () => Computed): Slot => scopeOf(() => [compute()])[0]

  function laidIn(slot: Slot): Laid {
    const { tensor } = opened(slot)
    if (tensor) return tensor
    throw new Error('backend-tfjs: a kernel was called with no numbers.')
  }

  /** Puts the numbers into the order of their slot, and keeps them so. */
  function tensorIn(slot: Slot): TensorInfo {
    const before = laidIn(slot)
    if (isInOrder(before)) return before
    const held = opened(slot)
    const sorted = run('Transpose', { x: before }, { perm: orderOfSlot(before) })
    const tensor = laid(sorted, stridesOf(sorted.shape))
    taken(tensor)
    held.tensor = tensor
    dropped.unregister(held)
    dropped.register(held, tensor, held)
    // A kernel of this scope may still take them as they were.
    made.push(before)
    return tensor
  }

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
    tensorIn,
    laidIn,
    numberIn: ({ dataId }) => (backend.readSync(dataId) as FloatArray)[0],
    lengthOf: slot => opened(slot).length,
    write,
    async read(slot) {
      if (opened(slot).length === 0) return new Float32Array()
      const { dataId } = freeing(() => tensorIn(slot))
      // A copy, because a device may keep what it has read.
      return Float32Array.from((await backend.read(dataId)) as FloatArray)
    },
    readSync(slot) {
      if (opened(slot).length === 0) return new Float32Array()
      const { dataId } = freeing(() => tensorIn(slot))
      return Float32Array.from(backend.readSync(dataId) as FloatArray)
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
