import type { KeyObject } from 'node:crypto'
import { mkdir, opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole } from '@backprop/files'
import { withSections } from '@backprop/report'
import { safeJson } from '@backprop/safe-text'
import { type GradedLab, takeLab } from '../pipeline/grade-lab.ts'
import { type Machine, weakest } from '../pipeline/machine.ts'
import type { PreparedLab } from '../pipeline/prepare-lab.ts'
import { type Draws, namesOf } from '../pipeline/seed-key.ts'
import { jobFor, reworded } from '../queue/grade-job.ts'
import type { Demands, Grades } from '../queue/grades.ts'
import { type GradeFacts, makeReport } from '../report/make-report.ts'
import { renderPage } from '../report/report-page.ts'
import { faultLog, faultOf, type LabFault, reasonOf, ungraded } from '../report/ungraded.ts'
import { sign } from '../signing/sign.ts'
import type { FetchedSubmission } from './fetched.ts'
import type { OutputPaths } from './output-paths.ts'
import { gradedStudent, type StudentResult } from './student-result.ts'
import type { Student } from './students.ts'

/** What is the same for all students of a run. */
export interface ClassRun {
  readonly labs: readonly PreparedLab[]
  /** This machine. If workers grade, it only takes the files in. */
  readonly machine: Machine
  readonly draws: Draws
  /** Where grades come from, and what it takes to grade a lab. */
  readonly grades: Pick<Grades, 'of'>
  readonly demands: (lab: PreparedLab) => Demands
  readonly key: KeyObject | null
  /** What "grade fetch" recorded about each student, by name. */
  readonly fetched: ReadonlyMap<string, FetchedSubmission>
  readonly paths: OutputPaths
  readonly now: () => Date
  readonly signal: AbortSignal
  readonly makeFolder: () => string
  /** Whether to ask for the grades of all labs of a student at once, because waiting costs nothing. */
  readonly isPatient: boolean
  /** Runs the first stage of a grading, which reads the files. */
  readonly intake: <T>(take: () => Promise<T>) => Promise<T>
  /** Called when a lab has its grade, or can't have one, and whether it was graded for that. */
  readonly onLab: (wasGraded: boolean) => void
}

/** A student's result, and whether any suite had to be run for it. */
export interface StudentOutcome {
  readonly row: StudentResult
  readonly ran: boolean
  /** What the report says that it was graded on. */
  readonly machine: Machine
  /** Labs that have no score through our fault; the row has the others. */
  readonly faults: readonly LabFault[]
}

/** Why the folder can't be graded, no matter how often it is tried, or null. */
export async function unreadable({ folder, problem }: Student): Promise<string | null> {
  if (problem) return problem
  try {
    await (await opendir(folder)).close()
    return null
  } catch (error) {
    return `its folder cannot be read (${(error as NodeJS.ErrnoException).code})`
  }
}

/**
 * Grades all labs of one student and writes the report. What it throws is our fault or the machine's, never the
 * student's: then no lab has a score.
 */
export async function gradeStudent(student: Student, run: ClassRun): Promise<StudentOutcome> {
  const { draws, key } = run
  const all = await gradesOf(student, run)
  const labs = all.filter(each => 'graded' in each)
  const faults = all.filter(each => 'error' in each)
  if (labs.length === 0) throw faults[0].error
  const machine = weakest(labs.flatMap(lab => lab.machine ?? [])) ?? run.machine
  const report = makeReport({
    submission: student.name,
    labs: labs.map(({ graded, prepared }) => withSections(graded, prepared.sections)),
    ungraded: faults.map(ungraded),
    ...machine,
    ...namesOf(draws),
    ...datesOf(student, run),
    gradedAt: new Date(Math.max(...labs.map(({ gradedAt }) => Date.parse(gradedAt)))),
  })
  const final = key ? sign(report, key) : report
  await deliver(student, run.paths, {
    'report.json': safeJson(final),
    'report.html': renderPage(final),
    log: safeJson([
      ...labs.flatMap(({ graded }) => graded.log.map(entry => ({ lab: graded.id, ...entry }))),
      ...faults.flatMap(fault => faultLog(fault).map(entry => ({ lab: fault.lab.manifest.id, ...entry }))),
    ]),
  })
  const row = gradedStudent(
    student,
    final,
    labs.map(({ ms, graded, foundIn }) => ({ ms, alerts: graded.alerts, foundIn })),
    faults.map(fault => ({ id: fault.lab.manifest.id, reason: reasonOf(fault) })),
  )
  return { row, ran: faults.length > 0 || labs.some(({ isNew }) => isNew), machine, faults }
}

/** As `grade fetch` recorded them. git itself is never run in a submission: its configuration names programs to start. */
function datesOf({ name }: Student, { fetched }: ClassRun): Pick<GradeFacts, 'seenAt' | 'committedAt'> {
  const record = fetched.get(name.normalize('NFC'))
  const date = (text: string | null | undefined) => (text ? new Date(text) : null)
  return { seenAt: date(record?.seenAt), committedAt: date(record?.committedAt) }
}

/** The grade of a lab, and where its files were. */
interface LabGrade {
  readonly prepared: PreparedLab
  readonly graded: GradedLab
  readonly ms: number
  readonly gradedAt: string
  readonly isNew: boolean
  readonly foundIn?: string
  /** Null if nothing had to run. */
  readonly machine: Machine | null
}

/** The grade of each lab, or why there is none. */
async function gradesOf(student: Student, run: ClassRun): Promise<(LabGrade | LabFault)[]> {
  const one = async (prepared: PreparedLab) => {
    try {
      const grade = await gradeLabOf(student, prepared, run)
      run.onLab(grade.isNew)
      return grade
    } catch (error) {
      run.signal.throwIfAborted()
      run.onLab(false)
      return faultOf(prepared.lab, error)
    }
  }
  if (run.isPatient) return Promise.all(run.labs.map(one))
  const all: (LabGrade | LabFault)[] = []
  for (const prepared of run.labs) all.push(await one(prepared))
  return all
}

async function gradeLabOf(student: Student, prepared: PreparedLab, run: ClassRun): Promise<LabGrade> {
  const { draws, grades, demands, now, signal, makeFolder, intake } = run
  signal.throwIfAborted()
  const begun = now().getTime()
  const { lab } = prepared
  const taken = await intake(() => takeLab({ lab, prepared, submission: student.folder, draws, makeFolder }))
  if (taken.graded) {
    const ended = now()
    const ms = Math.max(0, ended.getTime() - begun)
    return { prepared, graded: taken.graded, ms, gradedAt: ended.toISOString(), isNew: false, machine: null }
  }
  const { submission } = taken
  const job = jobFor(submission, demands(prepared))
  const { graded, ...answer } = await grades.of(job, signal)
  const { foundIn } = submission
  return { prepared, ...answer, graded: { ...graded, problem: reworded(graded.problem, submission) }, foundIn }
}

/** The report goes to a folder that can be sent to the student; the log, which quotes hidden tests, goes to another. */
async function deliver(
  { outbox }: Student,
  { students, logs, staging }: OutputPaths,
  texts: Readonly<Record<'report.json' | 'report.html' | 'log', string>>,
): Promise<void> {
  await mkdir(join(students, outbox), { recursive: true })
  await writeWhole(join(logs, `${outbox}.json`), texts.log, staging)
  await writeWhole(join(students, outbox, 'report.html'), texts['report.html'], staging)
  await writeWhole(join(students, outbox, 'report.json'), texts['report.json'], staging)
}
