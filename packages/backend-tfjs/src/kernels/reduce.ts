import { sizeOf } from '@backprop/core'
import type { Backend } from '@backprop/core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Device } from '../device.ts'
import type { Views } from '../views.ts'

export function reduction({ run, scope, zeros, reshape }: Device, { dense }: Views): Pick<Backend, 'reduce'> {
  const numbers = (x: TensorInfo) => run('Cast', { x }, { dtype: 'float32' })
  const along = { axis: [1], keepDims: false }

  /** Theirs passes over a NaN; ours says where the first one is. */
  function argmax(x: TensorInfo): TensorInfo {
    const isNaN = numbers(run('IsNan', { x }))
    const condition = run('Greater', {
      a: run('Max', { x: isNaN }, { reductionIndices: [1], keepDims: false }),
      b: run('ZerosLike', { x: run('Max', { x: isNaN }, { reductionIndices: [1], keepDims: false }) }),
    })
    const first = (of: TensorInfo) => numbers(run('ArgMax', { x: of }, { axis: [1] }))
    return run('Select', { condition, t: first(isNaN), e: first(x) })
  }

  return {
    reduce(kernel, x, axis) {
      const [outer, inner] = [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis + 1))]
      if (sizeOf(x.shape) === 0) return zeros(outer * inner)
      return scope(() => {
        const y = reshape(dense(x), [outer, x.shape[axis], inner])
        if (kernel === 'sum') return run('Sum', { x: y }, along)
        if (kernel === 'max') return run('Max', { x: y }, { reductionIndices: [1], keepDims: false })
        return argmax(y)
      })
    },
  }
}
