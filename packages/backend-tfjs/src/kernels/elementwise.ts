import { type Backend, type BinaryKernel, isContiguous, sizeOf, type UnaryKernel, type View } from '@backprop/core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Device } from '../device.ts'
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

export function elementwise(device: Device, { dense, compact, repeat }: Views): Pick<Backend, 'unary' | 'binary'> {
  const { run, scope, zeros, reshape, asNumbers, row, lengthOf } = device

  /** Dense operands become one long row, so that no kernel has to look at axes. */
  function pair(a: View, b: View): [TensorInfo, TensorInfo] {
    const size = sizeOf(a.shape)
    const isRow = (x: View) => x.offset === 0 && lengthOf(x.slot) === size && isContiguous(x)
    return isRow(a) && isRow(b) ? [row(a.slot), row(b.slot)] : [compact(a), compact(b)]
  }

  /** a where b > 0, and 0 elsewhere, even if a is NaN, which a product would keep. */
  function gate(a: View, b: View): TensorInfo {
    const [t, y] = [a, b].map(x => reshape(dense(x), [sizeOf(x.shape)]))
    const e = run('ZerosLike', { x: t })
    return run('Select', { condition: run('Greater', { a: y, b: e }), t, e })
  }

  return {
    unary: (kernel, x) =>
      sizeOf(x.shape) === 0 ? zeros(0) : scope(() => repeat(run(UNARY[kernel], { x: compact(x) }), x.shape)),
    binary(kernel, a, b) {
      if (sizeOf(a.shape) === 0) return zeros(0)
      return scope(() => {
        if (kernel === 'gate') return gate(a, b)
        const [left, right] = pair(a, b)
        const inputs = { a: left, b: right }
        const y = kernel === 'equal' ? asNumbers(run('Equal', inputs)) : run(BINARY[kernel], inputs)
        return y.shape.length === a.shape.length ? repeat(y, a.shape) : reshape(y, a.shape)
      })
    },
  }
}
