import { type Backend, type FusedKernels, sizeOf } from '@backprop/core'
import type { Device } from '../device.ts'
import type { Blocks, Pointer } from '../module.ts'
import { callOf } from '../pool/thread-pool.ts'
import { chunks, type Range, roundUp, split } from '../ranges.ts'

/** Up to this many numbers of b, packing takes longer than it saves. */
const SMALL_B = 1024
/** With so few rows, each number of b is used too rarely to be worth packing. */
const FEW_ROWS = 12

/** Longer sums are cut into parts, which are added up in float64. */
const MAX_SUM_LENGTH = 16384
/** About how many numbers of such parts are kept at a time. */
const PARTS_ROOM = 1 << 20

/** Each job packs the whole other operand, so its own share must be this wide to make up for it. */
const MIN_JOB_WIDTH = 128

/** From so many multiplications on, each matrix of a batch is multiplied by itself, so that threads may share it. */
const LARGE = 2 ** 24

type Product = Blocks['packedGemm']

/** A matrix: its address, and how many bytes to the next row and the next column. */
interface Matrix {
  readonly at: Pointer
  readonly row: number
  readonly column: number
}

/** c [M, N] = a [M, K] b [K, N], plus bias [N] if `init` says so. */
interface MatrixProduct {
  readonly M: number
  readonly N: number
  readonly K: number
  readonly a: Matrix
  readonly b: Matrix
  readonly c: Pointer
  readonly init: number
  readonly bias: Pointer
}

