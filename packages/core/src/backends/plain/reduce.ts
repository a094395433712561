import type { FloatArray, ReduceKernel } from '../../backend.ts'
import { sizeOf } from '../../shape.ts'
import type { Allocate } from './elementwise.ts'
import type { Part } from './move.ts'

/** Reduces `n` numbers of x, `inner` apart, the first one at `start`. */
type Reduction = (x: FloatArray, start: number, n: number, inner: number) => number

const REDUCE: Record<ReduceKernel, Reduction> = {
  // The total is a float64 whatever the dtype, so a float32 sum of a million numbers is still right.
  sum(x, start, n, inner) {
    let total = 0
    for (let i = start; i < start + n * inner; i += inner) total += x[i]
    return total
  },
  max: (x, start, n, inner) => x[start + firstMax(x, start, n, inner) * inner],
  argmax: firstMax,
}

function firstMax(x: FloatArray, start: number, n: number, inner: number): number {
  let index = 0
  let best = x[start]
  // `!(v <= best)` lets a NaN win, and once it has won, nothing is larger: we stop there.
  for (let k = 1; k < n && best === best; k++) {
    const v = x[start + k * inner]
    if (!(v <= best)) [best, index] = [v, k]
  }
  return index
}

/** Takes one axis of a contiguous array away: [outer, n, inner] → [outer, inner]. */
export function reduce(kernel: ReduceKernel, [x, shape]: Part, axis: number, allocate: Allocate): FloatArray {
  const [n, inner] = [shape[axis], sizeOf(shape.slice(axis + 1))]
  const y = allocate(sizeOf(shape.slice(0, axis)) * inner)
  for (let at = 0; at < y.length; at++) {
    const start = Math.floor(at / inner) * n * inner + (at % inner)
    y[at] = REDUCE[kernel](x, start, n, inner)
  }
  return y
}
