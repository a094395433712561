import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ExerciseManifest, findLabs, type Lab, NoSuchLab } from '@backprop/course'
import { z } from 'zod'
import { readProgress, saveJson } from './lab-progress.ts'

/** A lab and the id of one of its exercises. */
export interface LabExercise {
  readonly lab: Lab
  readonly exercise: string
}

/** The exercises of a lab, or only the one with this id. Throws `NoSuchLab`. */
export function exercisesOf({ manifest: { id, exercises } }: Lab, exercise: string | undefined): ExerciseManifest[] {
  const found = exercises.filter(candidate => !exercise || candidate.id === exercise)
  if (found.length > 0) return found
  throw new NoSuchLab(`Lab ${id} has no exercise "${exercise}". It has: ${exercises.map(each => each.id).join(', ')}.`)
}

/**
 * The first exercise of these labs that isn't done, or the first of all if every one is. With `from`, the search starts
 * there and wraps around.
 */
export async function firstUndone(labs: readonly Lab[], from?: LabExercise): Promise<LabExercise> {
  const all = exercisesIn(labs)
  const start = from ? indexOf(all, from) : 0
  return (await firstOpen([...all.slice(start), ...all.slice(0, start)])) ?? all[start]
}

/** The next exercise of the course that isn't done, wrapping around; the current one if there is no other. */
export async function nextUndone(root: string, current: LabExercise): Promise<LabExercise> {
  const all = exercisesIn(await findLabs(root, 'all'))
  const at = indexOf(all, current)
  return (await firstOpen([...all.slice(at + 1), ...all.slice(0, at)])) ?? current
}

async function firstOpen(exercises: readonly LabExercise[]): Promise<LabExercise | undefined> {
  const labs = new Map(exercises.map(({ lab }) => [lab.manifest.id, lab]))
  const progress = [...labs].map(async ([id, lab]) => [id, (await readProgress(lab)).done] as const)
  const done = new Map(await Promise.all(progress))
  return exercises.find(({ lab, exercise }) => !done.get(lab.manifest.id)?.includes(exercise))
}

/** All exercises of these labs, in order. */
export const exercisesIn = (labs: readonly Lab[]): LabExercise[] =>
  labs.flatMap(lab => lab.manifest.exercises.map(({ id }) => ({ lab, exercise: id })))

export const isSameExercise = (a: LabExercise, b: LabExercise): boolean =>
  a.lab.manifest.id === b.lab.manifest.id && a.exercise === b.exercise

const indexOf = (all: readonly LabExercise[], one: LabExercise): number =>
  all.findIndex(each => isSameExercise(each, one))

const Saved = z.object({ lab: z.string(), exercise: z.string() })

/** Beside all labs, ignored by git. */
const fileOf = (root: string): string => join(root, '.cache', 'here.json')

/** The exercise that the student worked on last; undefined if there is no file, or not a valid one. */
export async function readCurrent(root: string): Promise<z.infer<typeof Saved> | undefined> {
  try {
    return Saved.parse(JSON.parse(await readFile(fileOf(root), 'utf8')))
  } catch {
    return undefined
  }
}

/** Saves where `pnpm lab` continues. If it can't be written, the next command starts elsewhere: no reason to fail. */
export const writeCurrent = (root: string, { lab, exercise }: LabExercise): Promise<void> =>
  saveJson(fileOf(root), { lab: lab.manifest.id, exercise }).catch(() => {})
