/**
 * A small transformer that guesses masked words.
 *
 * `on` is the backend, the device that computes; `rng` is the source of all randomness.
 */
import {
  add,
  type Backend,
  backward,
  crossEntropy,
  gather,
  normal,
  ones,
  reshape,
  type Rng,
  type Tensor,
  tensor,
  zeros,
} from '@backprop/core'
import { Adam, cosineDecay, Parameter, parameters, warmUp } from '@backprop/nn'
import { NotImplemented } from '@backprop/testkit/todo'
import { paddingMask } from './attention.ts'
import { block, type BlockWeights, dense, type DenseWeights, layerNorm, type NormWeights } from './block.ts'
import { positions } from './positions.ts'
import { type Blanked, encode, MASK, maskWords, vocabulary } from './tokens.ts'

/** Where to compute, and where random numbers come from. */
export interface Init {
  on: Backend
  rng: Rng
}

/** The sizes of a transformer that you may choose. */
export interface Settings {
  /** The number of numbers for each word: at most 64. */
  d: number
  /** The number of heads of each block; must divide d. */
  heads: number
  /** The number of neurons in the MLP of each block: at most 256. */
  hidden: number
  /** At most 3. */
  blocks: number
}

/** A transformer: its vocabulary and its parameters. */
export interface Transformer {
  words: string[]
  heads: number
  /** A row for each word. `[V, d]` */
  embedding: Parameter
  blocks: BlockWeights[]
  norm: NormWeights
  /** From d numbers to a logit for each word. */
  output: DenseWeights
}

/** What a transformer returns. */
export interface Reading {
  /** A row of logits for each place that was asked for. `[M, V]` */
  logits: Tensor
  /** The attention weights of each block. `[B, H, T, T]` each */
  weights: Tensor[]
}

/** A sentence to learn from. */
export interface Example {
  /** At most `LENGTH` words. */
  words: string[]
  /** The index of the pronoun: the word that will be asked for. */
  pronoun: number
}

export interface FitOptions extends Init {
  /** The number of steps of training. */
  steps: number
  /** Called after each step with its number, from 1, and the loss of its batch. */
  onStep?: (step: number, loss: number) => void
}

/** Given: the number of ids in a sentence. No sentence of this lab is longer. */
export const LENGTH = 13

/** Given: a transformer with random weights. */
export function makeTransformer(words: string[], { d, heads, hidden, blocks }: Settings, init: Init): Transformer {
  const matrix = (rows: number, cols: number) =>
    new Parameter(normal([rows, cols], { ...init, std: Math.sqrt(1 / rows), requiresGrad: true }))
  const vector = (size: number, make = zeros) => new Parameter(make([size], { on: init.on, requiresGrad: true }))
  const norm = () => ({ gain: vector(d, ones), shift: vector(d) })
  const layer = (rows: number, cols: number) => ({ weight: matrix(rows, cols), bias: vector(cols) })
  return {
    words,
    heads,
    embedding: new Parameter(normal([words.length, d], { ...init, std: 0.5, requiresGrad: true })),
    blocks: Array.from({ length: blocks }, () => ({
      norm1: norm(),
      attention: { query: matrix(d, d), key: matrix(d, d), value: matrix(d, d), out: matrix(d, d) },
      norm2: norm(),
      up: layer(d, hidden),
      down: layer(hidden, d),
    })),
    norm: norm(),
    output: layer(d, words.length),
  }
}

/**
 * Reads sentences: embedding plus positions, the blocks, a layer norm, and a layer of neurons for the words that were
 * asked for.
 *
 * @param model the transformer
 * @param ids B sentences of T ids, padded with `PAD`. `[B, T]`
 * @param at the places to guess, as indices into all ids, row after row: b · T + t for word t of sentence b. `[M]`
 * @param options.on the backend that computes
 * @returns the logits of those places, in their order, and the attention weights of each block
 */
export function forward(model: Transformer, ids: number[][], at: number[], { on }: Pick<Init, 'on'>): Reading {
  // TODO(masked-words): gather picks rows of the embedding; reshape to [B, T, d], and back to pick the places.
  throw new NotImplemented('masked-words')
}

/** Given: the same sentence with word t masked too, if it is not masked yet. */
export function alsoMask({ ids, at, labels }: Blanked, t: number): Blanked {
  if (at.includes(t)) return { ids, at, labels }
  return { ids: ids.with(t, MASK), at: [...at, t], labels: [...labels, ids[t]] }
}

/**
 * Learns to guess masked words, above all pronouns.
 *
 * @param sentences what to learn from; not changed
 * @param options.steps the number of steps; a step on 64 sentences takes about 10 ms
 * @returns a transformer whose `words` are the vocabulary of the sentences. The grader computes with its parameters as
 *   exercises 2 to 6 describe, pads sentences to `LENGTH`, and replaces one word by `MASK`
 * @example const model = await fit(sentences, { on, rng, steps: 1000 })
 */
export async function fit(sentences: Example[], options: FitOptions): Promise<Transformer> {
  // TODO(masked-words): For each step draw a batch, mask words, and let Adam take a step on the cross-entropy.
  throw new NotImplemented('masked-words')
}
