import { tensor } from '../create.ts'
import { defineOp } from '../op.ts'
import type { Op } from '../op.ts'
import { ShapeError, axisOf, explain, shapeText, sizeOf } from '../shape.ts'
import type { Shape } from '../shape.ts'
import type { View } from '../backend.ts'
import type { Tensor } from '../tensor.ts'
import { broadcastView, contiguousView, reshapeView } from '../view.ts'
import { mul } from './elementwise.ts'
import { broadcastTo, reshape } from './shape-changing.ts'

/** Which axis to reduce: all of them unless one is given. `keepdims` leaves a size of 1 in its place. */
export interface Reduction {
  readonly axis?: number
  readonly keepdims?: boolean
}

const examples: [number[], Reduction?][] = [
  [[3, 4, 2]],
  [[3, 4, 2], { axis: 0 }],
  [[3, 4, 2], { axis: 1, keepdims: true }],
  [[3, 4, 2], { axis: -1 }],
  [[5], { axis: 0 }],
]

export const sum: Op<1, Reduction | undefined> = defineOp({
  name: 'sum',
  arity: 1,
  shape: ([x], options) => reducedShape('sum', x, options),
  forward: (on, [x], _, options) => on.reduce('sum', ...lineUp(x, options)),
  backward: (dy, [x], _, options) => [() => broadcastTo(reshape(dy, keptShape('sum', x.shape, options)), x.shape)],
  examples,
})

export const mean: Op<1, Reduction | undefined> = defineOp({
  name: 'mean',
  arity: 1,
  shape: ([x], options) => reducedShape('mean', x, options),
  forward: (_, [x], y, options) => mul(sum(x, options), sizeOf(y) / sizeOf(x.shape)),
  backward: (dy, [x], y, options) => [
    () => {
      const each = mul(dy, sizeOf(y.shape) / sizeOf(x.shape))
      return broadcastTo(reshape(each, keptShape('mean', x.shape, options)), x.shape)
    },
  ],
  examples,
})

/** The largest number. Of several that are equal, the first one gets the gradient. */
export const max: Op<1, Reduction | undefined> = defineOp({
  name: 'max',
  arity: 1,
  shape: ([x], options) => notEmpty('max', x, options) ?? reducedShape('max', x, options),
  forward: (on, [x], _, options) => on.reduce('max', ...lineUp(x, options)),
  backward: (dy, [x], _, options) => [() => mul(firstMax(x, options), reshape(dy, keptShape('max', x.shape, options)))],
  examples,
})

/** The index of the largest number along an axis, the first one where several are equal. Not differentiable. */
export async function argmax(x: Tensor, axis = -1): Promise<Int32Array> {
  notEmpty('argmax', x.shape, { axis })
  const slot = x.on.reduce('argmax', x, axisOf('argmax', x.shape, axis))
  const indices = Int32Array.from(await x.on.read(slot))
  x.on.free(slot)
  return indices
}

/** 1 where x has its first maximum, 0 elsewhere; nothing flows back. */
const firstMax: Op<1, Reduction | undefined> = defineOp({
  name: 'firstMax',
  arity: 1,
  shape: ([x]) => x,
  forward: (on, [x], _, options) => {
    const [line, axis] = lineUp(x, options)
    const alone = (size: number) => line.shape.map((_, other) => (other === axis ? size : 1))
    const indices = Float64Array.from({ length: line.shape[axis] }, (_, i) => i)
    const counting = tensor(indices, { on, shape: alone(indices.length) })
    const found = on.reduce('argmax', line, axis)
    const foundView = contiguousView(found, line.shape.with(axis, 1))
    const mask = on.binary('equal', broadcastView(counting, line.shape), broadcastView(foundView, line.shape))
    on.free(found)
    return mask
  },
  backward: () => [null],
  examples,
})

/** What is reduced, and along which axis: without an axis, all numbers in one line. */
function lineUp(x: Tensor, options: Reduction = {}): [x: View, axis: number] {
  const { axis } = options
  return axis === undefined ? [reshapeView(x, [sizeOf(x.shape)]), 0] : [x, axisOf('sum', x.shape, axis)]
}

function keptShape(where: string, x: Shape, { axis }: Reduction = {}): Shape {
  const counted = axis === undefined ? undefined : axisOf(where, x, axis)
  return x.map((size, other) => (counted === undefined || other === counted ? 1 : size))
}

function reducedShape(where: string, x: Shape, options: Reduction = {}): Shape {
  if (options.keepdims) return keptShape(where, x, options)
  const { axis } = options
  return axis === undefined ? [] : x.toSpliced(axisOf(where, x, axis), 1)
}

function notEmpty(where: string, x: Shape, { axis }: Reduction = {}): undefined {
  const count = axis === undefined ? sizeOf(x) : x[axisOf(where, x, axis)]
  if (count > 0) return undefined
  throw new ShapeError(explain(where, `shape ${shapeText(x)} has 0 numbers to choose from, but at least 1 is wanted`))
}
