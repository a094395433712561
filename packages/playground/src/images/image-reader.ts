import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { openStudentWorker, type StudentWorker } from '../panels/student-worker.ts'
import type { FromImageWorker, NetworkFacts, ToImageWorker } from './image-messages.ts'
import type { Attack, Look } from './look.ts'
import type { Task } from './task.ts'
import type { Progress } from './train-network.ts'

/** A photograph or digit with its label. */
export interface Sample {
  /** 0 to 1, `[C · H · W]` */
  readonly pixels: Float32Array
  readonly label: number
}

type OwnMessage = Exclude<FromImageWorker, { kind: 'slots' }>

/** The network of one tab, which lives in a worker, as the page sees it. */
export interface ImageReader {
  /** Whose functions attack. */
  readonly worker: StudentWorker<ToImageWorker>
  readonly task: Task
  /** The image to read, 0 to 1; `null` while there is none. */
  readonly pixels: Signal<Float32Array | null>
  readonly attack: Signal<Attack>
  readonly network: ReadonlySignal<NetworkFacts | null>
  readonly look: ReadonlySignal<Look | null>
  readonly samples: ReadonlySignal<readonly Sample[] | null>
  /** Of the training that runs, or ran last; empty before that. */
  readonly progress: ReadonlySignal<readonly Progress[]>
  readonly isTraining: ReadonlySignal<boolean>
  /** What went wrong last, with what to do; `null` if nothing did. */
  readonly failure: ReadonlySignal<string | null>
  /** Whether the student has trained a network, as far as we know. */
  readonly hasYours: ReadonlySignal<boolean>
  /** Loads weights from the server: the student's where they are, or ours in any case. */
  useWeights(whose: 'yours' | 'ours'): void
  fetchSamples(): void
  train(epochs: number): void
  stopTraining(): void
  close(): void
}

const NO_ATTACK: Attack = { epsilon: 0, target: null }

/** Starts a worker for one kind of images, which loads its weights at once. */
export function openImageReader(task: Task): ImageReader {
  const url = (path: string) => new URL(path, document.baseURI).href
  const weights = url(`trained/${task.lab}.safetensors`)

  const pixels = signal<Float32Array | null>(null)
  const attack = signal(NO_ATTACK)
  const network = signal<NetworkFacts | null>(null)
  const look = signal<Look | null>(null)
  const samples = signal<readonly Sample[] | null>(null)
  const progress = signal<readonly Progress[]>([])
  const isTraining = signal(false)
  const failure = signal<string | null>(null)
  const hasYours = signal(false)

  let isLooking = false
  let isStale = false
  let seed = 0
  /** One image is read at a time; what changed meanwhile is read next. */
  const readAgain = () => {
    if (pixels.value === null || network.value === null) return
    isStale = isLooking
    if (isLooking) return
    isLooking = true
    ask({ kind: 'look', pixels: pixels.value, attack: attack.value })
  }
  const readNext = () => {
    isLooking = false
    if (isStale) readAgain()
  }

  const receive = (message: OwnMessage) => {
    switch (message.kind) {
      case 'network':
        network.value = message.facts
        if (message.facts.whose === 'yours') hasYours.value = true
        if (message.facts.whose !== 'here') isTraining.value = false
        return readAgain()
      case 'look':
        look.value = message.look
        failure.value = null
        return readNext()
      case 'samples':
        samples.value = samplesOf(task, message)
        return
      case 'progress':
        progress.value = [...progress.value, message.progress]
        return
      case 'trained':
        isTraining.value = false
        return
      case 'failed':
        failure.value = message.why
        if (message.request === 'train') isTraining.value = false
        if (message.request === 'look') readNext()
    }
  }
  const worker = openStudentWorker<ToImageWorker, OwnMessage>({
    open: () => new Worker(new URL('./image-worker.ts', import.meta.url), { type: 'module' }),
    greeting: () => [{ kind: 'start', task: task.name, weights, images: url(`images/${task.name}.safetensors.gz`) }],
    onMessage: receive,
    onRestart(why) {
      isLooking = false
      isTraining.value = false
      network.value = null
      failure.value = why && `${why} Ours runs in its place until you save its file.`
    },
    onBroken: why => (failure.value = `The program that runs the network stopped (${why}). Reload the page.`),
  })
  const ask = (message: ToImageWorker) => worker.ask(message)

  const reader: ImageReader = {
    ...{ worker, task, pixels, attack, network, look, samples, progress, isTraining, failure },
    hasYours: computed(() => hasYours.value),
    useWeights(whose) {
      failure.value = null
      ask({ kind: 'weights', url: whose === 'ours' ? `${weights}?ours` : weights })
    },
    fetchSamples() {
      if (samples.value === null) ask({ kind: 'samples' })
    },
    train(epochs) {
      seed += 1
      progress.value = []
      failure.value = null
      isTraining.value = true
      ask({ kind: 'train', seed, epochs })
    },
    stopTraining() {
      isTraining.value = false
      ask({ kind: 'stop' })
    },
    close() {
      stopReading()
      worker.close()
    },
  }
  const stops = [pixels.subscribe(readAgain), attack.subscribe(readAgain), worker.slots.subscribe(readAgain)]
  const stopReading = () => stops.forEach(stop => stop())
  // A training in a terminal has finished an epoch.
  import.meta.hot?.on('backprop:weights', ({ task: name }: { task: string }) => {
    if (name === task.name && network.value?.whose !== 'here') reader.useWeights('yours')
  })
  return reader
}

function samplesOf(task: Task, { images, labels }: { images: Uint8Array; labels: Uint8Array }): Sample[] {
  const size = images.length / labels.length
  return Array.from(labels, (label, i) => ({
    pixels: Float32Array.from(images.subarray(i * size, (i + 1) * size), byte => byte / 255),
    label,
  }))
}
