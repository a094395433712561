import { UsageError } from '../errors.ts'
import { COURSE_FILE, type CourseFile } from './course-file.ts'
import type { Found } from './inspect.ts'
import type { Release } from './release.ts'
import { compare, contentHash } from './release-files.ts'

/** What an update does with one file. */
export type Step =
  | { readonly do: 'add' | 'update'; readonly path: string; readonly bytes: Buffer }
  /** A file of the course that the student changed: theirs is kept under another name. */
  | { readonly do: 'replace'; readonly path: string; readonly bytes: Buffer }
  /** A file of the student that the course changed too: theirs stays, and the course's is put beside it. */
  | { readonly do: 'put beside'; readonly path: string; readonly bytes: Buffer }
  | { readonly do: 'remove'; readonly path: string }
  /** No longer part of the course, but the student changed it, or it is the student's. */
  | { readonly do: 'leave'; readonly path: string }

/**
 * What an update does to a student repository that holds the release `before`. The student's own files are only ever
 * replaced while they are untouched. Throws a `UsageError` when something would be written through a link.
 */
export async function planUpdate(
  release: Release,
  before: CourseFile,
  look: (path: string) => Promise<Found>,
): Promise<Step[]> {
  const old = new Map(Object.entries(before.files))
  const students = new Set([...release.students, ...before.students])
  const paths = [...new Set([...old.keys(), ...release.files.keys()])].sort(compare)
  const steps: (Step | null)[] = []
  for (const path of paths) {
    if (path === COURSE_FILE) continue
    const [found, was, bytes] = [await look(path), old.get(path), release.files.get(path)]
    steps.push(bytes ? bring(path, bytes, found, was, students.has(path)) : takeAway(path, found, was))
  }
  return steps.filter(step => step !== null)
}

function bring(path: string, bytes: Buffer, found: Found, was: string | undefined, isStudents: boolean): Step | null {
  if (found.is === 'out of reach')
    throw new UsageError(
      `${found.at} in the student repository is ${found.what}, not a folder, and the course has ${path} there. ` +
        'Put a folder in its place and run the update again. Nothing was changed.',
    )
  if (found.is === 'nothing') return { do: 'add', path, bytes }
  const hash = contentHash(bytes)
  const is = found.is === 'file' ? found.hash : null
  if (is === hash) return null
  if (is !== null && is === was) return { do: 'update', path, bytes }
  if (!isStudents) return { do: 'replace', path, bytes }
  return hash === was ? null : { do: 'put beside', path, bytes }
}

function takeAway(path: string, found: Found, was: string | undefined): Step | null {
  if (found.is === 'nothing' || found.is === 'out of reach') return null
  return { do: found.is === 'file' && found.hash === was ? 'remove' : 'leave', path }
}
