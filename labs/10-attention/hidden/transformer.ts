import { Tensor } from '@backprop/core'
import { Parameter } from '@backprop/nn'
import { expect } from '@backprop/testkit'

/**
 * The transformer that `fit` returned, computed on this side in 64 bits, one sentence at a time. So the held-out
 * sentences are read by attention, as exercises 2 to 6 describe it, and by nothing else; and where a word looks is
 * measured here.
 */

/** Rows of numbers. */
export type Matrix = number[][]

export interface Norm {
  gain: number[]
  shift: number[]
}
export interface Dense {
  weight: Matrix
  bias: number[]
}
export interface Heads {
  query: Matrix
  key: Matrix
  value: Matrix
  out: Matrix
}
export interface Block {
  norm1: Norm
  attention: Heads
  norm2: Norm
  up: Dense
  down: Dense
}
export interface Model {
  words: string[]
  heads: number
  embedding: Matrix
  blocks: Block[]
  norm: Norm
  output: Dense
}

const PAD = 0
const MOST = { d: 64, hidden: 256, blocks: 3 }

export const transposed = (m: Matrix): Matrix => m[0].map((_, j) => m.map(row => row[j]))

export const dot = (a: readonly number[], b: readonly number[]): number => {
  let sum = 0
  // The innermost loop of hundreds of sentences: plain indices are the fastest way through it.
  for (let i = 0; i < a.length; i += 1) sum += a[i] * b[i]
  return sum
}

export const times = (a: Matrix, b: Matrix): Matrix => {
  const columns = transposed(b)
  return a.map(row => columns.map(column => dot(row, column)))
}

export function softmaxed(scores: readonly number[]): number[] {
  const largest = Math.max(...scores)
  const powers = scores.map(score => Math.exp(score - largest))
  const total = powers.reduce((sum, power) => sum + power, 0)
  return powers.map(power => power / total)
}

/** Attention of T queries to S keys; `hidden[s]` keeps attention away from key s. */
export function attend(q: Matrix, k: Matrix, v: Matrix, hidden: readonly boolean[] = []) {
  const weights = q.map(query =>
    softmaxed(k.map((key, s) => dot(query, key) / Math.sqrt(query.length) + (hidden[s] ? -1e9 : 0))),
  )
  return { weights, y: times(weights, v) }
}

/** Head by head, each with its own columns of the weights: [T, d], and the weights [H, T, T]. */
export function attendWithHeads(x: Matrix, w: Heads, heads: number, hidden: readonly boolean[] = []) {
  const width = w.query[0].length / heads
  const parts = Array.from({ length: heads }, (_, h) => {
    const own = (weight: Matrix) =>
      times(
        x,
        weight.map(row => row.slice(h * width, (h + 1) * width)),
      )
    return attend(own(w.query), own(w.key), own(w.value), hidden)
  })
  const joined = x.map((_, t) => parts.flatMap(({ y }) => y[t]))
  return { y: times(joined, w.out), weights: parts.map(({ weights }) => weights) }
}

export function normed(x: Matrix, { gain, shift }: Norm): Matrix {
  return x.map(row => {
    const mean = row.reduce((sum, value) => sum + value, 0) / row.length
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length
    return row.map((value, i) => ((value - mean) / Math.sqrt(variance + 1e-5)) * gain[i] + shift[i])
  })
}

export const through = (x: Matrix, { weight, bias }: Dense): Matrix =>
  times(x, weight).map(row => row.map((value, i) => value + bias[i]))

const plus = (a: Matrix, b: Matrix): Matrix => a.map((row, t) => row.map((value, i) => value + b[t][i]))

export function blockOf(x: Matrix, w: Block, heads: number, hidden: readonly boolean[] = []) {
  const { y, weights } = attendWithHeads(normed(x, w.norm1), w.attention, heads, hidden)
  const h = plus(x, y)
  const inside = through(normed(h, w.norm2), w.up).map(row => row.map(value => Math.max(0, value)))
  return { y: plus(h, through(inside, w.down)), weights }
}

/** The encodings of T positions, two columns at a time. */
export function sinusoids(length: number, d: number): Matrix {
  const rows: Matrix = Array.from({ length }, () => [])
  for (let pair = 0; 2 * pair < d; pair += 1) {
    const speed = Math.exp((-2 * pair * Math.log(10000)) / d)
    for (const [t, row] of rows.entries()) {
      row.push(Math.sin(t * speed))
      if (row.length < d) row.push(Math.cos(t * speed))
    }
  }
  return rows
}

/** The logits of one word of a sentence, and the attention weights of each block [H, T, T]. */
export function readWith(model: Model, ids: readonly number[], place: number) {
  const hidden = ids.map(id => id === PAD)
  let x = plus(
    ids.map(id => model.embedding[id]),
    sinusoids(ids.length, model.embedding[0].length),
  )
  const weights: Matrix[][] = []
  for (const each of model.blocks) {
    const done = blockOf(x, each, model.heads, hidden)
    x = done.y
    weights.push(done.weights)
  }
  const [logits] = through(normed([x[place]], model.norm), model.output)
  return { logits, weights }
}

