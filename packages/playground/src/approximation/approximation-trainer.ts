import { type ReadonlySignal, signal } from '@preact/signals'
import type { FromApproximationWorker, ToApproximationWorker } from './approximation-messages.ts'

export type ApproximationState = Extract<FromApproximationWorker, { kind: 'state' }>

/** The network in its worker, as the page sees it. */
export interface ApproximationTrainer {
  readonly state: ReadonlySignal<ApproximationState | null>
  /** What went wrong, with what to do; `null` if nothing did. */
  readonly failure: ReadonlySignal<string | null>
  ask(message: ToApproximationWorker): void
  close(): void
}

export function openApproximationTrainer(): ApproximationTrainer {
  const worker = new Worker(new URL('./approximation-worker.ts', import.meta.url), { type: 'module' })
  const ask = (message: ToApproximationWorker) => worker.postMessage(message)
  const state = signal<ApproximationState | null>(null)
  const failure = signal<string | null>(null)
  worker.onmessage = ({ data }: MessageEvent<FromApproximationWorker>) => {
    if (data.kind === 'state') {
      state.value = data
      // Two frames: one to draw this state, and one for what else the page has to do.
      requestAnimationFrame(() => requestAnimationFrame(() => ask({ kind: 'drawn' })))
    } else failure.value = `The training stopped: ${data.why} Reload the page to start over.`
  }
  worker.onerror = ({ message }) => {
    failure.value = `The program that trains could not be started (${message}). Reload the page.`
  }
  return { state, failure, ask, close: () => worker.terminate() }
}
