import { isContiguous, sizeOf } from '@backprop/core'
import type { Slot, View } from '@backprop/core'
import { blockOf, slotOf } from './heap.ts'
import type { Block, Heap } from './heap.ts'
import type { Exports, Pointer } from './exports.ts'
import type { Crew } from './threads/crew.ts'
import { mergeAxes, writeAxes } from './walk.ts'

/** What every kernel of this backend works with: the compiled code, the memory, and views on it. */
export interface Device {
  readonly kernels: Exports
  readonly heap: Heap
  readonly crew: Crew
  /** Where the first number of a view lies. */
  readonly address: (x: View) => Pointer
  /** Makes a slot for `length` numbers, which `fill` has to write. */
  readonly make: (length: number, fill: (y: Pointer) => void) => Slot
  /** Calls `use` with the numbers of `x` in row-major order: where they lie, or a copy for as long as it takes. */
  readonly contiguous: <T>(x: View, use: (x: Pointer) => T) => T
  /** Lends memory for `length` numbers. */
  readonly scratch: <T>(length: number, use: (at: Pointer) => T) => T
  /** Lends a copy of whole numbers. */
  readonly integers: <T>(values: Int32Array, use: (at: Pointer) => T) => T
  /** Writes y = f(x), contiguous, where f is one of the kernels in elementwise.ts. */
  readonly unaryInto: (code: number, x: View, y: Pointer) => void
}

export function createDevice(kernels: Exports, heap: Heap, crew: Crew): Device {
  const axesAt = kernels.axesAt()

  function address(x: View): Pointer {
    return blockOf(x.slot).pointer + x.offset * 4
  }

  function unaryInto(code: number, x: View, y: Pointer): void {
    const size = sizeOf(x.shape)
    if (size === 0) return
    const from = address(x)
    if (isContiguous(x)) return kernels.unary(code, 0, from, 4, y, size)
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
    heap,
    crew,
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
        unaryInto(0, x, at)
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
