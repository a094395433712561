import type { BinaryKernel, FloatArray, UnaryKernel } from '../../backend.ts'
import { sizeOf } from '../../shape.ts'
import type { Allocate, Strided } from './strided.ts'

// A row is the innermost axis: n numbers, `s` apart from the i-th on. Each kernel owns its loop, for one loop that calls
// a function per number is five times slower. Rows are long: axes that lie one behind the other were merged before.
type UnaryRow = (x: FloatArray, i: number, s: number, y: FloatArray, o: number, n: number) => void
type BinaryRow = (
  a: FloatArray,
  i: number,
  s: number,
  b: FloatArray,
  j: number,
  t: number,
  y: FloatArray,
  o: number,
  n: number,
) => void

/** For functions that cost more than the call. */
const each =
  (f: (x: number) => number): UnaryRow =>
  (x, i, s, y, o, n) => {
    for (let k = 0; k < n; k++) y[o + k] = f(x[i + k * s])
  }

const UNARY: Record<UnaryKernel, UnaryRow> = {
  copy(x, i, s, y, o, n) {
    if (s === 1) y.set(x.subarray(i, i + n), o)
    else for (let k = 0; k < n; k++) y[o + k] = x[i + k * s]
  },
  neg(x, i, s, y, o, n) {
    for (let k = 0; k < n; k++) y[o + k] = -x[i + k * s]
  },
  exp: each(Math.exp),
  log: each(Math.log),
  sqrt(x, i, s, y, o, n) {
    for (let k = 0; k < n; k++) y[o + k] = Math.sqrt(x[i + k * s])
  },
  relu(x, i, s, y, o, n) {
    for (let k = 0; k < n; k++) {
      const v = x[i + k * s]
      y[o + k] = v < 0 ? 0 : v // a NaN stays one
    }
  },
  sigmoid: each(x => 1 / (1 + Math.exp(-x))),
  tanh: each(Math.tanh),
  erf: each(erf),
}

/**
 * 2/√π exp(−x²) Σ 2ⁿ x²ⁿ⁺¹ / (1 · 3 · … · (2n + 1)), Abramowitz and Stegun (1964) 7.1.6. All terms have one sign, so
 * nothing cancels: 14 digits are right. Beyond 6 the result rounds to 1.
 */
function erf(x: number): number {
  if (!(Math.abs(x) < 6)) return Math.sign(x) // of a NaN that is a NaN
  let [term, sum] = [x, x]
  for (let n = 3; Math.abs(term) > 1e-17 * Math.abs(sum); n += 2) sum += term *= (2 * x * x) / n
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
}

const BINARY: Record<BinaryKernel, BinaryRow> = {
  add(a, i, s, b, j, t, y, o, n) {
    for (let k = 0; k < n; k++) y[o + k] = a[i + k * s] + b[j + k * t]
  },
  sub(a, i, s, b, j, t, y, o, n) {
    for (let k = 0; k < n; k++) y[o + k] = a[i + k * s] - b[j + k * t]
  },
  mul(a, i, s, b, j, t, y, o, n) {
    for (let k = 0; k < n; k++) y[o + k] = a[i + k * s] * b[j + k * t]
  },
  div(a, i, s, b, j, t, y, o, n) {
    for (let k = 0; k < n; k++) y[o + k] = a[i + k * s] / b[j + k * t]
  },
  maximum(a, i, s, b, j, t, y, o, n) {
    for (let k = 0; k < n; k++) y[o + k] = Math.max(a[i + k * s], b[j + k * t])
  },
  equal(a, i, s, b, j, t, y, o, n) {
    for (let k = 0; k < n; k++) y[o + k] = a[i + k * s] === b[j + k * t] ? 1 : 0
  },
  gate(a, i, s, b, j, t, y, o, n) {
    for (let k = 0; k < n; k++) y[o + k] = b[j + k * t] > 0 ? a[i + k * s] : 0
  },
}

/** y = f(x), in row-major order. */
export function unary(kernel: UnaryKernel, x: Strided, allocate: Allocate): FloatArray {
  const row = UNARY[kernel]
  const y = allocate(sizeOf(x.shape))
  eachRow(x.shape, [x], (o, n, s, [i]) => row(x.values, i, s[0], y, o, n))
  return y
}

/** y = f(a, b), in row-major order; both have the same shape. */
export function binary(kernel: BinaryKernel, a: Strided, b: Strided, allocate: Allocate): FloatArray {
  const row = BINARY[kernel]
  const y = allocate(sizeOf(a.shape))
  eachRow(a.shape, [a, b], (o, n, s, [i, j]) => row(a.values, i, s[0], b.values, j, s[1], y, o, n))
  return y
}

type Visit = (out: number, length: number, strides: readonly number[], starts: readonly number[]) => void

/** Calls `visit` for each row of the operands, after merging all axes that can be walked in one go. */
function eachRow(shape: readonly number[], operands: readonly Strided[], visit: Visit): void {
  if (sizeOf(shape) === 0) return
  const merged = mergeAxes(shape, operands)
  const { length, strides } = merged.pop() ?? { length: 1, strides: operands.map(() => 0) }
  const starts = operands.map(x => x.offset)
  const index = merged.map(() => 0)
  for (let out = 0; ; out += length) {
    visit(out, length, strides, starts)
    // Step to the next row like an odometer: the last wheel first, and on overflow wind it back.
    let axis = merged.length - 1
    for (; axis >= 0; axis--) {
      const wheel = merged[axis]
      for (let k = 0; k < starts.length; k++) starts[k] += wheel.strides[k]
      if (++index[axis] < wheel.length) break
      for (let k = 0; k < starts.length; k++) starts[k] -= wheel.strides[k] * wheel.length
      index[axis] = 0
    }
    if (axis < 0) return
  }
}

interface Axis {
  length: number
  /** One for each operand. */
  strides: readonly number[]
}

function mergeAxes(shape: readonly number[], operands: readonly Strided[]): Axis[] {
  const axes: Axis[] = []
  for (const [axis, length] of shape.entries()) {
    if (length === 1) continue
    const strides = operands.map(x => x.strides[axis])
    const outer = axes.at(-1)
    if (outer?.strides.every((stride, k) => stride === strides[k] * length)) {
      outer.length *= length
      outer.strides = strides
    } else axes.push({ length, strides })
  }
  return axes
}
