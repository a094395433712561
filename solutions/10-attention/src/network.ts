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
  // SOLUTION(masked-words): gather picks rows of the embedding; reshape to [B, T, d], and back to pick the places.
  const [B, T] = [ids.length, ids[0].length]
  const d = model.embedding.value.shape[1]
  const mask = paddingMask(ids, { on })
  const words = reshape(gather(model.embedding.value, { indices: ids.flat() }), [B, T, d])
  let x = add(words, tensor(positions(T, d), { on }))
  const weights: Tensor[] = []
  for (const each of model.blocks) {
    const attended = block(x, each, model.heads, mask)
    x = attended.y
    weights.push(attended.weights)
  }
  const asked = gather(reshape(x, [B * T, d]), { indices: at })
  return { logits: dense(layerNorm(asked, model.norm), model.output), weights }
  // END
}

/** Given: the same sentence with word t masked too, if it is not masked yet. */
export function alsoMask({ ids, at, labels }: Blanked, t: number): Blanked {
  if (at.includes(t)) return { ids, at, labels }
  return { ids: ids.with(t, MASK), at: [...at, t], labels: [...labels, ids[t]] }
}

// SOLUTION
const SETTINGS: Settings = { d: 48, heads: 1, hidden: 96, blocks: 2 }
const BATCH = 64
/** The share of the words that are masked in training, besides the pronoun. */
const SHARE = 0.15
const RATE = 2.5e-3

/** An example with ids instead of words. */
interface Encoded {
  row: number[]
  pronoun: number
}

/** Random sentences with their blanks, and where the blanks are among all ids. */
function draw(sentences: Encoded[], rng: Rng) {
  const ids: number[][] = []
  const at: number[] = []
  const labels: number[] = []
  for (let b = 0; b < BATCH; b += 1) {
    const { row, pronoun } = sentences[rng.integer(sentences.length)]
    const blanked = alsoMask(maskWords(row, SHARE, rng), pronoun)
    ids.push(blanked.ids)
    at.push(...blanked.at.map(t => b * LENGTH + t))
    labels.push(...blanked.labels)
  }
  return { ids, at, labels }
}
// END

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
  // SOLUTION(masked-words): For each step draw a batch, mask words, and let Adam take a step on the cross-entropy.
  const { on, rng, steps, onStep } = options
  const known = vocabulary(sentences.map(({ words }) => words))
  const encoded = sentences.map(({ words, pronoun }) => ({ row: encode(words, known, LENGTH), pronoun }))
  const model = makeTransformer(known, SETTINGS, options)
  const learningRate = warmUp(50, cosineDecay(RATE, { steps: steps - 50, end: RATE / 20 }))
  const adam = new Adam(parameters(model), { learningRate })
  for (let step = 1; step <= steps; step += 1) {
    const { ids, at, labels } = draw(encoded, rng)
    const loss = crossEntropy(forward(model, ids, at, { on }).logits, labels)
    const number = await loss.item()
    backward(loss)
    adam.step()
    onStep?.(step, number)
  }
  return model
  // END
}
