import type { FloatArray, ReduceKernel } from '../../backend.ts'
import { sizeOf } from '../../shape.ts'
import type { Allocate } from './strided.ts'

/** Reduces the middle axis of x [outer, n, inner] to y [outer, inner]. */
type Reduction = (x: FloatArray, y: FloatArray, outer: number, n: number, inner: number) => void

const REDUCE: Record<ReduceKernel, Reduction> = {
  sum(x, y, outer, n, inner) {
    if (inner === 1) return sumRows(x, y, outer, n)
    // The total is kept in float64 whatever the dtype, so a float32 sum of a million numbers is still right.
    const total = new Float64Array(inner)
    for (let o = 0; o < outer; o++) {
      total.fill(0)
      for (let k = 0; k < n; k++) {
        const start = (o * n + k) * inner
        for (let i = 0; i < inner; i++) total[i] += x[start + i]
      }
      y.set(total, o * inner)
    }
  },
  max(x, y, outer, n, inner) {
    eachMax(x, outer, n, inner, (at, _, best) => (y[at] = best))
  },
  argmax(x, y, outer, n, inner) {
    eachMax(x, outer, n, inner, (at, index) => (y[at] = index))
  },
}

function sumRows(x: FloatArray, y: FloatArray, outer: number, n: number): void {
  for (let o = 0; o < outer; o++) {
    let total = 0
    for (let i = o * n; i < (o + 1) * n; i++) total += x[i]
    y[o] = total
  }
}

function eachMax(
  x: FloatArray,
  outer: number,
  n: number,
  inner: number,
  found: (at: number, index: number, best: number) => void,
): void {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const start = o * n * inner + i
      let index = 0
      let best = x[start]
      // `!(v <= best)` lets a NaN win, and once it has won, nothing is larger: we stop there.
      for (let k = 1; k < n && best === best; k++) {
        const v = x[start + k * inner]
        if (!(v <= best)) {
          best = v
          index = k
        }
      }
      found(o * inner + i, index, best)
    }
  }
}

/** Takes one axis of a contiguous array away. */
export function reduce(
  kernel: ReduceKernel,
  x: FloatArray,
  shape: readonly number[],
  axis: number,
  allocate: Allocate,
): FloatArray {
  const [outer, inner] = [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis + 1))]
  const y = allocate(outer * inner)
  REDUCE[kernel](x, y, outer, shape[axis], inner)
  return y
}
