import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { writeWhole } from '@backprop/files'
import { COURSE_ROOT } from '../course.ts'
import { UsageError } from '../errors.ts'
import { stubOf } from '../intake/stubs.ts'

/** Contents of files by path relative to the root of the course. */
export type CourseFiles = ReadonlyMap<string, string>

/** What the lab and the exercise of the template are called in a copy. */
export interface Names {
  /** The lab's id, such as `08-attention`. */
  readonly lab: string
  /** The exercise's id, such as `hinge-loss`. */
  readonly exercise: string
}

/**
 * A course of one lab, `00-new-lab`, with one exercise, `new-exercise`, and a quiz. The exercise is the mean of a list: it
 * passes `grade check`, and the author replaces it step by step.
 */
const TEMPLATE = join(COURSE_ROOT, 'grader', 'template')

/** The files of the template under these names, with the stubs of its solutions. */
export async function copyOfTemplate({ lab, exercise }: Names): Promise<CourseFiles> {
  const named = (text: string) =>
    text
      .replaceAll('00-new-lab', lab)
      .replaceAll('New lab', titleOf(lab.slice(3)))
      .replaceAll(/\b00\b/g, lab.slice(0, 2))
      .replaceAll('new-exercise', exercise)
      .replaceAll('New exercise', titleOf(exercise))
      .replaceAll('newExercise', functionName(exercise))
  const files = new Map<string, string>()
  for (const entry of await readdir(TEMPLATE, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    files.set(named(relative(TEMPLATE, path).replaceAll('\\', '/')), named(await readFile(path, 'utf8')))
  }
  for (const [path, text] of files)
    if (path.startsWith(`solutions/${lab}/src/`)) files.set(path.replace('solutions/', 'labs/'), stubOf(text, path))
  return files
}

/** `root-mean-square` → `rootMeanSquare` */
export const functionName = (id: string): string => id.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())

/** `root-mean-square` → `Root mean square` */
export function titleOf(id: string): string {
  const words = id.replaceAll('-', ' ')
  return words[0].toUpperCase() + words.slice(1)
}

/** Writes files that must not exist yet, and files that change. Returns their paths. */
export async function writeFiles(root: string, created: CourseFiles, changed: CourseFiles): Promise<string[]> {
  for (const path of created.keys())
    if (existsSync(join(root, path)))
      throw new UsageError(`${path} already exists. Choose another name, or move the file away.`)
  for (const [path, text] of [...created, ...changed]) await writeWhole(join(root, path), text)
  return [...created.keys(), ...changed.keys()]
}
