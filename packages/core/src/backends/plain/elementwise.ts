import type { BinaryKernel, FloatArray, UnaryKernel } from '../../backend.ts'
import { sizeOf } from '../../shape.ts'

/** A window on a typed array, as the loops of the plain backend see it. */
export interface Strided {
  readonly values: FloatArray
  readonly shape: readonly number[]
  readonly strides: readonly number[]
  readonly offset: number
}

/** Makes room for the result of a kernel, filled with zeros. */
export type Allocate = (size: number) => FloatArray

const UNARY: Record<Exclude<UnaryKernel, 'copy'>, (x: number) => number> = {
  neg: x => -x,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  relu: x => (x < 0 ? 0 : x), // a NaN stays one
  sigmoid: x => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
  erf,
}

const BINARY: Record<BinaryKernel, (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  maximum: Math.max,
  equal: (a, b) => (a === b ? 1 : 0),
  gate: (a, b) => (b > 0 ? a : 0),
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

/** y = f(x), in row-major order. */
export function unary(kernel: UnaryKernel, x: Strided, allocate: Allocate): FloatArray {
  const y = allocate(sizeOf(x.shape))
  const { values } = x
  eachRow(x.shape, [x], (o, n, [i], [s]) => {
    // Without a call for each number: whatever walks a tensor in another order is a copy.
    if (kernel === 'copy') for (let k = 0; k < n; k++) y[o + k] = values[i + k * s]
    else for (let k = 0; k < n; k++) y[o + k] = UNARY[kernel](values[i + k * s])
  })
  return y
}

/** y = f(a, b), in row-major order; both have the same shape. */
export function binary(kernel: BinaryKernel, a: Strided, b: Strided, allocate: Allocate): FloatArray {
  const f = BINARY[kernel]
  const y = allocate(sizeOf(a.shape))
  eachRow(a.shape, [a, b], (o, n, [i, j], [s, t]) => {
    for (let k = 0; k < n; k++) y[o + k] = f(a.values[i + k * s], b.values[j + k * t])
  })
  return y
}

type Visit = (out: number, length: number, starts: readonly number[], strides: readonly number[]) => void

/** Calls `visit` for each row of the operands: the innermost axis, and those that can be walked in one go with it. */
function eachRow(shape: readonly number[], operands: readonly Strided[], visit: Visit): void {
  const size = sizeOf(shape)
  let [inner, length] = [shape.length, 1]
  const strides = operands.map(x => x.strides.at(-1) ?? 1)
  const follows = (x: Strided, at: number) => x.strides[inner - 1] === strides[at] * length
  while (inner > 0 && (length === 1 || operands.every(follows))) {
    if (length === 1) for (const [at, x] of operands.entries()) strides[at] = x.strides[inner - 1]
    length *= shape[--inner]
  }
  for (let out = 0; out < size; out += length) {
    const starts = operands.map(x => x.offset)
    for (let axis = inner - 1, row = out / length; axis >= 0; row = Math.floor(row / shape[axis--])) {
      for (const [at, x] of operands.entries()) starts[at] += (row % shape[axis]) * x.strides[axis]
    }
    visit(out, length, starts, strides)
  }
}
