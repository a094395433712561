import { safeLine } from '@backprop/safe-text'
import { UsageError } from '../errors.ts'
import { takeLab } from '../pipeline/grade-lab.ts'
import type { PreparedLab } from '../pipeline/prepare-lab.ts'
import { isGraded, isWhole, sameWork, type StudentResult } from './student-result.ts'
import type { Student } from './students.ts'

/**
 * The students that `only` means: `failed`, those who lack a score for some lab because the grader failed; `changed`, those
 * whose files or tests differ from their last report; otherwise the one with that name. Null means all.
 */
export async function select(
  only: string | null,
  students: readonly Student[],
  before: ReadonlyMap<string, StudentResult>,
  labs: readonly PreparedLab[],
): Promise<Student[]> {
  if (only === null) return [...students]
  if (only === 'failed') return students.filter(({ name }) => isFault(before.get(name)))
  if (only === 'changed') {
    const changed: Student[] = []
    for (const student of students) if (await hasChanged(student, before.get(student.name), labs)) changed.push(student)
    return changed
  }
  // Shell completion appends a slash to a folder's name, and "./failed" means a student called "failed".
  const wanted = only.replace(/^\.\//, '').replace(/\/$/, '').normalize('NFC')
  const named = students.filter(({ name }) => name.normalize('NFC') === wanted)
  if (named.length > 0) return named
  throw new UsageError(
    `--only takes failed, changed or the name of a student's folder, and there is no folder "${safeLine(only)}".`,
  )
}

const isFault = (row: StudentResult | undefined): boolean => row !== undefined && !isWhole(row)

async function hasChanged(
  student: Student,
  last: StudentResult | undefined,
  labs: readonly PreparedLab[],
): Promise<boolean> {
  if (!last || !isGraded(last) || last.labs.length !== labs.length) return true
  for (const prepared of labs) {
    const { lab, suiteHash } = prepared
    const taken = await takeLab({ lab, prepared, submission: student.folder }).catch(() => null)
    if (!taken) return true
    const now = taken.graded ?? { suiteHash, treeHash: taken.submission.treeHash, problem: null }
    const then = last.labs.find(({ id }) => id === lab.manifest.id)
    if (!sameWork(then, now)) return true
  }
  return false
}

/** Students who have waited longest come first: those without a result, then by the age of the last one, then by name. */
export function inFairOrder(students: readonly Student[], before: ReadonlyMap<string, StudentResult>): Student[] {
  const age = ({ name }: Student) => before.get(name)?.gradedAt ?? ''
  return [...students].sort((a, b) => (age(a) < age(b) ? -1 : age(a) > age(b) ? 1 : 0))
}
