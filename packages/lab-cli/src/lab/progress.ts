import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Lab } from '@backprop/course'
import { z } from 'zod'

/** What is remembered of a lab from one day to the next. It lies in the lab's folder, where git does not look. */
const Progress = z.object({
  /** Exercises whose visible tests have passed. */
  done: z.array(z.string()).default([]),
  /** Exercises that were done, and fail now. */
  lost: z.array(z.string()).default([]),
  /** The last level of hints that was read, for each exercise. */
  hints: z.record(z.string(), z.int().min(0)).default({}),
  /** Runs that failed since the last hint, for each exercise. */
  tries: z.record(z.string(), z.int().min(0)).default({}),
})
export type Progress = Readonly<z.infer<typeof Progress>>

const fileOf = (lab: Lab): string => join(lab.dir, '.cache', 'progress.json')

/** What is remembered; nothing where the file is not there, or is not what it should be. */
export async function readProgress(lab: Lab): Promise<Progress> {
  const text = await readFile(fileOf(lab), 'utf8').catch(() => '{}')
  try {
    return Progress.parse(JSON.parse(text))
  } catch {
    return Progress.parse({})
  }
}

export async function writeProgress(lab: Lab, progress: Progress): Promise<void> {
  const file = fileOf(lab)
  await mkdir(dirname(file), { recursive: true })
  const part = `${file}.${process.pid}.part`
  await writeFile(part, `${JSON.stringify(progress, null, 2)}\n`)
  await rename(part, file)
}

/** How an exercise went just now. `not-run`: the tests ended before they came to it. */
export type Went = 'passed' | 'failed' | 'not-started' | 'not-run'

/** After a run of an exercise: what is done stays done until its tests fail, and then it is lost until they pass again. */
export function afterRun(before: Progress, exercise: string, went: Went): Progress {
  if (went === 'not-run') return before
  const without = (list: readonly string[]) => list.filter(each => each !== exercise)
  const wasDone = before.done.includes(exercise) || before.lost.includes(exercise)
  const tries = (before.tries[exercise] ?? 0) + (went === 'failed' ? 1 : 0)
  return {
    ...before,
    done: went === 'passed' ? [...without(before.done), exercise] : without(before.done),
    lost: went !== 'passed' && wasDone ? [...without(before.lost), exercise] : without(before.lost),
    tries: { ...before.tries, [exercise]: went === 'passed' ? 0 : tries },
  }
}

/** After a run of several exercises. */
export const afterRuns = (before: Progress, runs: readonly { exercise: string; went: Went }[]): Progress =>
  runs.reduce((progress, { exercise, went }) => afterRun(progress, exercise, went), before)

/** After a hint was read. */
export const afterHint = (before: Progress, exercise: string, level: number): Progress => ({
  ...before,
  hints: { ...before.hints, [exercise]: Math.max(level, before.hints[exercise] ?? 0) },
  tries: { ...before.tries, [exercise]: 0 },
})
