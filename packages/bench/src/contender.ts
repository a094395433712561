import type { Batch, Digits, Matrices, ModelName, Start } from './work.ts'

/** One measured piece of work: how long it took, and the number that was read at its end. */
export interface Timed {
  readonly seconds: number
  /** A loss, or the last number of a product; it tells whether everybody computes the same. */
  readonly result: number
}

/** Does the work of a case once for each input. Only the work is timed, not what brings the input to the device. */
export interface Runner<Input> {
  run(inputs: readonly Input[]): Promise<Timed[]>
}

/** Trains on a data set that it holds. */
export interface Learner {
  /** Visits the images in this order; the result is the mean loss. */
  epoch(order: Uint32Array): Promise<Timed>
  /** The result is the part of the test images that are read rightly. */
  test(): Promise<Timed>
}

/** Somebody who takes part in the race. What is left out here does not take part in those cases. */
export interface Contender {
  readonly name: string
  /** Those that it trains; all unless said otherwise. */
  readonly models?: readonly ModelName[]
  readonly multiply?: (size: number) => Promise<Runner<Matrices>>
  readonly train?: (start: Start) => Promise<Runner<Batch>>
  readonly learn?: (start: Start, digits: Digits) => Promise<Learner>
  readonly close?: () => void
}

/** How a contender is made, so that one that cannot start costs a line in the report and not the whole run. */
export interface Entry {
  readonly name: string
  readonly open: () => Promise<Contender>
}

/** Why somebody does not take part; expected, and reported as the reason. */
export class Unavailable extends Error {}

/** What stands in the report for an error: its first sentence or line. */
export function reasonOf(error: unknown): string {
  const [line] = (error instanceof Error ? error.message : String(error)).split('\n')
  return line
}
