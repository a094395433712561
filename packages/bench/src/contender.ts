import type { Batch, Digits, Matrices, ModelName, Start } from './work.ts'

/** What is measured: the time that passes, or what processors spend on this process, which other programs change little. */
export type ClockName = 'elapsed' | 'processor'

/** Seconds since some moment. */
export const CLOCKS: Readonly<Record<ClockName, () => number>> = {
  elapsed: () => performance.now() / 1000,
  processor: () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  },
}

/** One measured piece of work: how long it took, and the number that was read at its end. */
export interface Timed {
  readonly seconds: number
  /** A loss, or the last number of a product; shows whether all contenders compute the same. */
  readonly result: number
}

/** Does the work of a case once for each input. Only the work is timed, not the copying of the input to the device. */
export interface Runner<Input> {
  run(inputs: readonly Input[], clock?: ClockName): Promise<Timed[]>
}

/** Trains on a data set that it keeps. */
export interface Learner {
  /** Visits the images in this order; the result is the mean loss. */
  epoch(order: Uint32Array, clock?: ClockName): Promise<Timed>
  /** The result is the share of the test images that it classifies correctly. */
  test(clock?: ClockName): Promise<Timed>
}

/** A library, or a way to use ours, that is measured. It takes part in the cases whose functions it has. */
export interface Contender {
  readonly name: string
  /** The library and its version, if it names them. */
  readonly version?: string
  /** The models that it trains; all by default. */
  readonly models?: readonly ModelName[]
  readonly multiply?: (size: number) => Promise<Runner<Matrices>>
  readonly train?: (start: Start) => Promise<Runner<Batch>>
  readonly learn?: (start: Start, digits: Digits) => Promise<Learner>
  readonly close?: () => void
}

/** How a contender is made: one that cannot start costs a line in the report, not the whole run. */
export interface Entry {
  readonly name: string
  readonly open: () => Promise<Contender>
}

/** Why a contender does not take part; expected, and reported as the reason. */
export class Unavailable extends Error {}

/** What the report says for an error: its first line. */
export function reasonOf(error: unknown): string {
  const [line] = (error instanceof Error ? error.message : String(error)).split('\n')
  return line
}
