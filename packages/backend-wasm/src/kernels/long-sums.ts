import type { Device } from '../device.ts'
import type { Pointer } from '../module.ts'

// Sums over many positions keep their digits by being cut: a block is summed in float32 from zero, a group of blocks is
// added up in float32, and the groups in float64; see assembly/conv-gradient.ts.

/** The sums go into the totals after this many vectors of four; each step counts as at least the minimum. */
export const FOLD_AFTER = { vectors: 8192, minimum: 128 }

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
