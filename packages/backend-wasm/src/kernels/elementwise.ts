import { type Backend, isContiguous, sizeOf } from '@backprop/core'
import { type Device, LINE, MAP_COST } from '../device.ts'
import type { Range } from '../ranges.ts'
import { mergeAxes, writeAxes } from '../walk.ts'

export function elementwise(device: Device): Pick<Backend, 'unary' | 'binary'> {
  const { kernels, codes, heap, pool, address, make, unaryInto } = device
  const axesAt = kernels.axesAt()
  return {
    unary: (kernel, x) => make(sizeOf(x.shape), y => unaryInto(kernel, x, y)),
    binary: (kernel, a, b) => {
      const code = codes.Binary[kernel]
      const size = sizeOf(a.shape)
      return make(size, y => {
        if (size === 0) return
        const [left, right] = [address(a), address(b)]
        if (isContiguous(a) && isContiguous(b)) {
          const part = ({ from, count: n }: Range) => {
            return { kernel: code, a: left + from * 4, b: right + from * 4, y: y + from * 4, n }
          }
          return pool.share('binaryMap', size, size * MAP_COST, LINE, part)
        }
        const { outer, row } = mergeAxes(a.shape, a.strides, b.strides)
        const rank = writeAxes(heap.i32(), axesAt, outer)
        kernels.binary(code, rank, left, row.left * 4, right, row.right * 4, y, row.length)
      })
    },
  }
}
