import { type Backend, noGrad, type Rng, tensor } from '@backprop/core'
import { pronounSentence } from '@backprop/datasets'
import type { StudentFunction } from '../slots/student-function.ts'
import { numbersIn } from '../slots/tensors.ts'
import type { WordProgress } from './train-words.ts'
import { LENGTH, OUR_WORD_FUNCTIONS, SIZES, VOCABULARY, type WordFunctions, type WordNetwork } from './word-network.ts'

/** The student's function for a slot, or null. */
export type Lookup = (id: string) => StudentFunction | null

/** Numbers for sentences of `LENGTH` ids: a network of either kind, as this page reads it. */
export interface ReadNumbers {
  readonly vocabulary: readonly string[]
  readonly heads: number
  /** `[M · V]` */
  readonly logits: Float32Array
  /** Of each block, `[B · H · T · T]`. */
  readonly weights: readonly Float32Array[]
}

/** Our functions with the student's where they are written. */
export function wordFunctions(student: Lookup): WordFunctions {
  const [positions, attention] = [student('positions'), student('attention')]
  return {
    positions: positions
      ? (length, d, on) => {
          const rows = positions.rows(length, length, d)
          const row = new Float64Array(d)
          const all = new Float64Array(length * d)
          for (let t = 0; t < length; t += 1) {
            positions.copy(rows[t], row, 0, d, [length, d])
            all.set(row, t * d)
          }
          return tensor(all, { on, shape: [length, d] })
        }
      : OUR_WORD_FUNCTIONS.positions,
    attention: attention
      ? (q, k, v, seen) => {
          const [B, H, T, c] = q.shape
          // Lab 10 adds its mask to the scores.
          const never = Array.from(seen.dataSync(), one => (one === 1 ? 0 : -1e9))
          const mask = tensor(never, { on: q.on, shape: [B, 1, 1, T] })
          const answer = attention.fields(attention.call(q, k, v, mask), ['y', 'weights'])
          numbersIn(attention, answer.y, [B, H, T, c])
          numbersIn(attention, answer.weights, [B, H, T, T])
          // The check above found two tensors of these shapes, made by the copy of core that this worker shares.
          return answer as ReturnType<WordFunctions['attention']>
        }
      : OUR_WORD_FUNCTIONS.attention,
  }
}

/** Reads sentences with our network. `at` are places counted through all sentences. */
export function readOurs(
  network: WordNetwork,
  ids: readonly (readonly number[])[],
  at: readonly number[],
  functions: WordFunctions,
): ReadNumbers {
  const { logits, weights } = noGrad(() => network.forward(ids, at, functions))
  return {
    vocabulary: VOCABULARY,
    heads: SIZES.heads,
    logits: Float32Array.from(logits.dataSync()),
    weights: weights.map(block => Float32Array.from(block.dataSync())),
  }
}

/** What the student's `fit` made, as far as this page looks into it. */
export interface StudentModel {
  readonly model: unknown
  readonly words: readonly string[]
}

/** Reads sentences with a network that the student's `fit` made, by their `forward`. Ids are those of its own words. */
export function readYours(
  forward: StudentFunction,
  { model, words }: StudentModel,
  ids: readonly (readonly number[])[],
  at: readonly number[],
  on: Backend,
): ReadNumbers {
  const own = VOCABULARY.map(word => Math.max(words.indexOf(word), 0))
  const answer = noGrad(() =>
    forward.call(model, ids.map(row => row.map(id => own[id])), [...at], { on })) // prettier-ignore
  const { logits, weights } = forward.fields(answer, ['logits', 'weights'])
  if (!Array.isArray(weights) || weights.length === 0) throw forward.fault('expected weights of each block', weights)
  const { shape } = forward.fields(weights[0], ['shape'])
  const heads: unknown = Array.isArray(shape) ? shape[1] : undefined
  if (typeof heads !== 'number') throw forward.fault('expected weights of shape [B, H, T, T]', weights[0])
  return {
    vocabulary: words,
    heads,
    logits: numbersIn(forward, logits, [at.length, words.length]),
    weights: weights.map(block => numbersIn(forward, block, [ids.length, heads, LENGTH, LENGTH])),
  }
}

const SENTENCES = 12_000

/** Trains a network by the student's `fit`, which gets sentences as lab 10 has them. */
export async function fitYours(
  fit: StudentFunction,
  options: { readonly on: Backend; readonly rng: Rng; readonly steps: number; readonly reportEvery: number },
  onProgress: (progress: WordProgress) => void,
): Promise<StudentModel> {
  const { on, rng, steps, reportEvery } = options
  const sentences = Array.from({ length: SENTENCES }, () => pronounSentence({ rng }))
  let losses: number[] = []
  const onStep = (step: number, loss: number) => {
    fit.alive()
    losses.push(loss)
    if (step % reportEvery !== 0 && step !== steps) return
    onProgress({ step, steps, loss: losses.reduce((sum, one) => sum + one, 0) / losses.length, accuracy: NaN })
    losses = []
  }
  const running = fit.call(sentences, { on, rng, steps, onStep })
  fit.alive()
  const model = await fit.completion(running)
  const { words } = fit.fields(model, ['words'])
  if (!Array.isArray(words) || !words.every(word => typeof word === 'string'))
    throw fit.fault('expected a transformer with its words', words)
  return { model, words }
}

/** The shares that word `query` gets from all words through all blocks: half of each block's answer is the word itself. */
export function ourRollout(blocks: readonly (readonly (readonly (readonly number[])[])[])[], query: number): number[] {
  const places = blocks[0][0].length
  const mean = (heads: readonly (readonly (readonly number[])[])[], t: number, u: number) =>
    heads.reduce((sum, head) => sum + head[t][u], 0) / heads.length
  return blocks.toReversed().reduce<number[]>(
    (shares, heads) =>
      shares.map((share, u) => share / 2 + shares.reduce((sum, one, t) => sum + one * mean(heads, t, u), 0) / 2),
    Array.from({ length: places }, (_, t) => Number(t === query)),
  )
}
