import { sizeOf } from '@backprop/core'
import type { Backend, FusedKernels } from '@backprop/core'
import type { Device } from '../device.ts'
import type { Pointer } from '../exports.ts'
import { chunks } from '../threads/crew.ts'
import { sharedProduct } from './shared-product.ts'
import type { Matrix } from './shared-product.ts'

/** How the sums start; the same numbers as in assembly/tile.ts. */
const ZERO = 0
const COLUMN_BIAS = 2

/** Up to this many numbers of b, packing takes longer than it saves. */
const SMALL_B = 1024
/** With so few rows, each number of b is used too seldom to be worth packing. */
const FEW_ROWS = 12

/** Longer sums are cut into parts, which are added up in float64. */
const LONG = 16384
/** About so many numbers of such parts are kept at a time. */
const ROOM = 1 << 20

export function matrices(device: Device): Pick<Backend, 'matmul'> & Pick<FusedKernels, 'linear'> {
  const { kernels, crew, make, scratch, address } = device

  /** c = a b, plus bias. */
  function multiply(
    M: number,
    N: number,
    K: number,
    a: Matrix,
    b: Matrix,
    c: Pointer,
    init: number,
    bias: Pointer,
  ): void {
    if (K <= LONG) return product(M, N, K, a, b, c, init, bias)
    const size = M * N
    const atOnce = Math.max(2, Math.floor(ROOM / size))
    scratch(atOnce * size, parts => {
      let filled = 0
      for (const { from, count } of chunks({ from: 0, count: K }, LONG)) {
        const left = { ...a, at: a.at + from * a.column }
        const right = { ...b, at: b.at + from * b.row }
        product(M, N, count, left, right, parts + filled++ * size * 4, from === 0 ? init : ZERO, bias)
        if (filled < atOnce && from + count < K) continue
        kernels.sum(parts, c, 1, filled, size)
        // What was added up so far is the first part of the next sum.
        kernels.spreadRows(c, parts, 1, size * 4, 0)
        filled = 1
      }
    })
  }

  function product(
    M: number,
    N: number,
    K: number,
    a: Matrix,
    b: Matrix,
    c: Pointer,
    init: number,
    bias: Pointer,
  ): void {
    const direct = K === 0 || (b.column === 4 && (M <= FEW_ROWS || K * N <= SMALL_B))
    if (crew.lists(M * N * K) > 1) return sharedProduct(device, direct, { M, N, K, a, b, c, init, bias })
    if (direct) return kernels.directGemm(M, N, K, a.at, a.row, a.column, b.at, b.row, c, N * 4, init, bias)
    scratch(kernels.packedGemmScratch(M, N, K) / 4, at =>
      kernels.packedGemm(M, N, K, a.at, a.row, a.column, b.at, b.row, b.column, c, N * 4, init, bias, at),
    )
  }

  return {
    matmul(a, b) {
      const rank = a.shape.length
      const [M, K] = a.shape.slice(-2)
      const N = b.shape[rank - 1]
      const batches = a.shape.slice(0, -2)
      const [aRow, aColumn] = [a.strides[rank - 2] * 4, a.strides[rank - 1] * 4]
      // With one column its stride says nothing, and it is as good as contiguous.
      const [bRow, bColumn] = [b.strides[rank - 2] * 4, N === 1 ? 4 : b.strides[rank - 1] * 4]
      const [firstA, firstB] = [address(a), address(b)]
      return make(sizeOf(batches) * M * N, y => {
        eachBatch(batches, a.strides, b.strides, (offsetA, offsetB, index) => {
          const left = { at: firstA + offsetA * 4, row: aRow, column: aColumn }
          const right = { at: firstB + offsetB * 4, row: bRow, column: bColumn }
          multiply(M, N, K, left, right, y + index * M * N * 4, ZERO, 0)
        })
      })
    },
    linear(x, w, bias) {
      const [N, K] = x.shape
      const M = w.shape[1]
      const [left, right] = [
        { at: address(x), row: K * 4, column: 4 },
        { at: address(w), row: M * 4, column: 4 },
      ]
      return make(N * M, y => multiply(N, M, K, left, right, y, COLUMN_BIAS, address(bias)))
    },
  }
}

/** Calls `visit` with the offsets of both operands for each place of the batch axes, in row-major order. */
function eachBatch(
  batches: readonly number[],
  a: readonly number[],
  b: readonly number[],
  visit: (offsetA: number, offsetB: number, index: number) => void,
): void {
  const count = sizeOf(batches)
  for (let index = 0; index < count; index++) {
    let [rest, offsetA, offsetB] = [index, 0, 0]
    for (let axis = batches.length - 1; axis >= 0; axis--) {
      const at = rest % batches[axis]
      rest = (rest - at) / batches[axis]
      offsetA += at * a[axis]
      offsetB += at * b[axis]
    }
    visit(offsetA, offsetB, index)
  }
}
