/** A submission, or one file of it, cannot be taken: one sentence for the student. Costs points, unlike our own faults. */
export class Refused extends Error {
  override readonly name = 'Refused'
  /** `missing` if the file isn't there at all. */
  readonly kind: 'refused' | 'missing'

  constructor(message: string, kind: 'refused' | 'missing' = 'refused') {
    super(message)
    this.kind = kind
  }
}

/** A submission cannot be read here: the instructor must fix that, and it has no consequences for the student. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable'
}
