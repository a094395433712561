/** A file of a lab as the server bundled it: an ES module, or why there is none. */
export interface StudentFile {
  /** As in `labs/02-activations`. */
  readonly lab: string
  /** As in `src/derivatives.ts`. */
  readonly file: string
  readonly code?: string
  /** Maps positions in `code` to the student's file. */
  readonly map?: string
  /** The compiler's sentence, with line and column. */
  readonly error?: string
}

/** What fills a place of the network. */
export interface SlotStatus {
  /** From the list of slots, such as `tanh`. */
  readonly id: string
  readonly state: 'yours' | 'ours' | 'not written yet' | 'fails'
  /** Whether the set-up of the run uses this place. */
  readonly used: boolean
  /** The id of the student's function that is called in place of this one, which is not used then. */
  readonly replacedBy?: string
  /** For `fails`: the sentences to show. */
  readonly why?: string
  /** Where in the student's file, as in `labs/02-activations/src/activations.ts:65:3`. */
  readonly at?: string
}
