import { type Backend, type BinaryKernel, sizeOf, type UnaryKernel, type View } from '@backprop/core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { type Device, isSame, MOST_AXES } from '../device.ts'
import { laid } from '../layout.ts'
import type { Views } from '../views.ts'

const UNARY: Record<UnaryKernel, string> = {
  copy: 'Identity',
  neg: 'Neg',
  exp: 'Exp',
  log: 'Log',
  sqrt: 'Sqrt',
  relu: 'Relu',
  sigmoid: 'Sigmoid',
  tanh: 'Tanh',
  erf: 'Erf',
}

const BINARY: Record<Exclude<BinaryKernel, 'gate' | 'equal'>, string> = {
  add: 'Add',
  sub: 'Sub',
  mul: 'Multiply',
  div: 'RealDiv',
  maximum: 'Maximum',
}

export function elementwise(device: Device, views: Views): Pick<Backend, 'unary' | 'binary'> {
  const { run, scope, zeros, reshape, asNumbers } = device
  const { dense, compact, whole, turned, aligned, repeat } = views

  /** Operands of one shape, or of shapes that broadcast. Axes are as the kernels before left them, if those agree. */
  function pair(a: View, b: View): [TensorInfo, TensorInfo] {
    const [left, right] = [whole(a), whole(b)]
    if (left && right) return [left, reshape(right, left.shape)]
    return [left && isSame(left.shape, a.shape) ? left : trimmed(a), trimmed(b)]
  }

  /** Without axes of size 1 in front, which a kernel adds by itself; on WebGPU a kernel of more axes cannot. */
  function trimmed(x: View): TensorInfo {
    if (x.shape.length > MOST_AXES) return compact(x)
    const first = x.shape.findIndex((size, axis) => size > 1 && x.strides[axis] !== 0)
    const from = first < 0 ? x.shape.length : first
    const rest = { ...x, shape: x.shape.slice(from), strides: x.strides.slice(from) }
    return (rest.shape.length === 0 && whole(rest)) || compact(rest)
  }

  /** What a kernel made of these views, with the axes repeated that all of them repeat. */
  function full(y: TensorInfo, ...xs: View[]): TensorInfo {
    const [{ shape }] = xs
    if (sizeOf(y.shape) === sizeOf(shape)) return y
    const axes = shape.map((size, axis) => (xs.every(({ strides }) => strides[axis] === 0) ? 1 : size))
    return repeat(reshape(y, axes), shape)
  }

  function compute(kernel: Exclude<BinaryKernel, 'gate'>, a: TensorInfo, b: TensorInfo): TensorInfo {
    return kernel === 'equal' ? asNumbers(run('Equal', { a, b })) : run(BINARY[kernel], { a, b })
  }

  /** t where y > 0, and 0 elsewhere, even if t is NaN, which a product would keep. */
  function gate(t: TensorInfo, y: TensorInfo): TensorInfo {
    const e = run('ZerosLike', { x: t })
    return run('Select', { condition: run('Greater', { a: reshape(y, t.shape), b: e }), t, e })
  }

  return {
    unary(kernel, x) {
      if (sizeOf(x.shape) === 0) return zeros(0)
      return scope(() => {
        const images = turned(x)
        if (images) return laid(run(UNARY[kernel], { x: images }), images.slotStrides)
        return full(run(UNARY[kernel], { x: whole(x) ?? compact(x) }), x)
      })
    },
    binary(kernel, a, b) {
      if (sizeOf(a.shape) === 0) return zeros(0)
      return scope(() => {
        const images = aligned(a, b)
        if (images) {
          const [left, right] = images.views.map(kernel === 'gate' ? dense : compact)
          const y = kernel === 'gate' ? gate(left, right) : compute(kernel, left, right)
          return laid(y, images.layout.slotStrides)
        }
        if (kernel !== 'gate') return full(compute(kernel, ...pair(a, b)), a, b)
        const [t, y] = [a, b].map(x => whole(x) ?? reshape(dense(x), [sizeOf(x.shape)]))
        return gate(t, y)
      })
    },
  }
}
