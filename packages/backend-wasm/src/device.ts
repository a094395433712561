import { isContiguous, sizeOf, type Slot, type UnaryKernel, type View } from '@backprop/core'
import { type Block, blockOf, type Heap, slotOf } from './heap.ts'
import type { Module, Pointer } from './module.ts'
import type { ThreadPool } from './pool/thread-pool.ts'
import type { Range } from './ranges.ts'
import { mergeAxes, writeAxes } from './walk.ts'

/** An elementwise kernel takes as long for a number as a product does for this many multiplications. */
export const MAP_COST = 8
/** The same for kernels that evaluate a polynomial. */
const SMOOTH_COST = 64
const SMOOTH: readonly UnaryKernel[] = ['exp', 'log', 'sigmoid', 'tanh', 'erf']

/** Two threads should not write into one cache line of 16 numbers. */
export const LINE = 16

/** What every kernel of this backend works with: the compiled code, the memory, and the threads. */
export interface Device {
  readonly kernels: Module['kernels']
  readonly codes: Module['codes']
  readonly heap: Heap
  readonly pool: ThreadPool
  /** Calls a kernel that takes a block, on this thread. */
  readonly call: ThreadPool['call']
  /** The address of the first number of a view. */
  readonly address: (x: View) => Pointer
  /** Makes a slot for `length` numbers, which `fill` must write. */
  readonly make: (length: number, fill: (y: Pointer) => void) => Slot
  /** Calls `use` with the numbers of `x` in row-major order: in place, or in a temporary copy. */
  readonly contiguous: <T>(x: View, use: (x: Pointer) => T) => T
  /** Lends memory for `length` numbers. */
  readonly scratch: <T>(length: number, use: (at: Pointer) => T) => T
  /** Lends a copy of whole numbers. */
  readonly integers: <T>(values: Int32Array, use: (at: Pointer) => T) => T
  /** Writes y = f(x), contiguous. */
  readonly unaryInto: (kernel: UnaryKernel, x: View, y: Pointer) => void
}

export function createDevice({ kernels, codes }: Module, heap: Heap, pool: ThreadPool): Device {
  const axesAt = kernels.axesAt()

  function address(x: View): Pointer {
    return blockOf(x.slot).pointer + x.offset * 4
  }

  function unaryInto(kernel: UnaryKernel, x: View, y: Pointer): void {
    const size = sizeOf(x.shape)
    if (size === 0) return
    const code = codes.Unary[kernel]
    const from = address(x)
    if (isContiguous(x)) {
      const part = ({ from: i, count: n }: Range) => ({ kernel: code, x: from + i * 4, y: y + i * 4, n })
      const cost = SMOOTH.includes(kernel) ? SMOOTH_COST : MAP_COST
      return pool.share('unaryMap', size, size * cost, LINE, part)
    }
    const { outer, row } = mergeAxes(x.shape, x.strides)
    const rank = writeAxes(heap.i32(), axesAt, outer)
    kernels.unary(code, rank, from, row.left * 4, y, row.length)
  }

  function lend<T>(block: Block, use: (at: Pointer) => T): T {
    try {
      return use(block.pointer)
    } finally {
      heap.free(block)
    }
  }

  return {
    kernels,
    codes,
    heap,
    pool,
    call: pool.call,
    address,
    unaryInto,
    make(length, fill) {
      const block = heap.allocate(length)
      fill(block.pointer)
      return slotOf(block)
    },
    contiguous(x, use) {
      if (isContiguous(x)) return use(address(x))
      return lend(heap.allocate(sizeOf(x.shape)), at => {
        unaryInto('copy', x, at)
        return use(at)
      })
    },
    scratch: (length, use) => lend(heap.allocate(length), use),
    integers: (values, use) =>
      lend(heap.allocate(values.length), at => {
        heap.i32().set(values, at >> 2)
        return use(at)
      }),
  }
}
