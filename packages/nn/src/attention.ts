import {
  type Backend,
  dims,
  embedding,
  explain,
  type Indices,
  maskedSoftmax,
  matmul,
  mul,
  normal,
  reshape,
  softmax,
  type Tensor,
  tensor,
  transpose,
} from '@backprop/core'
import type { Init } from './init.ts'
import { Linear } from './linear.ts'
import type { Mode } from './mode.ts'
import type { Module } from './module.ts'
import { Parameter } from './parameter.ts'

/** A learned vector for each index, such as a word; they start from the normal distribution. */
export class Embedding implements Module<Indices> {
  readonly table: Parameter // [V, D]

  /** `std` is the standard deviation of the start; 1 unless given. */
  constructor(count: number, size: number, { on, rng, std = 1 }: Init & { readonly std?: number }) {
    this.table = new Parameter(normal([count, size], { on, rng, std }))
  }

  /** Indices [...S] → [...S, D]. Throws `RangeError` if one is not a row of the table. */
  forward(x: Indices): Tensor {
    return embedding(this.table.value, x)
  }
}

/**
 * Sinusoidal positions (Vaswani et al. 2017): the numbers 2i and 2i + 1 of row t are the sine and the cosine of
 * t / 10000^(2i / size), [length, size]. Added to embeddings [B, T, D], they tell attention the order of words.
 */
export function sinusoidalPositions(length: number, size: number, { on }: { readonly on: Backend }): Tensor {
  const values = Float64Array.from({ length: length * size }, (_, i) => {
    const [t, column] = [Math.floor(i / size), i % size]
    const angle = t / 10000 ** ((column - (column % 2)) / size)
    return column % 2 === 0 ? Math.sin(angle) : Math.cos(angle)
  })
  return tensor(values, { on, shape: [length, size] })
}

/**
 * How much each query attends to each key, softmax(q kᵀ / √d): q [..., T, d], k [..., S, d] → [..., T, S]. Where `mask`,
 * which broadcasts to that, is 0, the weight is 0. Throws `ShapeError`.
 */
export function attentionWeights(q: Tensor, k: Tensor, mask?: Tensor): Tensor {
  const scores = matmul(mul(q, (q.shape.at(-1) ?? 1) ** -0.5), k, { transposeB: true })
  return mask ? maskedSoftmax(scores, mask) : softmax(scores)
}

/**
 * Multi-head self-attention (Vaswani et al. 2017): each of some heads looks with its own part of the queries and keys,
 * and their answers are joined and mixed.
 */
export class MultiHeadAttention implements Module {
  readonly query: Linear
  readonly key: Linear
  readonly value: Linear
  readonly output: Linear
  readonly heads: number

  /** Throws `RangeError` unless `size` is a multiple of `heads`. */
  constructor(size: number, heads: number, init: Init) {
    if (!(Number.isInteger(heads) && heads > 0 && size % heads === 0)) {
      const fact = `the size is ${size} and there are ${heads} heads, expected a multiple of the heads`
      throw new RangeError(explain('MultiHeadAttention', fact))
    }
    this.query = new Linear(size, size, init)
    this.key = new Linear(size, size, init)
    this.value = new Linear(size, size, init)
    this.output = new Linear(size, size, init)
    this.heads = heads
  }

  /**
   * x [B, T, D] → the same. `mask` is 1 where a place may be seen and 0 elsewhere, and broadcasts to [B, heads, T, T]:
   * for padding it is [B, 1, 1, T]. Throws `ShapeError`.
   */
  forward(x: Tensor, _mode?: Mode, mask?: Tensor): Tensor {
    const { B, T, D } = dims('MultiHeadAttention', 'x', x, ['B', 'T', 'D'], 'one row for each word of each sentence')
    const seen = matmul(this.weights(x, mask), this.#split(this.value.forward(x))) // [B, heads, T, d]
    return this.output.forward(reshape(transpose(seen, [0, 2, 1, 3]), [B, T, D]))
  }

  /** How much each place attends to each other one, [B, heads, T, T]: for pictures and tests. */
  weights(x: Tensor, mask?: Tensor): Tensor {
    return attentionWeights(this.#split(this.query.forward(x)), this.#split(this.key.forward(x)), mask)
  }

  /** [B, T, D] → [B, heads, T, D / heads] */
  #split(x: Tensor): Tensor {
    const [B, T, D] = x.shape
    return transpose(reshape(x, [B, T, this.heads, D / this.heads]), [0, 2, 1, 3])
  }
}
