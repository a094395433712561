import type { FromStudentWorker, ToStudentWorker } from '../panels/student-worker.ts'
import type { WordProgress } from './train-words.ts'

/** A sentence, and the places of the words that are masked. */
export interface Question {
  readonly words: readonly string[]
  readonly masked: readonly number[]
}

/** A word, and how likely the network finds it. */
export interface Guess {
  readonly word: string
  readonly probability: number
}

/** What a network makes of one sentence of T words. */
export interface SentenceReading {
  readonly question: Question
  readonly heads: number
  /** For each block and head, a row of weights for each word: `[blocks · heads][T][T]`. */
  readonly attention: readonly (readonly (readonly number[])[])[]
  /** For each word, the shares that it gets from each word through all blocks. `[T][T]` */
  readonly through: readonly (readonly number[])[]
  /** For each masked place, the most likely words, the best first. */
  readonly guesses: readonly (readonly Guess[])[]
}

/** The network that reads now. */
export interface WordFacts {
  /** From our file; trained in this page with our network; or trained by the student's `fit`. */
  readonly whose: 'ours' | 'here' | 'yours'
  readonly blocks: number
  readonly heads: number
  /** What the file says about itself: `steps`, `accuracy`. */
  readonly metadata: Readonly<Record<string, string>>
}

/** From the page to the worker of the tab. */
export type ToWordWorker =
  /** First of all: where our weights are. Loads them at once. */
  | { readonly kind: 'start'; readonly weights: string }
  | { readonly kind: 'ours' }
  /** Answered by one `read`, or `failed`. */
  | { readonly kind: 'read'; readonly questions: readonly Question[] }
  /** Trains a new network: the student's, where `fit` and `forward` are theirs. Answers `progress` until `trained`. */
  | { readonly kind: 'train'; readonly seed: number }
  | ToStudentWorker

/** From the worker to the page. */
export type FromWordWorker =
  | { readonly kind: 'network'; readonly facts: WordFacts }
  /** One reading for each question. */
  | { readonly kind: 'read'; readonly readings: readonly SentenceReading[] }
  | { readonly kind: 'progress'; readonly progress: WordProgress }
  | { readonly kind: 'trained' }
  /** Which request failed, and a sentence that says why. */
  | { readonly kind: 'failed'; readonly request: ToWordWorker['kind']; readonly why: string }
  | FromStudentWorker