/** Attention rollout of one word: the rows of blocks [L, H, T, T], from the last block to the first. */
export function rolledOut(blocks: readonly Matrix[][], query: number): number[] {
  const T = blocks[0]?.[0].length ?? 0
  const shares = new Array<number>(T).fill(0)
  shares[query] = 1
  for (let l = blocks.length - 1; l >= 0; l -= 1) {
    const before = [...shares]
    for (let u = 0; u < T; u += 1) {
      let taken = 0
      for (const head of blocks[l]) for (let t = 0; t < T; t += 1) taken += before[t] * head[t][u]
      shares[u] = before[u] / 2 + taken / blocks[l].length / 2
    }
  }
  return shares
}

/** The result as a transformer; it may be anything, whatever its type says. */
export function transformerOf(found: unknown): Model {
  const model = fieldsOf(found, 'fit returns a transformer')
  const words = model.words
  expect(Array.isArray(words) && words.length >= 3 && words.length <= 200, 'words is a list of words').toBe(true)
  const list = words as unknown[]
  expect(
    list.every(word => typeof word === 'string'),
    'words is a list of words',
  ).toBe(true)
  const V = list.length
  const embedding = matrixOf(model.embedding, 'embedding', [V, null])
  const d = embedding[0].length
  expect(d, `at most ${MOST.d} numbers for each word`).toBeLessThanOrEqual(MOST.d)
  expect(typeof model.heads, 'heads is a number').toBe('number')
  const heads = Number(model.heads)
  expect(Number.isInteger(heads) && heads >= 1 && d % heads === 0, 'the number of heads divides d').toBe(true)
  const { blocks } = model
  expect(Array.isArray(blocks) && blocks.length <= MOST.blocks, `at most ${MOST.blocks} blocks`).toBe(true)
  return {
    words: list as string[],
    heads,
    embedding,
    blocks: (blocks as unknown[]).map(each => blockWeights(each, d)),
    norm: normOf(model.norm, 'norm', d),
    output: denseOf(model.output, 'output', d, V),
  }
}

function blockWeights(given: unknown, d: number): Block {
  const block = fieldsOf(given, 'a block is an object')
  const heads = fieldsOf(block.attention, 'the attention of a block is an object')
  const square = (name: string) => matrixOf(heads[name], name, [d, d])
  const up = denseOf(block.up, 'up', d, null)
  const hidden = up.bias.length
  expect(hidden, `at most ${MOST.hidden} neurons`).toBeLessThanOrEqual(MOST.hidden)
  return {
    norm1: normOf(block.norm1, 'norm1', d),
    attention: { query: square('query'), key: square('key'), value: square('value'), out: square('out') },
    norm2: normOf(block.norm2, 'norm2', d),
    up,
    down: denseOf(block.down, 'down', hidden, d),
  }
}

function normOf(given: unknown, name: string, d: number): Norm {
  const norm = fieldsOf(given, `${name} is an object`)
  const vector = (key: string) => matrixOf(norm[key], `${name}.${key}`, [d])[0]
  return { gain: vector('gain'), shift: vector('shift') }
}

function denseOf(given: unknown, name: string, rows: number, cols: number | null): Dense {
  const layer = fieldsOf(given, `${name} is an object`)
  const weight = matrixOf(layer.weight, `${name}.weight`, [rows, cols])
  return { weight, bias: matrixOf(layer.bias, `${name}.bias`, [weight[0].length])[0] }
}

function fieldsOf(given: unknown, what: string): Record<string, unknown> {
  expect(typeof given === 'object' && given !== null, what).toBe(true)
  return given as Record<string, unknown>
}

/** The numbers of a parameter in rows; one row for a vector. A size of null may be anything from 1. */
function matrixOf(given: unknown, name: string, sizes: readonly (number | null)[]): Matrix {
  expect(given instanceof Parameter, `${name} is a Parameter`).toBe(true)
  const { value } = given as Parameter
  expect(value instanceof Tensor && value.shape.length === sizes.length, `the axes of ${name}`).toBe(true)
  const fits = value.shape.every((size, axis) => size >= 1 && (sizes[axis] ?? size) === size)
  expect(fits, `the shape of ${name} is [${sizes.map(size => size ?? 'any').join(', ')}]`).toBe(true)
  const numbers = [...value.dataSync()]
  expect(numbers.every(Number.isFinite), `all numbers of ${name} are finite`).toBe(true)
  const width = value.shape[value.shape.length - 1]
  return Array.from({ length: numbers.length / width }, (_, r) => numbers.slice(r * width, (r + 1) * width))
}
