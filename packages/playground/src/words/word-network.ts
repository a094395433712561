import { add, type Backend, gather, matmul, relu, reshape, type Tensor, tensor, transpose } from '@backprop/core'
import { longestPronounSentence, pronounWords } from '@backprop/datasets'
import { attentionWeights, Embedding, type Init, LayerNorm, Linear, sinusoidalPositions } from '@backprop/nn'

/** The ids of padding, of a masked word, and of a word that isn't in the vocabulary, as in lab 10. */
export const PAD = 0
export const MASK = 1
export const UNKNOWN = 2

/** All words, by id. */
export const VOCABULARY: readonly string[] = ['[pad]', '[mask]', '[unk]', ...pronounWords]

/** The number of ids of each sentence. */
export const LENGTH = longestPronounSentence

const IDS: ReadonlyMap<string, number> = new Map(VOCABULARY.map((word, id) => [word, id]))

/** The ids of a sentence, padded to `LENGTH`; the words at `masked` are masked. */
export function idsOf(words: readonly string[], masked: readonly number[] = []): number[] {
  const ids = words.map((word, t) => (masked.includes(t) ? MASK : (IDS.get(word) ?? UNKNOWN)))
  return [...ids, ...Array<number>(LENGTH - ids.length).fill(PAD)]
}

/** What attention returns: `[B, H, T, c]`, and a row of weights for each query, `[B, H, T, T]`. */
export interface Attended {
  readonly y: Tensor
  readonly weights: Tensor
}

/** The functions of the network that the student's can replace. */
export interface WordFunctions {
  /** The encodings of the places, `[length, d]`. */
  readonly positions: (length: number, d: number, on: Backend) => Tensor
  /** `seen` is 1 where a word may be looked at, and 0 at padding. `[B, 1, 1, T]` */
  readonly attention: (q: Tensor, k: Tensor, v: Tensor, seen: Tensor) => Attended
}

/** Ours. */
export const OUR_WORD_FUNCTIONS: WordFunctions = {
  positions: (length, d, on) => sinusoidalPositions(length, d, { on }),
  attention(q, k, v, seen) {
    const weights = attentionWeights(q, k, seen)
    return { y: matmul(weights, v), weights }
  },
}

/** What a network makes of sentences. */
export interface Reading {
  /** A row of logits for each place that was asked for. `[M, V]` */
  readonly logits: Tensor
  /** Of each block, `[B, H, T, T]`. */
  readonly weights: readonly Tensor[]
}

/** The sizes of our network: those of lab 10 with a second head. */
export const SIZES = { d: 48, heads: 2, hidden: 96, blocks: 2 } as const

/** One block of a transformer: norm, attention, skip; norm, neurons, skip. */
class Block {
  readonly norm1: LayerNorm
  readonly query: Linear
  readonly key: Linear
  readonly value: Linear
  readonly out: Linear
  readonly norm2: LayerNorm
  readonly up: Linear
  readonly down: Linear

  constructor(init: Init) {
    const { d, hidden } = SIZES
    this.norm1 = new LayerNorm(d, init)
    this.query = new Linear(d, d, init)
    this.key = new Linear(d, d, init)
    this.value = new Linear(d, d, init)
    this.out = new Linear(d, d, init)
    this.norm2 = new LayerNorm(d, init)
    this.up = new Linear(d, hidden, init)
    this.down = new Linear(hidden, d, init)
  }

  /** `[B, T, d]` to the same. */
  read(x: Tensor, seen: Tensor, { attention }: WordFunctions): Attended {
    const inside = this.norm1.forward(x)
    const [q, k, v] = [this.query, this.key, this.value].map(layer => split(layer.forward(inside)))
    const { y, weights } = attention(q, k, v, seen)
    const h = add(x, this.out.forward(reshape(transpose(y, [0, 2, 1, 3]), x.shape)))
    return { y: add(h, this.down.forward(relu(this.up.forward(this.norm2.forward(h))))), weights }
  }
}

/** `[B, T, d]` to `[B, H, T, d / H]` */
function split(x: Tensor): Tensor {
  const [B, T, d] = x.shape
  return transpose(reshape(x, [B, T, SIZES.heads, d / SIZES.heads]), [0, 2, 1, 3])
}

/** A transformer that guesses masked words. */
export class WordNetwork {
  readonly embedding: Embedding
  readonly blocks: readonly Block[]
  readonly norm: LayerNorm
  readonly output: Linear

  constructor(init: Init) {
    this.embedding = new Embedding(VOCABULARY.length, SIZES.d, { ...init, std: 0.5 })
    this.blocks = Array.from({ length: SIZES.blocks }, () => new Block(init))
    this.norm = new LayerNorm(SIZES.d, init)
    this.output = new Linear(SIZES.d, VOCABULARY.length, init)
  }

  /**
   * @param ids sentences of `LENGTH` ids
   * @param at the places to guess, counted through all sentences `[M]`
   */
  forward(ids: readonly (readonly number[])[], at: readonly number[], functions = OUR_WORD_FUNCTIONS): Reading {
    const { on } = this.norm.scale.value
    const all = ids.flat()
    const seen = tensor(Float32Array.from(all, id => Number(id !== PAD)), { on, shape: [ids.length, 1, 1, LENGTH] }) // prettier-ignore
    let x = add(
      this.embedding.forward({ indices: all, shape: [ids.length, LENGTH] }),
      functions.positions(LENGTH, SIZES.d, on),
    )
    const weights: Tensor[] = []
    for (const block of this.blocks) {
      const attended = block.read(x, seen, functions)
      x = attended.y
      weights.push(attended.weights)
    }
    const asked = gather(reshape(x, [all.length, SIZES.d]), { indices: [...at] })
    return { logits: this.output.forward(this.norm.forward(asked)), weights }
  }
}
