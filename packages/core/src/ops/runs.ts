import type { Backend, ReduceKernel, Slot, View } from '../backend.ts'
import { sizeOf, type Shape } from '../shape.ts'
import { contiguousView, reshapeView } from '../view.ts'

/** Takes axes away, one run of neighbours after the other, the last one first; each as the middle of [outer, n, inner]. */
export function reduceAxes(on: Backend, kernel: ReduceKernel, x: View, axes: readonly number[]): Slot {
  let view = x
  for (const run of runsOf(axes).reverse()) {
    const slot = on.reduce(kernel, reshapeView(view, lineUp(view.shape, run)), 1)
    if (view !== x) on.free(view.slot)
    view = contiguousView(slot, view.shape.toSpliced(run[0], run.length))
  }
  return view === x ? on.unary('copy', x) : view.slot
}

/** Axes in order, those that lie side by side together. */
export function runsOf(axes: readonly number[]): number[][] {
  const runs: number[][] = []
  for (const axis of axes) {
    const run = runs.at(-1)
    if (run?.at(-1) === axis - 1) run.push(axis)
    else runs.push([axis])
  }
  return runs
}

/** The axes of a run become one: [outer, n, inner] */
export function lineUp(shape: Shape, run: readonly number[]): Shape {
  const [from, to] = [run[0], run[0] + run.length]
  return [shape.slice(0, from), shape.slice(from, to), shape.slice(to)].map(sizeOf)
}
