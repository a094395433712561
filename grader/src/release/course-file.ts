import { createHash } from 'node:crypto'
import { z } from 'zod'
import { UsageError } from '../errors.ts'
import { contentHash, type Files, json } from './release-files.ts'

/** A file in the root of a student repository that says what an update may touch. */
export const COURSE_FILE = '.course.json'

/** A path that cannot lead out of the repository, nor into git's own folder, on any system. */
const path = z.string().refine(isHarmless, 'not a path inside the repository')

const CourseFile = z.strictObject({
  schema: z.literal('backprop/course/v1'),
  version: z.string().regex(/^[0-9a-f]{12}$/),
  labs: z.array(z.string().regex(/^\d\d-[a-z0-9-]+$/)),
  /** Files that belong to the student and are never overwritten. */
  students: z.array(path),
  /** Every other file too: path → SHA-256 of what was released, with plain line ends. */
  files: z.record(path, z.string().regex(/^[0-9a-f]{64}$/)),
})
export type CourseFile = z.infer<typeof CourseFile>

/** The course file of a release with these files. */
export function courseFile(
  files: Files,
  labs: readonly string[],
  students: ReadonlySet<string>,
): { bytes: Buffer; version: string } {
  const hashes = Object.fromEntries([...files].map(([path, bytes]) => [path, contentHash(bytes)]))
  const version = createHash('sha256').update(JSON.stringify(hashes)).digest('hex').slice(0, 12)
  const file: CourseFile = {
    schema: 'backprop/course/v1',
    version,
    labs: [...labs],
    students: [...students].sort(),
    files: hashes,
  }
  return { bytes: json(file), version }
}

/** Reads the course file of the repository in `folder`, which students may have changed in any way. */
export function parseCourseFile(bytes: Buffer, folder: string): CourseFile {
  const fix = `Bring it back with "git checkout -- ${COURSE_FILE}" there, or release into a new folder.`
  let data: unknown
  try {
    data = JSON.parse(bytes.toString())
  } catch {
    throw new UsageError(`${COURSE_FILE} in "${folder}" is not JSON. ${fix}`)
  }
  const parsed = CourseFile.safeParse(data)
  if (parsed.success) return parsed.data
  throw new UsageError(`${COURSE_FILE} in "${folder}" is not right:\n${z.prettifyError(parsed.error)}\n${fix}`)
}

function isHarmless(path: string): boolean {
  return path.length > 0 && path.split('/').every(isHarmlessName)
}

function isHarmlessName(name: string): boolean {
  // Windows drops dots and spaces at the end of a name, and knows .git by a second, short name.
  const plain = name.toLowerCase().replace(/[. ]+$/, '')
  return plain !== '' && plain !== '.git' && !plain.startsWith('git~') && !/[\\:*?"<>|\u0000-\u001f\u007f]/.test(name)
}
