import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from './labs.ts'

/** A heading of a lab's README under which an exercise is described: it names the exercise between backticks. */
export interface ExerciseHeading {
  /** From 1. */
  readonly line: number
  /** The whole line: `## 1. The score of a batch — `score` · 14 points`. */
  readonly text: string
  /** With its number: `1. The score of a batch`. */
  readonly title: string
  /** The id of the exercise: `score`. */
  readonly exercise: string
}

export function exerciseHeadings(readme: string): ExerciseHeading[] {
  return readme.split('\n').flatMap((text, i) => {
    const { title, exercise } = /^## (?<title>.*?)[ —–-]*`(?<exercise>[a-z0-9-]+)`/.exec(text)?.groups ?? {}
    return exercise === undefined ? [] : [{ line: i + 1, text, title, exercise }]
  })
}

/**
 * Where a student reads about each exercise: id → `labs/01-perceptron/README.md, section “1. The score of a batch”`. The
 * heading of its section names the exercise's id; without such a heading there is no entry.
 */
export async function readmeSections({ dir, manifest }: Lab): Promise<ReadonlyMap<string, string>> {
  const readme = await readFile(join(dir, 'README.md'), 'utf8').catch(() => '')
  const where = (title: string) => `labs/${manifest.id}/README.md, section “${title}”`
  return new Map(exerciseHeadings(readme).map(({ exercise, title }) => [exercise, where(title)]))
}
