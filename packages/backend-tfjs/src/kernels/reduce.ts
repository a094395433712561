import { type Backend, sizeOf } from '@backprop/core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Device } from '../device.ts'
import { laid, middleOf } from '../layout.ts'
import type { Views } from '../views.ts'

/** The attributes of a reduction: the kernel of the sum names its axes differently from that of the maximum. */
const over = (axis: number[], keepDims = false) => ({ axis, reductionIndices: axis, keepDims })

export function reduction(device: Device, { dense, whole, turned }: Views): Pick<Backend, 'reduce'> {
  const { run, upload, scope, zeros, reshape, asNumbers } = device

  /**
   * The first of the largest numbers of x [outer, n, inner]. The kernel of TensorFlow.js ignores a NaN, and on WebGPU it
   * takes any of equal numbers; so each position with the largest number gets a score, and the first one the highest.
   */
  function argmax(x: TensorInfo): TensorInfo {
    const n = x.shape[1]
    const isLargest = asNumbers(run('Equal', { a: x, b: run('Max', { x }, over([1], true)) }))
    // If one is NaN, so is the largest, which is equal to nothing.
    const isNaN = asNumbers(run('IsNan', { x }))
    const scores = upload(Float32Array.from({ length: n }, (_, i) => n - i), [1, n, 1]) // prettier-ignore
    const score = run('Multiply', { a: run('Add', { a: isLargest, b: isNaN }), b: scores })
    return run('Sub', { a: upload(Float32Array.of(n), [1, 1]), b: run('Max', { x: score }, over([1])) })
  }

  return {
    reduce(kernel, x, axis) {
      const [outer, inner] = [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis + 1))]
      if (sizeOf(x.shape) === 0) return zeros(outer * inner)
      return scope(() => {
        if (kernel === 'argmax') return argmax(reshape(dense(x), [outer, x.shape[axis], inner]))
        const name = kernel === 'sum' ? 'Sum' : 'Max'
        const images = turned(x)
        const middle = images && middleOf(images, [outer, x.shape[axis], inner])
        if (middle) return laid(run(name, { x: images }, over(middle.axes)), middle.strides)
        const before = outer === 1 ? [] : [outer]
        const y = reshape(whole(x) ?? dense(x), [...before, x.shape[axis], ...(inner === 1 ? [] : [inner])])
        return run(name, { x: y }, over([before.length]))
      })
    },
  }
}
