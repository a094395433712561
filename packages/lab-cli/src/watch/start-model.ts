import { findLabs } from '@backprop/course'
import { isSpot, nextUndone, type Spot } from '../lab/current.ts'
import { hintsOf } from '../lab/hints.ts'
import { readProgress } from '../lab/progress.ts'
import { taskOf } from '../lab/task.ts'
import type { Model } from './model.ts'

/** Where the course is, and where the terminal is. */
export interface Surroundings {
  readonly root: string
  readonly cwd: string
  /** Files are not watched: a key checks. */
  readonly manual: boolean
}

/** An exercise that nothing is known of yet but what is remembered. */
export async function modelOf({ root, cwd, manual }: Surroundings, { lab, exercise }: Spot): Promise<Model> {
  const progress = await readProgress(lab)
  const [hints, task] = await Promise.all([hintsOf(lab, exercise), taskOf(lab, exercise)])
  const start = { view: 'exercise', passed: 0, total: 0, scroll: 0, cwd, manual, hints } as const
  return { ...start, lab, exercise, progress, task, labs: await listed(root), hintLevel: progress.hints[exercise] ?? 0 }
}

/** All labs, and what is remembered of each. */
export async function listed(root: string): Promise<Model['labs']> {
  const labs = await findLabs(root, 'all')
  return Promise.all(labs.map(async lab => ({ lab, progress: await readProgress(lab) })))
}

/** Title of the exercise that comes after this one; nothing when no other is left to do. */
export async function titleOfNext(root: string, here: Spot): Promise<string | undefined> {
  const next = await nextUndone(root, here)
  if (isSpot(next, here)) return undefined
  const { id, exercises } = next.lab.manifest
  const title = exercises.find(exercise => exercise.id === next.exercise)?.title
  return id === here.lab.manifest.id ? title : `lab ${id.slice(0, 2)}, ${title}`
}
