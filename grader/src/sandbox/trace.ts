/** A call across the wall; `callback` goes the other way: the student's code calls one of our functions. */
export interface Crossing {
  readonly operation: string
  /** The handle of the object or function that is used; 0 for the module itself. */
  readonly holder: number
  readonly name: string
  readonly args: readonly unknown[]
}

/** Called for each call as it is made, with the promise of its answer. Runs on this side and changes nothing. */
export type Trace = (call: Crossing, answer: Promise<unknown>) => void
