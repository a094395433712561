import { isContiguous, sizeOf } from '@backprop/core'
import type { Backend, BinaryKernel, UnaryKernel } from '@backprop/core'
import type { Device } from '../device.ts'
import { mergeAxes, writeAxes } from '../walk.ts'

// The numbers under which assembly/unary.ts and assembly/binary.ts know them.
const UNARY: Record<UnaryKernel, number> = {
  copy: 0,
  neg: 1,
  exp: 2,
  log: 3,
  sqrt: 4,
  relu: 5,
  sigmoid: 6,
  tanh: 7,
  erf: 8,
}
const BINARY: Record<BinaryKernel, number> = { add: 0, sub: 1, mul: 2, div: 3, maximum: 4, equal: 5, gate: 6 }

export function elementwise({ kernels, heap, address, make, unaryInto }: Device): Pick<Backend, 'unary' | 'binary'> {
  const axesAt = kernels.axesAt()
  return {
    unary: (kernel, x) => make(sizeOf(x.shape), y => unaryInto(UNARY[kernel], x, y)),
    binary: (kernel, a, b) => {
      const size = sizeOf(a.shape)
      return make(size, y => {
        if (size === 0) return
        if (isContiguous(a) && isContiguous(b)) {
          kernels.binary(BINARY[kernel], 0, address(a), 4, address(b), 4, y, size)
          return
        }
        const { outer, row } = mergeAxes(a.shape, a.strides, b.strides)
        const rank = writeAxes(heap.i32(), axesAt, outer)
        kernels.binary(BINARY[kernel], rank, address(a), row.left * 4, address(b), row.right * 4, y, row.length)
      })
    },
  }
}
