import type { AdamSettings, Backend, FloatArray, FusedKernels, Slot, View } from '../backend.ts'
import { sizeOf } from '../shape.ts'
import { isContiguous } from '../view.ts'
import { type Allocate, binary, type Strided, unary } from './plain/elementwise.ts'
import { matmul } from './plain/matmul.ts'
import { concat, gather, type Part, scatterAdd } from './plain/move.ts'
import { reduce } from './plain/reduce.ts'

/** A backend that never waits, and reports how many slots are alive. */
export interface PlainBackend extends Backend {
  readSync(slot: Slot): FloatArray
  readonly fused: Pick<FusedKernels, 'adam'>
  /** The number of slots made and not yet freed; those that the garbage collector took count as alive. */
  stats(): { readonly liveSlots: number }
}

/**
 * The reference backend: loops over typed arrays and nothing else. It runs everywhere, and is correct before it is
 * fast.
 */
export function plain({ dtype = 'float32' }: { readonly dtype?: 'float32' | 'float64' } = {}): PlainBackend {
  let liveSlots = 0
  const allocate: Allocate = size => (dtype === 'float32' ? new Float32Array(size) : new Float64Array(size))
  // A slot is the typed array itself; only these two functions know that.
  const open = (slot: Slot): FloatArray => slot as unknown as FloatArray
  const close = (values: FloatArray): Slot => {
    liveSlots++
    return values as unknown as Slot
  }
  const look = (x: View): Strided => ({ values: open(x.slot), shape: x.shape, strides: x.strides, offset: x.offset })
  const contiguous = (x: View): FloatArray => {
    if (!isContiguous(x)) return unary('copy', look(x), allocate)
    const values = open(x.slot)
    const size = sizeOf(x.shape)
    return values.length === size ? values : values.subarray(x.offset, x.offset + size)
  }
  const part = (x: View): Part => [contiguous(x), x.shape]

  return {
    name: 'plain',
    dtype,
    write: values => close(dtype === 'float32' ? Float32Array.from(values) : Float64Array.from(values)),
    // eslint-disable-next-line @typescript-eslint/require-await -- a failure is a rejected promise, as on a device that waits
    read: async slot => open(slot).slice(),
    readSync: slot => open(slot).slice(),
    free: () => void liveSlots--,
    unary: (kernel, x) => close(unary(kernel, look(x), allocate)),
    binary: (kernel, a, b) => close(binary(kernel, look(a), look(b), allocate)),
    reduce: (kernel, x, axis) => close(reduce(kernel, part(x), axis, allocate)),
    matmul: (a, b) => close(matmul(look(a), look(b), allocate)),
    concat: (parts, axis) => close(concat(parts.map(part), axis, allocate)),
    gather: (x, indices) => close(gather(part(x), indices, allocate)),
    scatterAdd: (dy, indices, R) => close(scatterAdd(part(dy), indices, R, allocate)),
    fused: {
      adam: (value, gradient, m, v, settings) => {
        adam([value, gradient, m, v].map(contiguous), settings)
        return [value.slot, m.slot, v.slot]
      },
    },
    stats: () => ({ liveSlots }),
  }
}

/**
 * The smallest normal float32. Below it processors slow down a hundredfold, and the moments of a dead unit decay to
 * there.
 */
const TINY = 2 ** -126

/** One step of Adam in place, in one loop: training spends more time here than anywhere but in matmul. */
function adam([value, gradient, m, v]: FloatArray[], settings: AdamSettings): void {
  const { learningRate, beta1, beta2, epsilon, step } = settings
  const [unbias1, unbias2] = [1 / (1 - beta1 ** step), 1 / (1 - beta2 ** step)]
  for (let i = 0; i < value.length; i++) {
    const g = gradient[i]
    const mi = beta1 * m[i] + (1 - beta1) * g
    const vi = beta2 * v[i] + (1 - beta2) * g * g
    m[i] = Math.abs(mi) < TINY ? 0 : mi
    v[i] = vi < TINY ? 0 : vi
    value[i] -= (learningRate * mi * unbias1) / (Math.sqrt(vi * unbias2) + epsilon)
  }
}
