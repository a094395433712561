import type { Device } from '../device.ts'
import type { Pointer } from '../exports.ts'

// Sums over many places keep their digits by being cut: a block is summed in float32 from zero, a group of blocks is
// added up in float32, and the groups in float64; see assembly/conv-weights.ts.

/** After so many vectors of four the sums go into the totals, and at least so many are counted for each step. */
export const FOLD = { vectors: 8192, block: 128 }

/** Lends n sums of four numbers each, and n totals of float64, all of them zero. */
export function sumsAndTotals(
  { kernels, scratch }: Device,
  n: number,
  use: (sums: Pointer, totals: Pointer) => void,
): void {
  scratch(n * 4, sums =>
    scratch(n * 2, totals => {
      kernels.clear(sums, n * 4)
      kernels.clear(totals, n * 2)
      use(sums, totals)
    }),
  )
}
