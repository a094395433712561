import { type Backend, type Rng, Tensor, tensor } from '@backprop/core'
import { Parameter } from '@backprop/nn'
import { expect, type Numbers, type Tolerance } from '@backprop/testkit'
import type { Block, Dense, Heads, Matrix, Model, Norm } from './transformer.ts'

/** A student's function may return anything, whatever its type says: these check its kind before its numbers. */

/** Backends compute in 32 bits, the reference in 64. */
export const CLOSE: Tolerance = { relative: 1e-3, absolute: 1e-4 }
/** Both sides compute in 64 bits. */
export const EXACT: Tolerance = { relative: 1e-9, absolute: 1e-12 }

/** Asserts that the result is a tensor near the expected numbers. */
export function expectTensor(actual: unknown, expected: Numbers, why: string, close = CLOSE): void {
  expect(actual, `${why}: a tensor`).toBeInstanceOf(Tensor)
  expect(actual as Tensor, why).toBeNear(expected, close)
}

/** Asserts that the result is a nested list of numbers near the expected ones. */
export function expectLists(actual: unknown, expected: Numbers, why: string): void {
  expect(Array.isArray(actual), `${why}: a list`).toBe(true)
  expect(actual, why).toBeNear(expected, EXACT)
}

/** Asserts that the result is a number near the expected one. */
export function expectNumber(actual: unknown, expected: number, why: string): void {
  expect(typeof actual, `${why}: a number`).toBe('number')
  expect(actual, why).toBeNear(expected, EXACT)
}

/** The result, as an object with fields. */
export function fields<T extends object>(result: T): { [K in keyof T]: unknown } {
  expect(typeof result === 'object' && result !== null, 'an object with the documented fields').toBe(true)
  return result
}

/** Normal numbers. `[rows, cols]` */
export const normals = (rng: Rng, rows: number, cols: number, scale = 1): Matrix =>
  Array.from({ length: rows }, () => Array.from({ length: cols }, () => scale * rng.normal()))

/** Random parts of a transformer in plain numbers, with vectors that are neither 0 nor 1. */
export const randomNorm = (rng: Rng, d: number): Norm => {
  const [gain, shift] = normals(rng, 2, d)
  return { gain, shift }
}
const randomDense = (rng: Rng, rows: number, cols: number): Dense => ({
  weight: normals(rng, rows, cols, 1 / Math.sqrt(rows)),
  bias: normals(rng, 1, cols)[0],
})
export const randomHeads = (rng: Rng, d: number): Heads => {
  const square = () => normals(rng, d, d, 1 / Math.sqrt(d))
  return { query: square(), key: square(), value: square(), out: square() }
}
export const randomBlock = (rng: Rng, d: number, hidden: number): Block => ({
  norm1: randomNorm(rng, d),
  attention: randomHeads(rng, d),
  norm2: randomNorm(rng, d),
  up: randomDense(rng, d, hidden),
  down: randomDense(rng, hidden, d),
})
/** A whole transformer. */
export function randomModel(
  rng: Rng,
  size: { words: number; d: number; heads: number; hidden: number; blocks: number },
): Model {
  const { words, d, heads, hidden, blocks } = size
  return {
    words: Array.from({ length: words }, (_, i) => `w${i}`),
    heads,
    embedding: normals(rng, words, d),
    blocks: Array.from({ length: blocks }, () => randomBlock(rng, d, hidden)),
    norm: randomNorm(rng, d),
    output: randomDense(rng, d, words),
  }
}

/** The same numbers as parameters on a backend. */
export function boxes(on: Backend) {
  const box = (numbers: Matrix | number[]) => new Parameter(tensor(numbers, { on }))
  const norm = ({ gain, shift }: Norm) => ({ gain: box(gain), shift: box(shift) })
  const dense = ({ weight, bias }: Dense) => ({ weight: box(weight), bias: box(bias) })
  const heads = ({ query, key, value, out }: Heads) => ({
    query: box(query),
    key: box(key),
    value: box(value),
    out: box(out),
  })
  const block = (w: Block) => ({
    norm1: norm(w.norm1),
    attention: heads(w.attention),
    norm2: norm(w.norm2),
    up: dense(w.up),
    down: dense(w.down),
  })
  const model = (m: Model) => ({
    words: m.words,
    heads: m.heads,
    embedding: box(m.embedding),
    blocks: m.blocks.map(block),
    norm: norm(m.norm),
    output: dense(m.output),
  })
  return { norm, heads, block, model }
}
