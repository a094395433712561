import type { Lab } from '@backprop/course'
import type { Ungraded } from '@backprop/report'
import { safeLine } from '@backprop/safe-text'

export interface LogEntry {
  readonly test: string
  readonly error: string
  readonly stack: string
}

/** A lab that could not be graded through our fault or the machine's. The other labs keep their scores. */
export interface LabFault {
  readonly lab: Lab
  readonly error: Error
}

export const faultOf = (lab: Lab, thrown: unknown): LabFault => ({
  lab,
  error: thrown instanceof Error ? thrown : new Error(String(thrown)),
})

/** What the report says about it. The reason is only for the instructor, because it may quote hidden tests. */
export const ungraded = ({ lab: { manifest } }: LabFault): Ungraded => ({
  id: manifest.id,
  title: manifest.title,
  maxPoints: manifest.exercises.flatMap(({ tests }) => tests).reduce((sum, { points }) => sum + points, 0),
})

/** Why there is no score, on one line. */
export const reasonOf = ({ error }: LabFault): string => safeLine(error.message.split('\n')[0], 300)

/** All of it, for the instructor's log. */
export const faultLog = ({ error }: LabFault): LogEntry[] => [
  { test: 'grading', error: `${error.name}: ${error.message}`, stack: error.stack ?? '' },
]
