import type { Device } from '../device.ts'
import type { Pointer } from '../exports.ts'
import { roundUp } from '../round-up.ts'
import { cut } from '../threads/crew.ts'
import type { Call } from '../threads/crew.ts'

/** A matrix: where it lies, and how many bytes to the next row and the next column. */
export interface Matrix {
  readonly at: Pointer
  readonly row: number
  readonly column: number
}

/** c [M, N] = a [M, K] b [K, N], plus bias [N] where there is one. */
export interface Product {
  readonly M: number
  readonly N: number
  readonly K: number
  readonly a: Matrix
  readonly b: Matrix
  readonly c: Pointer
  readonly init: number
  readonly bias: Pointer
}

/** The whole other side is packed for each list, which has to be wide enough to make up for it. */
const WIDE = 128

/**
 * A product on all threads: each takes some of the columns, or of the rows where those are more. Every sum runs over k
 * in the same order as on one thread, so the results are the same to the last bit.
 */
export function sharedProduct({ crew, kernels, scratch }: Device, direct: boolean, product: Product): void {
  const { M, N, K, a, b, c, init, bias } = product
  const byColumns = direct || N >= M
  const lists = (n: number) => Math.max(crew.size, Math.min(crew.lists(M * N * K), Math.floor(n / WIDE)))
  const parts = byColumns ? cut(N, lists(N), 16) : cut(M, lists(M), 12)
  const places = parts.map(({ from, count }) =>
    byColumns
      ? { M, N: count, a: a.at, b: b.at + from * b.column, c: c + from * 4, bias: bias + from * 4 }
      : { M: count, N, a: a.at + from * a.row, b: b.at, c: c + from * N * 4, bias },
  )
  const room = direct ? 0 : roundUp(Math.max(...places.map(p => kernels.packedGemmScratch(p.M, p.N, K))), 64)
  scratch((room * places.length) / 4, at =>
    crew.run(
      places.map((p, i): Call[] => {
        const left = [p.a, a.row, a.column] as const
        const result = [p.c, N * 4, init, p.bias] as const
        if (direct) return [['directGemm', p.M, p.N, K, ...left, p.b, b.row, ...result]]
        return [['packedGemm', p.M, p.N, K, ...left, p.b, b.row, b.column, ...result, at + i * room]]
      }),
    ),
  )
}
