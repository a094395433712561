import { argmax, backward, crossEntropy, noGrad, type Rng } from '@backprop/core'
import { type NounPairs, type PronounSentence, pronounSentence } from '@backprop/datasets'
import { Adam, cosineDecay, parameters, warmUp } from '@backprop/nn'
import { idsOf, LENGTH, OUR_WORD_FUNCTIONS, type WordFunctions, type WordNetwork } from './word-network.ts'

/** How a training stands. */
export interface WordProgress {
  readonly step: number
  readonly steps: number
  /** The mean over the batches since the last report. */
  readonly loss: number
  /** The share of held-out pronouns that are guessed, 0 to 1; NaN where that isn't measured. */
  readonly accuracy: number
}

export interface WordTrainOptions {
  readonly rng: Rng
  readonly steps: number
  /** How many steps lie between two reports; there is one after the last step too. */
  readonly reportEvery: number
  /** Waited for, so that it can give other code a turn. */
  readonly onProgress?: (progress: WordProgress) => unknown
  readonly functions?: WordFunctions
}

const BATCH = 64
const RATE = 2.5e-3
const WARM_UP_STEPS = 50
/** The share of words that are masked besides the pronoun. */
const MASKED_SHARE = 0.15
const JUDGED_SENTENCES = 200

/** Trains a network in place: it guesses the pronoun and other masked words of random sentences. */
export async function trainWords(network: WordNetwork, options: WordTrainOptions): Promise<WordProgress> {
  const { rng, steps, reportEvery, onProgress, functions = OUR_WORD_FUNCTIONS } = options
  const learningRate = warmUp(WARM_UP_STEPS, cosineDecay(RATE, { steps: steps - WARM_UP_STEPS, end: RATE / 20 }))
  const adam = new Adam(parameters(network), { learningRate })
  const judged = sentences(JUDGED_SENTENCES, 'held-out', rng)
  let progress: WordProgress = { step: 0, steps, loss: NaN, accuracy: NaN }
  let losses: number[] = []
  for (let step = 1; step <= steps; step += 1) {
    const { ids, at, labels } = batchOf(rng)
    const loss = crossEntropy(network.forward(ids, at, functions).logits, labels)
    losses.push(await loss.item())
    backward(loss)
    adam.step()
    if (step % reportEvery !== 0 && step !== steps) continue
    const accuracy = await shareGuessed(network, judged, functions)
    progress = { step, steps, loss: losses.reduce((sum, one) => sum + one, 0) / losses.length, accuracy }
    losses = []
    await onProgress?.(progress)
  }
  return progress
}

const sentences = (count: number, pairs: NounPairs, rng: Rng): PronounSentence[] =>
  Array.from({ length: count }, () => pronounSentence({ rng, pairs }))

function batchOf(rng: Rng): { ids: number[][]; at: number[]; labels: number[] } {
  const [at, labels]: number[][] = [[], []]
  const ids = sentences(BATCH, 'training', rng).map(({ words, pronoun }, b) => {
    const whole = idsOf(words)
    const masked = words.map((_, t) => t).filter(t => rng.uniform() < MASKED_SHARE || t === pronoun)
    at.push(...masked.map(t => b * LENGTH + t))
    labels.push(...masked.map(t => whole[t]))
    return idsOf(words, masked)
  })
  return { ids, at, labels }
}

/** The share of sentences whose masked pronoun is guessed, 0 to 1. */
async function shareGuessed(
  network: WordNetwork,
  judged: readonly PronounSentence[],
  functions: WordFunctions,
): Promise<number> {
  const ids = judged.map(({ words, pronoun }) => idsOf(words, [pronoun]))
  const at = judged.map(({ pronoun }, b) => b * LENGTH + pronoun)
  const guesses = await argmax(noGrad(() => network.forward(ids, at, functions).logits))
  const right = judged.filter(({ words, pronoun }, b) => guesses[b] === idsOf(words)[pronoun])
  return right.length / judged.length
}
