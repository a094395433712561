import type { Status } from './status.ts'

/** From outcomes and manifest to points. Pure: no files, no clock, no colours. */

/** The points of a lab, from `lab.json` for hidden tests, from the test files for visible ones. */
export interface Scale {
  readonly id: string
  readonly title: string
  readonly exercises: readonly ExerciseScale[]
}

export interface ExerciseScale {
  readonly id: string
  readonly title: string
  /** Exercises that must be passed for this one to count. */
  readonly requires: readonly string[]
  readonly tests: readonly { readonly id: string; readonly points: number; readonly concept: string }[]
}

/** The result of one test. */
export interface Outcome {
  readonly exercise: string
  readonly test: string
  readonly status: Status
  readonly ms: number
  readonly notes: readonly string[]
  /** What was wrong, if the student may read it. */
  readonly message?: string
}

export interface ScoredTest {
  readonly id: string
  readonly status: Status
  readonly points: number
  readonly maxPoints: number
  readonly concept: string
  readonly ms: number
  readonly notes: readonly string[]
  readonly message?: string
}

export interface ScoredExercise {
  readonly id: string
  readonly title: string
  /** Where to read about it. */
  readonly section?: string
  readonly points: number
  readonly maxPoints: number
  readonly status: Status
  readonly tests: readonly ScoredTest[]
}

export interface ScoredLab {
  readonly id: string
  readonly title: string
  readonly points: number
  readonly maxPoints: number
  readonly exercises: readonly ScoredExercise[]
}

/** The score of a lab. The manifest decides what counts: a test that was not reported exactly once has not passed. */
export function score(lab: Scale, outcomes: readonly Outcome[]): ScoredLab {
  const done = new Map<string, ScoredExercise>()
  for (const exercise of lab.exercises) {
    const blocked = exercise.requires.some(id => done.get(id)?.status !== 'passed')
    const mine = outcomes.filter(outcome => outcome.exercise === exercise.id)
    done.set(exercise.id, scoreExercise(exercise, mine, blocked))
  }
  const exercises = [...done.values()]
  return { id: lab.id, title: lab.title, ...totals(exercises), exercises }
}

const MISSING = { status: 'missing', ms: 0, notes: [], message: undefined } as const

function scoreExercise(exercise: ExerciseScale, outcomes: readonly Outcome[], blocked: boolean): ScoredExercise {
  const tests = exercise.tests.map(({ id, points, concept }): ScoredTest => {
    const reported = outcomes.filter(outcome => outcome.test === id)
    const { ms, notes, message, status: own } = reported.length === 1 ? reported[0] : MISSING
    const status = blocked ? 'blocked' : own
    const scored = { id, status, points: status === 'passed' ? points : 0, maxPoints: points, concept, ms, notes }
    return message === undefined ? scored : { ...scored, message }
  })
  return {
    id: exercise.id,
    title: exercise.title,
    ...totals(tests),
    status: worst(tests.map(test => test.status)),
    tests,
  }
}

function totals(parts: readonly { points: number; maxPoints: number }[]): { points: number; maxPoints: number } {
  const sum = (of: 'points' | 'maxPoints') => parts.reduce((total, part) => total + part[of], 0)
  return { points: sum('points'), maxPoints: sum('maxPoints') }
}

/** The status of an exercise is the first of these among its tests: what needs attention most. */
const GRAVITY: readonly Status[] = [
  'grader-error',
  'tampered',
  'timeout',
  'out-of-memory',
  'error',
  'failed',
  'missing',
  'blocked',
  'not-started',
  'passed',
]
const worst = (statuses: readonly Status[]): Status => GRAVITY.find(status => statuses.includes(status)) ?? 'missing'

/** The lab with the section of the README for each exercise. */
export const withSections = <L extends ScoredLab>(lab: L, sections: ReadonlyMap<string, string>): L => ({
  ...lab,
  exercises: lab.exercises.map(exercise => {
    const section = sections.get(exercise.id)
    return section === undefined ? exercise : { ...exercise, section }
  }),
})
