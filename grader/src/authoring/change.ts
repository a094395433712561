import { GraderFault } from '../errors.ts'

/** A text of a solution's file, and another in its place. */
export interface Change {
  readonly file: string
  /** Text that occurs exactly once in the file. */
  readonly find: string
  readonly replace: string
}

/** The file's text after the change. `what` names the change in the error. */
export function applyChange(what: string, { file, find, replace }: Change, text: string): string {
  const count = text.split(find).length - 1
  if (count !== 1) throw new GraderFault(`${what}: expected its text once in ${file}, got ${count} times.`)
  return text.replace(find, () => replace)
}