export function matrices(device: Device): Pick<Backend, 'matmul'> & Pick<FusedKernels, 'linear'> {
  const { kernels, codes, pool, call, make, scratch, address } = device

  function multiply(whole: MatrixProduct): void {
    const { M, N, K, a, b, c, init } = whole
    if (K <= MAX_SUM_LENGTH) return multiplyShort(whole)
    const size = M * N
    const atOnce = Math.max(2, Math.floor(PARTS_ROOM / size))
    scratch(atOnce * size, parts => {
      let filled = 0
      for (const { from, count } of chunks({ from: 0, count: K }, MAX_SUM_LENGTH)) {
        multiplyShort({
          ...whole,
          K: count,
          a: { ...a, at: a.at + from * a.column },
          b: { ...b, at: b.at + from * b.row },
          c: parts + filled++ * size * 4,
          init: from === 0 ? init : codes.Start.zero,
        })
        if (filled < atOnce && from + count < K) continue
        call('sum', { x: parts, y: c, outer: 1, n: filled, inner: size })
        // The sum so far is the first part of the next sum.
        kernels.spreadRows(c, parts, 1, size * 4, 0)
        filled = 1
      }
    })
  }

  function multiplyShort({ M, N, K, a, b, c, init, bias }: MatrixProduct): void {
    const isDirect = readsInPlace(M, N, K, b)
    const kernel = isDirect ? 'directGemm' : 'packedGemm'
    const [aRow, aStep, bStep, bColumn, cRow] = [a.row, a.column, b.row, b.column, N * 4]
    const whole = { M, N, K, a: a.at, aRow, aStep, b: b.at, bStep, bColumn, c, cRow, init, bias, scratch: 0 }
    pool.decide(nameOf(a, b), M * N * K, jobs => {
      const products = jobs === 1 ? [whole] : share(whole, jobs, isDirect)
      if (isDirect) return run(kernel, products)
      const room = roundUp(Math.max(...products.map(one => kernels.packedGemmScratch(one.M, one.N, K))), 64)
      scratch((room * products.length) / 4, at =>
        run(
          kernel,
          products.map((one, i) => ({ ...one, scratch: at + i * room })),
        ),
      )
    })
  }

  /** Along the longest of the batch axes one call goes through all matrices; the others take a call each. */
  function multiplyMany(
    { M, N, K, a, b, c }: Omit<MatrixProduct, 'init' | 'bias'>,
    batches: readonly number[],
    aStrides: readonly number[],
    bStrides: readonly number[],
  ): void {
    const count = Math.max(...batches)
    const axis = batches.indexOf(count)
    const inner = sizeOf(batches.slice(axis + 1))
    const [aNext, bNext, cNext] = [aStrides[axis] * 4, bStrides[axis] * 4, inner * M * N * 4]
    const operands = { M, N, K, aRow: a.row, aStep: a.column, aNext, bStep: b.row, bColumn: b.column, bNext, cNext }
    const room = readsInPlace(M, N, K, b) ? 0 : roundUp(kernels.packedGemmScratch(M, N, K), 64)
    eachBatch(batches.with(axis, 1), aStrides, bStrides, (offsetA, offsetB, index) => {
      const to = c + (Math.floor(index / inner) * count * inner + (index % inner)) * M * N * 4
      const part = ({ from, count: n }: Range, at: Pointer) => ({
        ...operands,
        a: a.at + offsetA * 4 + from * aNext,
        b: b.at + offsetB * 4 + from * bNext,
        c: to + from * cNext,
        count: n,
        scratch: room && at,
      })
      pool.decide('many', count * M * N * K, jobs => {
        const parts = split(count, Math.min(count, jobs))
        scratch((room * parts.length) / 4, at =>
          run(
            'manyGemm',
            parts.map((range, i) => part(range, at + i * room)),
          ),
        )
      })
    })
  }

  /**
   * Each job takes some of the columns, or of the rows if there are more of those. Every sum runs over k in the same order
   * on any number of threads, so the results are the same to the last bit.
   */
  function share(whole: Product, jobs: number, isDirect: boolean): Product[] {
    const { M, N, a, aRow, b, bColumn, c, cRow, bias } = whole
    const wide = (n: number) => Math.max(pool.size, Math.min(jobs, Math.floor(n / MIN_JOB_WIDTH)))
    if (!isDirect && M > N)
      return split(M, wide(M), 12).map(({ from, count }) => ({
        ...whole,
        M: count,
        a: a + from * aRow,
        c: c + from * cRow,
      }))
    return split(N, wide(N), 16).map(({ from, count }) => {
      return { ...whole, N: count, b: b + from * bColumn, c: c + from * 4, bias: bias + from * 4 }
    })
  }

  function run<K extends 'directGemm' | 'packedGemm' | 'manyGemm'>(kernel: K, products: readonly Blocks[K][]): void {
    if (products.length === 1) call(kernel, products[0])
    else pool.run(products.map(product => [callOf(kernel, product)]))
  }

  return {
    matmul(a, b) {
      const rank = a.shape.length
      const [M, K] = a.shape.slice(-2)
      const N = b.shape[rank - 1]
      const batches = a.shape.slice(0, -2)
      const [aRow, aColumn] = [a.strides[rank - 2] * 4, a.strides[rank - 1] * 4]
      // With one column its stride says nothing, so it counts as contiguous.
      const [bRow, bColumn] = [b.strides[rank - 2] * 4, N === 1 ? 4 : b.strides[rank - 1] * 4]
      const [firstA, firstB] = [address(a), address(b)]
      return make(sizeOf(batches) * M * N, y => {
        if (batches.length > 0 && K <= MAX_SUM_LENGTH && M * N * K < LARGE) {
          const operands = {
            a: { at: firstA, row: aRow, column: aColumn },
            b: { at: firstB, row: bRow, column: bColumn },
          }
          return multiplyMany({ M, N, K, ...operands, c: y }, batches, a.strides, b.strides)
        }
        eachBatch(batches, a.strides, b.strides, (offsetA, offsetB, index) => {
          const left = { at: firstA + offsetA * 4, row: aRow, column: aColumn }
          const right = { at: firstB + offsetB * 4, row: bRow, column: bColumn }
          multiply({ M, N, K, a: left, b: right, c: y + index * M * N * 4, init: codes.Start.zero, bias: 0 })
        })
      })
    },
    linear(x, w, bias) {
      const [N, K] = x.shape
      const M = w.shape[1]
      const a = { at: address(x), row: K * 4, column: 4 }
      const b = { at: address(w), row: M * 4, column: 4 }
      const init = codes.Start.columnBias
      return make(N * M, c => multiply({ M: N, N: M, K, a, b, c, init, bias: address(bias) }))
    },
  }
}

/** How the operands lie, which decides how fast they are read. */
function nameOf(a: Matrix, b: Matrix): string {
  if (b.column !== 4) return 'a bᵀ'
  return a.column === 4 ? 'a b' : 'aᵀ b'
}

/** Whether packing b would take longer than it saves. */
const readsInPlace = (M: number, N: number, K: number, b: Matrix): boolean =>
  K === 0 || (b.column === 4 && (M <= FEW_ROWS || K * N <= SMALL_B))

/** Calls `visit` with the offsets of both operands for each index of the batch axes, in row-major order. */
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
