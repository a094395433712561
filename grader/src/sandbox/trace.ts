/** A call across the wall; `callback` goes the other way: the student's code calls a function of ours. */
export interface Crossing {
  readonly operation: string
  /** The handle of the object or function that is used; 0 for the module itself. */
  readonly holder: number
  readonly name: string
  readonly args: readonly unknown[]
}

/** Is told of each call when it is made, with the promise of its answer. It runs on this side and changes nothing. */
export type Trace = (call: Crossing, answer: Promise<unknown>) => void
