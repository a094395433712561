import { refuseAsync } from './scope.ts'
import { explain, shapeText, sizeOf } from './shape.ts'
import type { Tensor } from './tensor.ts'

let isWatching = false

/**
 * Runs `compute` and checks each number that an op computes in it, forward or backward. Throws an error that names the
 * first op whose result holds a NaN or an infinity. For debugging only, because it reads back every result.
 */
export function detectAnomaly<T>(compute: () => T): T {
  const before = isWatching
  isWatching = true
  try {
    return refuseAsync('detectAnomaly', compute())
  } finally {
    isWatching = before
  }
}

/**
 * Computes y, and inside `detectAnomaly` checks it. The ops that an op is composed of are not checked: the error names
 * the op itself.
 */
export function traced(what: string, inputs: readonly Tensor[], compute: () => Tensor): Tensor {
  if (!isWatching) return compute()
  isWatching = false
  try {
    const y = compute()
    const first = firstAnomaly(y)
    if (first >= 0) throw new Error(report(what, inputs, y, first))
    return y
  } finally {
    isWatching = true
  }
}

const firstAnomaly = (x: Tensor): number => x.dataSync().findIndex(value => !Number.isFinite(value))

function report(what: string, inputs: readonly Tensor[], y: Tensor, first: number): string {
  const isFinite = inputs.map(x => firstAnomaly(x) < 0)
  const given = inputs.map((x, i) => `${shapeText(x.shape)} ${isFinite[i] ? 'finite' : 'not finite'}`).join(', ')
  const value = `${y.dataSync()[first]} at place ${first} of ${sizeOf(y.shape)}, shape ${shapeText(y.shape)}`
  const hint = isFinite.every(Boolean)
    ? 'it began here: look for log(0), a division by 0, or an exp that is too large'
    : 'an input already had it: look at the data and the initial weights'
  return explain('detectAnomaly', `${what} made ${value}; its inputs: ${given}`, hint)
}
