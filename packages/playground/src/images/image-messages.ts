import type { FromStudentWorker, ToStudentWorker } from '../panels/student-worker.ts'
import type { LayerValues } from './image-network.ts'
import type { Attack, Look } from './look.ts'
import type { Task } from './task.ts'
import type { Progress } from './train-network.ts'

/** From the page to the worker that holds the network of one tab. */
export type ToImageWorker =
  /** First of all: which images, and where weights and images are. Loads the weights at once. */
  | { readonly kind: 'start'; readonly task: Task['name']; readonly weights: string; readonly images: string }
  /** Loads other weights, or the same ones again. */
  | { readonly kind: 'weights'; readonly url: string }
  /** Answered by one `look`, or `failed`. */
  | { readonly kind: 'look'; readonly pixels: Float32Array; readonly attack: Attack }
  /** Asks for the images of the test set; answered by `samples`. */
  | { readonly kind: 'samples' }
  /** Trains a new network, and answers with `progress` until `trained`. */
  | { readonly kind: 'train'; readonly seed: number; readonly epochs: number }
  | { readonly kind: 'stop' }
  | ToStudentWorker

/** What the worker holds now. */
export interface NetworkFacts {
  /** "yours" or "ours" from a file, or "here": trained in this page. */
  readonly whose: 'yours' | 'ours' | 'here'
  /** What the file says about itself: `file`, `epochs`, `accuracy`, `images`. */
  readonly metadata: Readonly<Record<string, string>>
  readonly parameters: number
  /** What each neuron or kernel of the first layer looks for, `[O, C, rows, cols]`. */
  readonly detectors: LayerValues
}

/** From the worker to the page. */
export type FromImageWorker =
  | { readonly kind: 'network'; readonly facts: NetworkFacts }
  | { readonly kind: 'look'; readonly look: Look }
  | { readonly kind: 'samples'; readonly images: Uint8Array; readonly labels: Uint8Array }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'trained' }
  /** Which request failed, and a sentence that says why. */
  | { readonly kind: 'failed'; readonly request: ToImageWorker['kind']; readonly why: string }
  | FromStudentWorker
