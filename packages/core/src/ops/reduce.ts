import { tensor } from '../create.ts'
import { defineOp, type Op } from '../op.ts'
import { ShapeError, axisOf, explain, shapeText, sizeOf, type Shape } from '../shape.ts'
import { Tensor, copyOf } from '../tensor.ts'
import { broadcastView, permuteView, reshapeView } from '../view.ts'
import { mul } from './elementwise.ts'
import { lineUp, reduceAxes, runsOf } from './runs.ts'

/** Which axes to reduce: all of them unless some are given. `keepdims` leaves a size of 1 in their place. */
export interface Reduction {
  readonly axis?: number | readonly number[]
  readonly keepdims?: boolean
}

const examples: [number[], Reduction?][] = [
  [[3, 4, 2]],
  [[3, 4, 2], { axis: 0 }],
  [[3, 4, 2], { axis: 1, keepdims: true }],
  [[3, 4, 2], { axis: -1 }],
  [[2, 3, 2, 2], { axis: [0, 3, 2] }],
  [[2, 3, 2, 2], { axis: [-1, 1], keepdims: true }],
  [[]],
]

export const sum: Op<1, Reduction | undefined> = defineOp('sum', 1, {
  shape: ([x], options) => reducedShape('sum', x, options),
  forward: (on, [x], _, options) => reduceAxes(on, 'sum', x, axesOf('sum', x.shape, options)),
  backward: (dy, [x], _, options) => [() => repeated(dy, x.shape, options)],
  examples: [...examples, [[0, 2], { axis: 0 }]],
})

export const mean: Op<1, Reduction | undefined> = defineOp('mean', 1, {
  shape: ([x], options) => reducedShape('mean', x, options),
  forward: (_, [x], y, options) => mul(sum(x, options), sizeOf(y) / sizeOf(x.shape)),
  backward: (dy, [x], y, options) => [() => repeated(mul(dy, sizeOf(y.shape) / sizeOf(x.shape)), x.shape, options)],
  examples,
})

/** The largest number. Of several that are equal, the first one gets the gradient. */
export const max: Op<1, Reduction | undefined> = defineOp('max', 1, {
  shape: ([x], options) => notEmpty('max', x, options) ?? reducedShape('max', x, options),
  forward: (on, [x], _, options) => reduceAxes(on, 'max', x, axesOf('max', x.shape, options)),
  backward: (dy, [x], _, options) => [
    () => mul(firstMax(x, axesOf('max', x.shape, options)), repeated(dy, x.shape, options)),
  ],
  examples,
})

/**
 * The index of the largest number along an axis, the first one where several are equal; along several axes the index
 * counts through them in row-major order. Not differentiable.
 */
export async function argmax(x: Tensor, axis: number | readonly number[] = -1): Promise<Int32Array> {
  notEmpty('argmax', x.shape, { axis })
  const axes = axesOf('argmax', x.shape, { axis })
  const kept = [...x.shape.keys()].filter(other => !axes.includes(other))
  const lines = copyOf(x.on, permuteView(x, [...kept, ...axes]))
  const n = sizeOf(axes.map(one => x.shape[one]))
  const slot = x.on.reduce('argmax', reshapeView(lines, [sizeOf(x.shape) / n, n]), 1)
  lines.release()
  const indices = Int32Array.from(await x.on.read(slot))
  x.on.free(slot)
  return indices
}

/** 1 where x has its first maximum along the axes, 0 elsewhere. Nothing flows back. */
export function firstMax(x: Tensor, axes: readonly number[]): Tensor {
  const { on, shape } = x
  const run = runsOf(axes).at(-1)
  if (!run) return new Tensor(on, on.binary('equal', x, x), shape)
  // Of all that is largest along the last run, those count that are first along the others as well.
  const rest = axes.slice(0, axes.length - run.length)
  if (rest.length > 0) return mul(firstMax(x, run), firstMax(max(x, { axis: run, keepdims: true }), rest))
  const line = lineUp(shape, run)
  const counting = tensor(
    Float64Array.from({ length: line[1] }, (_, i) => i),
    { on, shape: [line[1], 1] },
  )
  const found = new Tensor(on, on.reduce('argmax', reshapeView(x, line), 1), line.with(1, 1))
  return new Tensor(on, on.binary('equal', broadcastView(counting, line), broadcastView(found, line)), shape)
}

/** dy in each place that it was reduced from. */
function repeated(dy: Tensor, shape: Shape, options?: Reduction): Tensor {
  return copyOf(dy.on, broadcastView(reshapeView(dy, keptShape('sum', shape, options)), shape))
}

/** The axes in order, counted from the front; each only once. */
export function axesOf(where: string, x: Shape, { axis }: Reduction = {}): number[] {
  if (axis === undefined) return [...x.keys()]
  const axes = (typeof axis === 'number' ? [axis] : axis).map(one => axisOf(where, x, one))
  const unique = [...new Set(axes)].sort((a, b) => a - b)
  if (unique.length === axes.length) return unique
  throw new ShapeError(explain(where, `the axes ${shapeText(axes)} name one twice, but each is wanted once`))
}

function keptShape(where: string, x: Shape, options?: Reduction): Shape {
  const axes = axesOf(where, x, options)
  return x.map((size, axis) => (axes.includes(axis) ? 1 : size))
}

function reducedShape(where: string, x: Shape, options?: Reduction): Shape {
  if (options?.keepdims) return keptShape(where, x, options)
  const axes = axesOf(where, x, options)
  return x.filter((_, axis) => !axes.includes(axis))
}

function notEmpty(where: string, x: Shape, options?: Reduction): undefined {
  if (axesOf(where, x, options).every(axis => x[axis] > 0)) return undefined
  throw new ShapeError(explain(where, `shape ${shapeText(x)} has 0 numbers to choose from, but at least 1 is wanted`))
}
