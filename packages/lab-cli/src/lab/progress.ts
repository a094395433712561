import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { diskFault, writeWhole } from '@backprop/files'
import { z } from 'zod'
import { partsOf } from './stubs.ts'

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

/**
 * What is remembered; nothing where the file is not there, or is not what it should be. An exercise that is as it was
 * handed out is open again, however it came back: by `reset`, by git, by an editor.
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

async function isUntouched(lab: Lab, exercise: string): Promise<boolean> {
  const parts = await partsOf(lab, exercise)
  return parts.length > 0 && parts.every(part => part.isUntouched)
}

/** Resolves to a sentence where it cannot be written: what was asked for is no worse for that. */
export async function writeProgress(lab: Lab, progress: Progress): Promise<string | undefined> {
  try {
    await writeWhole(fileOf(lab), `${JSON.stringify(progress, null, 2)}\n`)
    return undefined
  } catch (error) {
    return `What you have done cannot be remembered. ${diskFault(error) ?? String(error)}`
  }
}

/** How an exercise went just now. `not-run`: the tests ended before they came to it. */
export type Went = 'passed' | 'failed' | 'not-started' | 'not-run'

/**
 * After a run of an exercise: what is done stays done until its tests fail, and then it is lost until they pass again, or
 * until it is begun anew.
 */
export function afterRun(before: Progress, exercise: string, went: Went): Progress {
  if (went === 'not-run') return before
  const without = (list: readonly string[]) => list.filter(each => each !== exercise)
  const wasDone = before.done.includes(exercise) || before.lost.includes(exercise)
  const tries = (before.tries[exercise] ?? 0) + (went === 'failed' ? 1 : 0)
  return {
    ...before,
    done: went === 'passed' ? [...without(before.done), exercise] : without(before.done),
    lost: went === 'failed' && wasDone ? [...without(before.lost), exercise] : without(before.lost),
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
