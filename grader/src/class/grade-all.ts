import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDiskGone } from '@backprop/files'
import { safeBlock, safeLine } from '@backprop/safe-text'
import { type ClassRun, gradeStudent, type StudentOutcome, unreadable } from './grade-student.ts'
import { ungradedStudent } from './student-result.ts'
import type { Student } from './students.ts'

/** A fault is rare and usually gone on the next attempt. If not, repeating everything would not help. */
const LIMITS = { attempts: 3, retries: 20 }

/**
 * Grades students in their order, `jobs` at a time: a free job takes the next student, so a slow submission keeps only
 * one job busy. Students whose grading fails through our fault are tried again after all others. `done` gets each
 * result once. Rejects on an abort and when `done` fails, after all jobs have stopped.
 */
export async function gradeAll(
  students: readonly Student[],
  run: ClassRun,
  jobs: number,
  done: (student: Student, result: StudentOutcome) => Promise<void>,
): Promise<void> {
  const failing = new AbortController()
  const signal = AbortSignal.any([run.signal, failing.signal])
  const queue = students.map(student => ({ student, attempt: 1 }))
  let retries = LIMITS.retries

  const work = async () => {
    for (let next; (next = queue.shift());) {
      const { student, attempt } = next
      const outcome = await tryOne(student, { ...run, signal })
      const mayPass = outcome instanceof Fault ? outcome.passing : outcome.faults.length > 0
      if (mayPass && attempt < LIMITS.attempts && retries > 0) {
        retries--
        queue.push({ student, attempt: attempt + 1 })
      } else await done(student, outcome instanceof Fault ? await settle(student, outcome, run) : outcome)
    }
  }
  const ends = await Promise.allSettled(
    Array.from({ length: jobs }, () =>
      work().catch((error: unknown) => {
        failing.abort(error)
        throw error
      }),
    ),
  )
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}

/** Why there is no grade; `passing` if another attempt may succeed. */
class Fault {
  readonly reason: string
  readonly passing: boolean
  readonly details: string

  constructor(reason: string, passing: boolean, details = reason) {
    this.reason = reason
    this.passing = passing
    this.details = details
  }
}

async function tryOne(student: Student, run: ClassRun): Promise<StudentOutcome | Fault> {
  run.signal.throwIfAborted()
  const closed = await unreadable(student)
  if (closed) return new Fault(closed, false)
  try {
    const result = await gradeStudent(student, run)
    if (result.faults.length === 0) await rm(faultFile(student, run), { force: true })
    else await keepDetails(student, result.faults.map(({ error }) => error.stack ?? error.message).join('\n\n'), run)
    return result
  } catch (error) {
    run.signal.throwIfAborted()
    // Every other student would fail too, and each fault would be written to that disk.
    if (isDiskGone(error)) throw error
    const { message, stack } = error instanceof Error ? error : new Error(String(error))
    return new Fault(message, true, stack)
  }
}

/** The result for a fault. An earlier report of this student, and its score, stay unchanged. */
async function settle(student: Student, { reason, details }: Fault, run: ClassRun): Promise<StudentOutcome> {
  await keepDetails(student, details, run)
  const line = safeLine(reason.split('\n')[0], 300)
  return { row: ungradedStudent(student, line, run.now()), ran: true, machine: run.machine, faults: [] }
}

const keepDetails = (student: Student, details: string, run: ClassRun): Promise<void> =>
  writeFile(faultFile(student, run), `${safeBlock(details)}\n`)

const faultFile = ({ outbox }: Student, { paths }: ClassRun) => join(paths.logs, `${outbox}.fault.txt`)
