import type { View } from '../backend.ts'
import { dims } from '../dims.ts'
import { defineOp } from '../op.ts'
import type { Op } from '../op.ts'
import type { Shape } from '../shape.ts'
import { permuteView } from '../view.ts'

/** Which operands to transpose first; that is only another way to walk them, and costs no copy. */
export interface MatmulOptions {
  readonly transposeA?: boolean
  readonly transposeB?: boolean
}

/** [M, K] × [K, N] → [M, N] */
export const matmul: Op<2, MatmulOptions | undefined> = defineOp<2, MatmulOptions | undefined>({
  name: 'matmul',
  arity: 2,
  shape: ([a, b], options) => productShape(a, b, options),
  forward: (on, [a, b], _, { transposeA = false, transposeB = false } = {}) =>
    on.matmul(turned(a, transposeA), turned(b, transposeB)),
  // For y = a b: da = dy bᵀ and db = aᵀ dy. An operand that was transposed gets the transpose of that.
  backward: (dy, [a, b], _, { transposeA = false, transposeB = false } = {}) => [
    () =>
      transposeA
        ? matmul(b, dy, { transposeA: transposeB, transposeB: true })
        : matmul(dy, b, { transposeB: !transposeB }),
    () =>
      transposeB
        ? matmul(dy, a, { transposeA: true, transposeB: transposeA })
        : matmul(a, dy, { transposeA: !transposeA }),
  ],
  examples: [
    [
      [2, 3],
      [3, 4],
    ],
    [
      [1, 5],
      [5, 1],
    ],
    [[5, 2], [5, 3], { transposeA: true }],
    [[2, 5], [3, 5], { transposeB: true }],
    [[5, 2], [3, 5], { transposeA: true, transposeB: true }],
  ],
})

function productShape(a: Shape, b: Shape, { transposeA = false, transposeB = false }: MatmulOptions = {}): Shape {
  const left = dims('matmul', 'a', { shape: a }, transposeA ? ['K', 'M'] : ['M', 'K'])
  const hint = 'a must have as many columns as b has rows; should one of them be transposed'
  const right = dims('matmul', 'b', { shape: b }, transposeB ? ['N', left.K] : [left.K, 'N'], hint)
  return [left.M, right.N]
}

const turned = (x: View, transpose: boolean): View => (transpose ? permuteView(x, [1, 0]) : x)
