import { join } from 'node:path'
import { readUnlinked } from '@backprop/files'
import { UsageError } from '../errors.ts'
import { apply, type Done, put } from './apply.ts'
import { COURSE_FILE, type CourseFile, parseCourseFile } from './course-file.ts'
import { inspect } from './inspect.ts'
import { planUpdate } from './plan.ts'
import type { Release } from './release.ts'

/** The course file of the student repository in `root`. */
export async function readCourseFile(root: string): Promise<CourseFile> {
  const found = await inspect(root, COURSE_FILE)
  if (found.is !== 'file')
    throw new UsageError(
      `"${root}" is not a student repository that can be updated: it has no file ${COURSE_FILE}. ` +
        'Bring the file back from its history, or release into a new folder.',
    )
  return parseCourseFile(await readUnlinked(join(root, COURSE_FILE)), root)
}

/**
 * Brings the student repository in `root` from the release `before` to this one. Everything is planned before anything
 * is done, and the course file is written last: an update that was cut short is completed by running it again.
 * With `dryRun` the repository is only looked at.
 */
export async function updateRepository(
  root: string,
  before: CourseFile,
  release: Release,
  { dryRun, signal }: { readonly dryRun: boolean; readonly signal: AbortSignal },
): Promise<Done[]> {
  const done: Done[] = []
  for (const step of await planUpdate(release, before, path => inspect(root, path))) {
    signal.throwIfAborted()
    done.push(await apply(root, step, dryRun))
  }
  const courseFile = release.files.get(COURSE_FILE)
  if (!dryRun && courseFile) await put(root, COURSE_FILE, courseFile)
  return done
}
