import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { diskFault, writeWhole } from '@backprop/files'
import { z } from 'zod'
import { isUntouched } from './exercise-functions.ts'

/** What is saved about a lab between two days. The file is in the lab's folder, ignored by git. */
const Progress = z.object({
  /** Exercises whose visible tests have passed. */
  done: z.array(z.string()).default([]),
  /** Exercises that were done and fail now. */
  lost: z.array(z.string()).default([]),
  /** How many hints were read, for each exercise. */
  hints: z.record(z.string(), z.int().min(0)).default({}),
  /** How many runs failed since the last hint, for each exercise. */
  tries: z.record(z.string(), z.int().min(0)).default({}),
})
export type Progress = Readonly<z.infer<typeof Progress>>

const fileOf = (lab: Lab): string => join(lab.dir, '.cache', 'progress.json')

/**
 * The saved progress; empty if there is no file, or not a valid one. An exercise that is as it was handed out is open
 * again, whether `reset`, git or an editor brought it back.
 */
export async function readProgress(lab: Lab): Promise<Progress> {
  const progress = parsed(await readFile(fileOf(lab), 'utf8').catch(() => '{}'))
  const known = [...new Set([...progress.done, ...progress.lost])]
  const open = await Promise.all(known.map(async id => ((await isUntouched(lab, id)) ? [id] : [])))
  return open.flat().reduce((before, id) => afterRun(before, id, 'not-started'), progress)
}

function parsed(text: string): Progress {
  try {
    return Progress.parse(JSON.parse(text))
  } catch {
    return Progress.parse({})
  }
}

/** Resolves to a sentence if the file can't be written; that doesn't stop the command. */
export async function writeProgress(lab: Lab, progress: Progress): Promise<string | undefined> {
  try {
    await saveJson(fileOf(lab), progress)
    return undefined
  } catch (error) {
    return `Your progress cannot be saved. ${diskFault(error) ?? String(error)}`
  }
}

export const saveJson = (file: string, value: unknown): Promise<void> =>
  writeWhole(file, `${JSON.stringify(value, null, 2)}\n`)

/** How a run of an exercise ended. `not-run`: the tests ended before they came to it. */
export type ExerciseStatus = 'passed' | 'failed' | 'not-started' | 'not-run'

/**
 * Progress after a run of an exercise. What is done stays done until its tests fail; then it is lost until they pass
 * again, or until the exercise is reset.
 */
export function afterRun(before: Progress, exercise: string, status: ExerciseStatus): Progress {
  if (status === 'not-run') return before
  const without = (list: readonly string[]) => list.filter(each => each !== exercise)
  const wasDone = before.done.includes(exercise) || before.lost.includes(exercise)
  const tries = (before.tries[exercise] ?? 0) + (status === 'failed' ? 1 : 0)
  return {
    ...before,
    done: status === 'passed' ? [...without(before.done), exercise] : without(before.done),
    lost: status === 'failed' && wasDone ? [...without(before.lost), exercise] : without(before.lost),
    tries: { ...before.tries, [exercise]: status === 'passed' ? 0 : tries },
  }
}

/** Progress after a run of several exercises. */
export const afterRuns = (
  before: Progress,
  runs: readonly { readonly exercise: string; readonly status: ExerciseStatus }[],
): Progress => runs.reduce((progress, { exercise, status }) => afterRun(progress, exercise, status), before)

/** Progress after `level` hints were read. */
export const afterHint = (before: Progress, exercise: string, level: number): Progress => ({
  ...before,
  hints: { ...before.hints, [exercise]: Math.max(level, before.hints[exercise] ?? 0) },
  tries: { ...before.tries, [exercise]: 0 },
})
