import type { Bend, Weights } from './one-hidden-layer.ts'

/** From the page to the worker that trains the network. */
export type ToApproximationWorker =
  /** The curve to learn, `[POINTS]`; training goes on. */
  | { readonly kind: 'curve'; readonly ys: Float64Array }
  /** Another width keeps the neurons that fit; another activation or seed starts over. */
  | { readonly kind: 'network'; readonly width: number; readonly bend: Bend; readonly seed: number }
  | { readonly kind: 'play' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'step' }
  /** The last state is on the screen: the next one may come. */
  | { readonly kind: 'drawn' }

/** From the worker to the page. */
export type FromApproximationWorker =
  | {
      readonly kind: 'state'
      readonly step: number
      /** The mean squared error over all points. */
      readonly loss: number
      readonly weights: Weights
      readonly bend: Bend
    }
  | { readonly kind: 'failed'; readonly why: string }
