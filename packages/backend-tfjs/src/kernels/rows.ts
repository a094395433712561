import { type Backend, sizeOf } from '@backprop/core'
import type { Device } from '../device.ts'
import type { Views } from '../views.ts'

type RowKernels = Pick<Backend, 'concat' | 'gather' | 'scatterAdd'>

export function rows({ run, upload, scope, zeros, reshape, transpose }: Device, { dense }: Views): RowKernels {
  return {
    concat(parts, axis) {
      const some = parts.filter(part => sizeOf(part.shape) > 0)
      if (some.length === 0) return zeros(0)
      return scope(() => {
        const [outer, inner] = [sizeOf(some[0].shape.slice(0, axis)), sizeOf(some[0].shape.slice(axis + 1))]
        const blocks = some.map(part => reshape(dense(part), [outer, part.shape[axis] * inner]))
        return blocks.length === 1 ? blocks[0] : run('Concat', blocks as never, { axis: 1 }) // a list, typed as a record
      })
    },
    gather(x, indices) {
      const [A, , B] = x.shape
      if (A * B * indices.length === 0) return zeros(0)
      return scope(() => {
        const places = upload(indices, [indices.length])
        return run('GatherV2', { x: dense(x), indices: places }, { axis: 1, batchDims: 0 })
      })
    },
    scatterAdd(dy, indices, R) {
      const [A, n, B] = dy.shape
      if (sizeOf(dy.shape) === 0) return zeros(A * R * B)
      return scope(() => {
        const updates = reshape(transpose(dense(dy), [1, 0, 2]), [n, A * B])
        const y = run('ScatterNd', { indices: upload(indices, [n, 1]), updates }, { shape: [R, A * B] })
        return transpose(reshape(y, [R, A, B]), [1, 0, 2])
      })
    },
  }
}
