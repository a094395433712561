/// <reference lib="webworker" />
import { wasm, type WasmBackend } from '@backprop/backend-wasm'
import * as core from '@backprop/core'
import * as nn from '@backprop/nn'
import { fetched } from '../panels/fetched.ts'
import { sharePackages } from '../slots/shared-packages.ts'
import { TabSlots } from '../slots/tab-slots.ts'
import { fitYours, ourRollout, type ReadNumbers, readOurs, readYours, type StudentModel, wordFunctions } from './reader.ts' // prettier-ignore
import { trainWords } from './train-words.ts'
import type { FromWordWorker, Guess, Question, SentenceReading, ToWordWorker, WordFacts } from './word-messages.ts'
import { idsOf, LENGTH, SIZES, VOCABULARY, WordNetwork } from './word-network.ts'

// A static site has no files of a student, so it needs no whole packages either.
if (import.meta.env.DEV) sharePackages({ '@backprop/core': core, '@backprop/nn': nn })

const post = (message: FromWordWorker) => self.postMessage(message)

const slots = new TabSlots('words', list => post({ kind: 'slots', slots: list }))

const TRAINING = { steps: 600, reportEvery: 10 } as const
const MOST_GUESSES = 5

/** What reads sentences. */
type Network =
  | { readonly whose: 'ours' | 'here'; readonly network: WordNetwork; readonly metadata: WordFacts['metadata'] }
  | { readonly whose: 'yours'; readonly model: StudentModel; readonly blocks: number; readonly heads: number }

interface Session {
  readonly on: WasmBackend
  readonly weights: string
  ours?: Network
  /** The one in use. */
  network?: Network
}

let opening: Promise<Session> | undefined

self.onmessage = async ({ data: message }: MessageEvent<ToWordWorker>) => {
  try {
    if (message.kind === 'functions' || message.kind === 'use' || message.kind === 'shared')
      return await slots.handle(message)
    if (message.kind === 'start') opening = wasm().then(on => ({ on, weights: message.weights }))
    const session = await opening
    if (session) await answer(session, message)
  } catch (error) {
    post({ kind: 'failed', request: message.kind, why: error instanceof Error ? error.message : String(error) })
  }
}

async function answer(
  session: Session,
  message: Extract<ToWordWorker, { kind: 'start' | 'ours' | 'read' | 'train' }>,
): Promise<void> {
  switch (message.kind) {
    case 'start':
    case 'ours':
      session.ours ??= await loaded(session)
      session.network = session.ours
      return post({ kind: 'network', facts: factsOf(session.network) })
    case 'read':
      if (session.network) post({ kind: 'read', readings: await slots.guard(() => read(session, message.questions)) })
      return
    case 'train':
      session.network = await slots.guard(() => train(session, message.seed))
      post({ kind: 'network', facts: factsOf(session.network) })
      return post({ kind: 'trained' })
  }
}

async function loaded({ on, weights }: Session): Promise<Network> {
  const bytes = await fetched(weights)
  const network = new WordNetwork({ on, rng: core.rng(0) })
  nn.loadInto(network, bytes)
  return { whose: 'ours', network, metadata: nn.fromSafetensors(bytes).metadata }
}

async function train({ on }: Session, seed: number): Promise<Network> {
  const rng = core.rng(seed)
  const [fit, forward] = [slots.student('fit'), slots.student('forward')]
  const report = (progress: Extract<FromWordWorker, { kind: 'progress' }>['progress']) => post({ kind: 'progress', progress }) // prettier-ignore
  if (fit && forward) {
    const model = await fitYours(fit, { on, rng, ...TRAINING }, report)
    const { weights, heads } = readYours(forward, model, [idsOf([VOCABULARY[3]])], [0], on)
    return { whose: 'yours', model, blocks: weights.length, heads }
  }
  const network = new WordNetwork({ on, rng })
  const functions = wordFunctions(id => slots.student(id))
  await trainWords(network, { rng, ...TRAINING, functions, onProgress: report })
  return { whose: 'here', network, metadata: {} }
}

function factsOf(network: Network): WordFacts {
  if (network.whose === 'yours') return { whose: 'yours', blocks: network.blocks, heads: network.heads, metadata: {} }
  return { whose: network.whose, blocks: SIZES.blocks, heads: SIZES.heads, metadata: network.metadata }
}

function read(session: Session, questions: readonly Question[]): SentenceReading[] {
  const ids = questions.map(({ words, masked }) => idsOf(words, masked))
  const at = questions.flatMap(({ masked }, b) => masked.map(t => b * LENGTH + t))
  // A network gets at least one place to guess.
  const asked = at.length > 0 ? at : [0]
  const numbers = numbersOf(session, ids, asked)
  const rollout = slots.student('rollout')
  let row = 0
  return questions.map((question, b) => {
    const T = question.words.length
    const blocks = numbers.weights.map(weights => headsOf(weights, b, numbers.heads, T))
    const guesses = question.masked.map(() => best(numbers, row++))
    const through = Array.from({ length: T }, (_, query) => {
      if (!rollout) return ourRollout(blocks, query)
      const shares = new Float64Array(T)
      rollout.numbers(shares, T, blocks, query)
      return [...shares]
    })
    return { question, heads: numbers.heads, attention: blocks.flat(), through, guesses }
  })
}

function numbersOf({ network, ours, on }: Session, ids: number[][], at: number[]): ReadNumbers {
  const functions = wordFunctions(id => slots.student(id))
  const forward = slots.student('forward')
  if (network?.whose === 'yours' && forward) return readYours(forward, network.model, ids, at, on)
  const reads = network?.whose === 'yours' ? ours : network
  if (!reads || reads.whose === 'yours') throw new Error('Our network is not loaded.')
  return readOurs(reads.network, ids, at, functions)
}

/** The weights among the first T words of sentence b: `[H][T][T]`. */
function headsOf(weights: Float32Array, b: number, heads: number, T: number): number[][][] {
  const row = (h: number, t: number) => {
    const start = ((b * heads + h) * LENGTH + t) * LENGTH
    return [...weights.subarray(start, start + T)]
  }
  return Array.from({ length: heads }, (_, h) => Array.from({ length: T }, (_word, t) => row(h, t)))
}

/** The most likely words in one row of the logits. */
function best({ logits, vocabulary }: ReadNumbers, row: number): Guess[] {
  const scores = logits.subarray(row * vocabulary.length, (row + 1) * vocabulary.length)
  const most = Math.max(...scores)
  const shares = Array.from(scores, score => Math.exp(score - most))
  const sum = shares.reduce((a, b) => a + b, 0)
  return shares
    .map((share, id) => ({ word: vocabulary[id], probability: share / sum }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, MOST_GUESSES)
}
