import { type Backend, sizeOf } from '@backprop/core'
import type { Device } from '../device.ts'

export function reduction({ kernels, make, contiguous }: Device): Pick<Backend, 'reduce'> {
  const REDUCE = { sum: kernels.sum, max: kernels.maximum, argmax: kernels.argmax }
  return {
    reduce: (kernel, x, axis) =>
      contiguous(x, from => {
        const [outer, inner] = [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis + 1))]
        return make(outer * inner, y => REDUCE[kernel](from, y, outer, x.shape[axis], inner))
      }),
  }
}
