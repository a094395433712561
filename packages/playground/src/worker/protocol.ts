import type { Points } from '../data/points.ts'
import type { Setup } from '../setup/setup.ts'
import type { Differing } from '../slots/comparing.ts'
import type { SlotStatus, StudentFile } from '../slots/student-file.ts'
import type { CurvePoint } from './history.ts'

export type { Points, SlotStatus, StudentFile }

export type Unit = 'example' | 'batch' | 'epoch'

/** From the page to the worker. */
export type ToWorker =
  /** Starts over: points, weights and history follow from the set-up (and `own` points, for painted or dropped ones). */
  | { readonly kind: 'reset'; readonly setup: Setup; readonly own?: Points; readonly theta?: Float64Array }
  /** Changes what doesn't need a new start: learning rate, rule, penalty, batch size, dropout. */
  | { readonly kind: 'change'; readonly setup: Setup }
  /** Trains until `pause`: so many steps for each `frame`, or as fast as it goes (`Infinity`). */
  | { readonly kind: 'play'; readonly stepsPerFrame: number }
  | { readonly kind: 'pause' }
  | { readonly kind: 'step'; readonly unit: Unit }
  /** Asks for the state; answered by one `frame`. At most one is under way. */
  | { readonly kind: 'frame'; readonly grid: number; readonly neuronGrid: number }
  /** Puts a weight or bias by its index in the flat list of parameters. */
  | { readonly kind: 'weight'; readonly index: number; readonly value: number }
  /** Back to an earlier moment: the index of a snapshot. */
  | { readonly kind: 'seek'; readonly moment: number }
  /** The student's files, all at start and each after a save; training goes on from the same weights. */
  | {
      readonly kind: 'functions'
      readonly files: readonly StudentFile[]
      /** The ids of slots whose function never came back: they aren't called until their file is sent without them. */
      readonly stuck?: readonly string[]
    }
  /** All slots on ours (false), the student's where written (true), or both side by side. */
  | { readonly kind: 'use'; readonly yours: boolean; readonly compare: boolean }
  /**
   * Shared with the page, so that an endless loop can be named: [0] is the index in a frame's `slots` of the student's
   * function that runs now, and −1 when none does; [1] counts their calls, so that slow isn't taken for stuck.
   */
  | { readonly kind: 'shared'; readonly running: Int32Array }
  /**
   * The loss around the weights, in two directions: the two in which training went furthest (`path`), or random ones.
   * Answered by one `landscape`.
   */
  | { readonly kind: 'landscape'; readonly size: number; readonly directions?: 'path' | 'random' }
  /** Several seeds on the same points at once: answered by `seeds`, again and again, until `epoch` is `epochs`. */
  | { readonly kind: 'seeds'; readonly count: number; readonly epochs: number; readonly grid: number }

/** How a run stands. */
export interface Frame {
  readonly kind: 'frame'
  readonly step: number
  readonly epoch: number
  readonly playing: boolean
  readonly lossTrain: number
  readonly lossTest: number
  /** Shares from 0 to 1; NaN for regression. */
  readonly accuracyTrain: number
  readonly accuracyTest: number
  readonly theta: Float64Array
  /** η of the next step: the set-up's, as the schedule changes it. */
  readonly learningRate: number
  /** The training points that the last step used, as indices into `points.train`. */
  readonly batch: Uint32Array
  /**
   * The output in the cells of a square grid over [−6, 6]², row by row from the top: from −1 to 1 for two classes, any
   * number for regression, and `[grid², classes]` probabilities for several classes.
   */
  readonly output: Float32Array
  /** The seven features on the smaller grid. `[7, neuronGrid²]` */
  readonly inputs: Float32Array
  /** For every neuron of every hidden layer, layer by layer: its answers on a smaller grid. `[neurons, neuronGrid²]` */
  readonly neurons: Float32Array
  /** ‖∂J/∂W‖ of each layer at the last batch, and the share of its neurons that answer the same for all points. */
  readonly gradientNorms: readonly number[]
  readonly deadShares: readonly number[]
  /** ‖θ − θ₀‖ */
  readonly distance: number
  /** The epoch at which early stopping would have stopped; null while it goes on. */
  readonly wouldStopAt: number | null
  /** For several classes: `[classes, classes]` counts on the test data, rows are the right classes. */
  readonly confusion: readonly number[] | null
  readonly slots: readonly SlotStatus[]
  /** How many moments there are to go back to, the newest one included, and which one this is. */
  readonly moments: number
  readonly moment: number
  /**
   * New points of the curves since the last frame. A first epoch that isn't greater than the last one you have says that
   * the run went back and on from there: the points from that epoch on are no longer true.
   */
  readonly curve: readonly CurvePoint[]
  /** Steps per second since the last frame. */
  readonly speed: number
  /** With `compare`: where the student's run and ours first differ. */
  readonly difference: Difference | null
  /** With `compare`: the same run with our functions, from the same weights. */
  readonly ours: OurRun | null
}

/** What a frame shows of the run with our functions. */
export interface OurRun {
  readonly lossTrain: number
  readonly lossTest: number
  readonly accuracyTest: number
  /** As in the frame. */
  readonly output: Float32Array
  /** How far apart the two runs' parameters are: ‖θ − θ′‖ */
  readonly apart: number
}

/** The first number in which the student's run and ours differ: what it is, and the slot that made it. */
export interface Difference extends Differing {
  readonly step: number
}

/** From the worker to the page. */
export type FromWorker =
  | { readonly kind: 'ready' }
  /** The files of `functions` are in use. `playing` is true if a save has repaired what had stopped the run. */
  | { readonly kind: 'loaded'; readonly playing: boolean; readonly slots: readonly SlotStatus[] }
  | { readonly kind: 'points'; readonly train: Points; readonly test: Points }
  | Frame
  /**
   * The run stopped by itself: a function threw, or returned NaN or a wrong shape (`slot`), or the weights grew without
   * bound. After a save that repairs the function, it goes on by itself.
   */
  | { readonly kind: 'stopped'; readonly slot: SlotStatus | null; readonly why: string }
  | {
      readonly kind: 'landscape'
      readonly size: number
      /** `random` also where training hasn't gone anywhere yet. */
      readonly directions: 'path' | 'random'
      /** `[size, size]` losses over −1 … 1 in both directions, row by row from the top; the weights are in the middle. */
      readonly losses: Float32Array
      /** The way that training took in the same plane: x, y of each moment, mostly within −1 … 1. `[moments, 2]` */
      readonly path: Float32Array
    }
  | {
      readonly kind: 'seeds'
      readonly epoch: number
      /** Each with the seed that makes it the run of a set-up, its output as in a frame, and its loss on the test data. */
      readonly runs: readonly { readonly seed: string; readonly output: Float32Array; readonly loss: number }[]
    }
