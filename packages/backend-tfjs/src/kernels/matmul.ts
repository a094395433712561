import { type Backend, type FusedKernels, isContiguous, sizeOf, type View } from '@backprop/core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Device } from '../device.ts'
import { permuted, type Views } from '../views.ts'

type MatrixKernels = Pick<Backend, 'matmul'> & Pick<FusedKernels, 'linear'>

export function matrices({ run, scope, zeros, reshape }: Device, { dense }: Views): MatrixKernels {
  /** A stack of matrices, and whether they are stored transposed, which costs nothing. */
  function stack(x: View): { x: TensorInfo; isTransposed: boolean } {
    const rank = x.shape.length
    const transposed = permuted(x, [...x.shape.keys()].with(rank - 2, rank - 1).with(rank - 1, rank - 2))
    const isTransposed = !isContiguous(x) && isContiguous(transposed)
    const { shape } = isTransposed ? transposed : x
    const stacked = rank > 3 ? [sizeOf(shape.slice(0, -2)), ...shape.slice(-2)] : shape
    return { x: reshape(dense(isTransposed ? transposed : x), stacked), isTransposed }
  }

  function product(left: View, right: View): TensorInfo {
    const [a, b] = [stack(left), stack(right)]
    return run('BatchMatMul', { a: a.x, b: b.x }, { transposeA: a.isTransposed, transposeB: b.isTransposed })
  }

  return {
    matmul(a, b) {
      const length = sizeOf(a.shape.slice(0, -1)) * b.shape[b.shape.length - 1]
      if (sizeOf(a.shape) === 0 || sizeOf(b.shape) === 0) return zeros(length)
      return scope(() => product(a, b))
    },
    linear(x, w, bias) {
      const [N, M] = [x.shape[0], w.shape[1]]
      if (N * M === 0) return zeros(0)
      return scope(() => {
        const b = dense(bias)
        if (x.shape[1] === 0) return run('Tile', { x: reshape(b, [1, M]) }, { reps: [N, 1] })
        return run('Add', { a: product(x, w), b })
      })
    },
  }
}
