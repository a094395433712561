import { type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { openStudentWorker, type StudentWorker } from '../panels/student-worker.ts'
import type { WordProgress } from './train-words.ts'
import type { FromWordWorker, Question, SentenceReading, ToWordWorker, WordFacts } from './word-messages.ts'

type OwnMessage = Exclude<FromWordWorker, { kind: 'slots' }>

/** The network of the words, which lives in a worker, as the page sees it. */
export interface WordReader {
  readonly worker: StudentWorker<ToWordWorker>
  /** What to read: the sentence that is shown, then others to compare it with. */
  readonly questions: Signal<readonly Question[]>
  /** The last answer, in the order of its questions. */
  readonly readings: ReadonlySignal<readonly SentenceReading[]>
  readonly network: ReadonlySignal<WordFacts | null>
  readonly progress: ReadonlySignal<readonly WordProgress[]>
  readonly isTraining: ReadonlySignal<boolean>
  /** What went wrong last, with what to do; `null` if nothing did. */
  readonly failure: ReadonlySignal<string | null>
  useOurs(): void
  train(): void
  stopTraining(): void
  close(): void
}

/** Starts a worker, which loads our weights at once. */
export function openWordReader(): WordReader {
  const questions = signal<readonly Question[]>([])
  const readings = signal<readonly SentenceReading[]>([])
  const network = signal<WordFacts | null>(null)
  const progress = signal<readonly WordProgress[]>([])
  const isTraining = signal(false)
  const failure = signal<string | null>(null)
  let [isReading, isStale, seed] = [false, false, 0]

  const worker = openStudentWorker<ToWordWorker, OwnMessage>({
    open: () => new Worker(new URL('./word-worker.ts', import.meta.url), { type: 'module' }),
    greeting: () => [{ kind: 'start', weights: new URL('trained/10-attention.safetensors', document.baseURI).href }],
    onMessage: receive,
    onRestart(why) {
      isReading = false
      isTraining.value = false
      network.value = null
      if (why !== null) failure.value = `${why} Ours runs in its place until you save its file.`
    },
    onBroken: why => (failure.value = `The program that runs the network stopped (${why}). Reload the page.`),
  })

  /** One request at a time; what changed meanwhile is read next. */
  function readAgain(): void {
    if (questions.value.length === 0 || network.value === null) return
    isStale = isReading
    if (isReading) return
    isReading = true
    worker.ask({ kind: 'read', questions: questions.value })
  }

  function readNext(): void {
    isReading = false
    if (isStale) readAgain()
  }

  function receive(message: OwnMessage): void {
    switch (message.kind) {
      case 'network':
        network.value = message.facts
        return readAgain()
      case 'read':
        readings.value = message.readings
        return readNext()
      case 'progress':
        progress.value = [...progress.value, message.progress]
        return
      case 'trained':
        isTraining.value = false
        return
      case 'failed':
        failure.value = message.why
        if (message.request === 'train') isTraining.value = false
        if (message.request === 'read') readNext()
    }
  }

  // A save, or another choice of whose functions run, may change the answer.
  const stops = [questions.subscribe(readAgain), worker.slots.subscribe(readAgain)]
  return {
    ...{ worker, questions, readings, network, progress, isTraining, failure },
    useOurs() {
      failure.value = null
      worker.ask({ kind: 'ours' })
    },
    train() {
      seed += 1
      progress.value = []
      failure.value = null
      isTraining.value = true
      worker.ask({ kind: 'train', seed })
    },
    // The student's training answers no messages until it ends.
    stopTraining: () => worker.restart(),
    close() {
      for (const stop of stops) stop()
      worker.close()
    },
  }
}
