import type { Lab } from '@backprop/course'
import { judgedRow, tally } from '../render/row.ts'
import type { Look } from '../render/look.ts'
import type { Judged } from './judge.ts'

/** One line for each exercise of a lab. */
export function allLines({ manifest }: Lab, judged: readonly Judged[], look: Look): string[] {
  return [...manifest.exercises.map((each, i) => judgedRow(each, judged[i], look)), '', tally(judged)]
}
