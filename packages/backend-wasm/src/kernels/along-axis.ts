import { type Backend, sizeOf } from '@backprop/core'
import { type Device, LINE } from '../device.ts'

/** A number of a sum takes as long as a product does for this many multiplications. */
const SUM_COST = 4

/** Kernels that work along one axis of a view. */
export function alongAxis(device: Device): Pick<Backend, 'reduce' | 'concat' | 'gather' | 'scatterAdd'> {
  const { kernels, pool, make, scratch, contiguous, integers } = device
  const REDUCE = { max: kernels.maximum, argmax: kernels.argmax }
  return {
    reduce: (kernel, x, axis) =>
      contiguous(x, from => {
        const [outer, n, inner] = [sizeOf(x.shape.slice(0, axis)), x.shape[axis], sizeOf(x.shape.slice(axis + 1))]
        return make(outer * inner, y => {
          if (kernel !== 'sum') return REDUCE[kernel](from, y, outer, n, inner)
          pool.share('sum', outer, sizeOf(x.shape) * SUM_COST, inner === 1 ? LINE : 1, ({ from: first, count }) => {
            return { x: from + first * n * inner * 4, y: y + first * inner * 4, outer: count, n, inner }
          })
        })
      }),
    concat(parts, axis) {
      const [first] = parts
      const outer = sizeOf(first.shape.slice(0, axis))
      const inner = sizeOf(first.shape.slice(axis + 1))
      const total = parts.reduce((sum, part) => sum + part.shape[axis], 0)
      return make(outer * total * inner, y => {
        for (const part of parts) {
          const bytes = part.shape[axis] * inner * 4
          const to = y
          contiguous(part, x => kernels.spreadRows(x, to, outer, bytes, total * inner * 4))
          y += bytes
        }
      })
    },
    gather: (x, indices) =>
      contiguous(x, from =>
        integers(indices, at => {
          const [A, R, B] = x.shape
          const n = indices.length
          return make(A * n * B, y => kernels.gather(from, at, y, A, R, B * 4, n))
        }),
      ),
    scatterAdd: (dy, indices, R) =>
      contiguous(dy, from =>
        integers(indices, at => {
          const [A, n, B] = dy.shape
          return make(A * R * B, y =>
            scratch(2 * R * B, totals => kernels.scatterAdd(from, at, y, A, R, B * 4, n, totals)),
          )
        }),
      ),
  }
}
