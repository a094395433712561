import { isContiguous, sizeOf } from '@backprop/core'
import type { Backend } from '@backprop/core'
import type { Device } from '../device.ts'
import { mergeAxes, writeAxes } from '../walk.ts'

export function elementwise(device: Device): Pick<Backend, 'unary' | 'binary'> {
  const { kernels, codes, heap, address, make, unaryInto } = device
  const axesAt = kernels.axesAt()
  return {
    unary: (kernel, x) => make(sizeOf(x.shape), y => unaryInto(kernel, x, y)),
    binary: (kernel, a, b) => {
      const code = codes.Binary[kernel]
      const size = sizeOf(a.shape)
      return make(size, y => {
        if (size === 0) return
        if (isContiguous(a) && isContiguous(b)) return kernels.binary(code, 0, address(a), 4, address(b), 4, y, size)
        const { outer, row } = mergeAxes(a.shape, a.strides, b.strides)
        const rank = writeAxes(heap.i32(), axesAt, outer)
        kernels.binary(code, rank, address(a), row.left * 4, address(b), row.right * 4, y, row.length)
      })
    },
  }
}
