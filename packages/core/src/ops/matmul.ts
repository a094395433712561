import type { View } from '../backend.ts'
import { dims } from '../dims.ts'
import { defineOp, type Op } from '../op.ts'
import { broadcastShapes, type Shape, sizeOf } from '../shape.ts'
import { Tensor } from '../tensor.ts'
import { broadcastView, reshapeView, swapLast } from '../view.ts'
import { add } from './elementwise.ts'
import { broadcastTo, sumTo } from './shape-changing.ts'

/** Which operands to transpose first; that changes how they are walked, and copies nothing. */
export interface MatmulOptions {
  readonly transposeA?: boolean
  readonly transposeB?: boolean
}

/**
 * The matrix product, [..., M, K] × [..., K, N] → [..., M, N]; the axes in front broadcast. The gradients are dy bᵀ and
 * aᵀ dy. Throws `ShapeError`.
 */
export const matmul: Op<2, MatmulOptions | undefined> = defineOp<2, MatmulOptions | undefined>('matmul', 2, {
  shape: ([a, b], options, name) => productShape(name, a, b, options),
  forward: (on, [a, b], shape, { transposeA = false, transposeB = false } = {}) => {
    const batched = (x: View) => broadcastView(x, [...shape.slice(0, -2), ...x.shape.slice(-2)])
    return on.matmul(batched(transposeA ? swapLast(a) : a), batched(transposeB ? swapLast(b) : b))
  },
  // For y = a b: da = dy bᵀ and db = aᵀ dy. An operand that was transposed gets the transpose of that.
  backward: (dy, [a, b], _, { transposeA: turnA = false, transposeB: turnB = false } = {}) => {
    const da = () =>
      turnA ? matmul(b, dy, { transposeA: turnB, transposeB: true }) : matmul(dy, b, { transposeB: !turnB })
    const db = () =>
      turnB ? matmul(dy, a, { transposeA: true, transposeB: turnA }) : matmul(a, dy, { transposeA: !turnA })
    return [() => sumTo(da(), a.shape), () => sumTo(db(), b.shape)]
  },
  // prettier-ignore
  examples: [
    [[2, 3], [3, 4]], [[1, 5], [5, 1]], [[2, 0], [0, 3]],
    [[5, 2], [5, 3], { transposeA: true }], [[2, 5], [3, 5], { transposeB: true }],
    [[5, 2], [3, 5], { transposeA: true, transposeB: true }],
    [[2, 3, 4], [2, 4, 5]], [[2, 3, 4], [4, 2]], [[3, 4], [2, 1, 4, 2]],
    [[2, 1, 4, 3], [3, 2, 4], { transposeA: true, transposeB: true }],
  ],
})

function productShape(
  where: string,
  a: Shape,
  b: Shape,
  { transposeA = false, transposeB = false }: MatmulOptions = {},
): Shape {
  const batch = [a.slice(0, -2), b.slice(0, -2)] as const
  const left = dims(where, 'a', { shape: a }, [...batch[0], ...(transposeA ? ['K', 'M'] : ['M', 'K'])])
  const hint = 'a must have as many columns as b has rows; should one of them be transposed'
  const right = dims(where, 'b', { shape: b }, [...batch[1], ...(transposeB ? ['N', left.K] : [left.K, 'N'])], hint)
  return [...broadcastShapes(where, ...batch), left.M, right.N]
}

/**
 * x w + bias: [..., K], [K, M], [M] (or one number for all) → [..., M]. The gradients are dy wᵀ, xᵀ dy and the sum of
 * dy over its rows. Throws `ShapeError`.
 */
export const linear: Op<3> = defineOp('linear', 3, {
  shape: ([x, w, bias], _, name) => {
    const { K, M } = dims(name, 'w', { shape: w }, ['K', 'M'])
    const rows = x.length > 1 ? x.slice(0, -1) : ['N']
    dims(name, 'x', { shape: x }, [...rows, K], 'w has a row for each column of x')
    if (bias.length > 0) dims(name, 'bias', { shape: bias }, [M], 'w has a column for each number of bias')
    return [...x.slice(0, -1), M]
  },
  forward: (on, [x, w, bias], shape) =>
    on.fused?.linear?.(rows(x), w, biasOf(bias, w.shape[1])) ?? add(new Tensor(on, on.matmul(rows(x), w), shape), bias),
  backward: (dy, [x, w, bias]) => [
    () => new Tensor(dy.on, dy.on.matmul(rows(dy), swapLast(w)), x.shape),
    () => new Tensor(dy.on, dy.on.matmul(swapLast(rows(x)), rows(dy)), w.shape),
    () => sumTo(dy, bias.shape),
  ],
  // prettier-ignore
  examples: [[[4, 3], [3, 2], [2]], [[2, 4, 3], [3, 5], [5]], [[1, 3], [3, 2], []], [[0, 3], [3, 2], [2]]],
})

/** All axes but the last become one. */
const rows = (x: View): View => reshapeView(x, [sizeOf(x.shape.slice(0, -1)), x.shape.at(-1) ?? 1])

/** One number for each of `count` outputs; a single one stands for all. */
export const biasOf = (bias: Tensor, count: number): Tensor =>
  bias.shape.length === 1 ? bias : broadcastTo(bias, [count])
