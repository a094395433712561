/** Thrown by a stub that the student has not replaced yet. This module imports nothing, so it runs wherever a lab runs. */
export class NotImplemented extends Error {
  override readonly name = 'NotImplemented'
  /** The id of the exercise, as in `lab.json`. */
  readonly exercise: string

  constructor(exercise: string) {
    super(`${exercise} is yours to write.`)
    this.exercise = exercise
  }
}
