import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { BadLab, givenFiles, hashSuite, type Lab } from '@backprop/course'
import { Refused, type Submission } from '@backprop/course/submission'
import type { Report } from '@backprop/report'
import { HostUnusable } from '@backprop/test-runner'
import {
  listVisibleTests,
  scoreVisible,
  testVisibly,
  type VisibleLab,
  visibleReport,
  type VisibleTest,
} from '@backprop/visible-tests'
import type { Context } from '../context.ts'
import { COURSE_ROOT } from '../course.ts'
import { GraderFault } from '../errors.ts'
import { expectedStubs } from '../intake/stubs.ts'
import { takeLabIn } from '../intake/take-lab-in.ts'
import { usableOf } from '../intake/usable.ts'
import type { LogEntry } from '../report/ungraded.ts'
import type { Logged } from '../report/write-report.ts'

export interface VisibleOptions {
  readonly labs: readonly Lab[]
  /** A student's repository, or one lab's folder. */
  readonly submission: string
}

/**
 * Runs the course's visible tests on a submission: feedback, not a grade. The tests and the files that students edit are
 * put together in a new folder; nothing else of the submission is used. But nothing isolates the student's code from the
 * verdict, or from this machine: they share a process, which runs as the user who started this. Throws `GraderFault` if
 * the tests themselves are broken.
 */
export async function gradeVisible(
  { labs, submission }: VisibleOptions,
  { stderr, now, signal }: Pick<Context, 'stderr' | 'now' | 'signal'>,
): Promise<{ report: Report; labs: readonly Logged[] }> {
  const tested: VisibleLab[] = []
  for (const lab of labs) {
    try {
      const tests = await listVisibleTests(lab, signal)
      stderr.write(`${lab.manifest.id}: ${tests.length} visible tests\n`)
      tested.push(await testSubmission(lab, tests, submission, signal))
    } catch (error) {
      if (error instanceof BadLab || error instanceof HostUnusable) throw new GraderFault(error.message)
      throw error
    }
  }
  const report = visibleReport({ submission: basename(submission), labs: tested, gradedAt: now() })
  return { report, labs: tested.map(({ id, outcome }) => ({ id, log: logOf(outcome) })) }
}

async function testSubmission(
  lab: Lab,
  tests: readonly VisibleTest[],
  submission: string,
  signal: AbortSignal,
): Promise<VisibleLab> {
  let taken: Submission
  try {
    taken = await takeLabIn(submission, lab)
  } catch (error) {
    if (error instanceof Refused) return refused(lab, tests, error)
    throw error
  }
  // The lab may be done in place: a file that was not handed in is the stub, not an answer.
  const handedOut = { lab, stubs: await expectedStubs(lab), given: await givenFiles(lab) }
  const { files, unusable, problem } = await usableOf(handedOut, taken)
  // Hidden tests could not load these either, although some would load in here.
  const placeholders = [...unusable].map(([file, why]) => [file, failingWith(why)] as const)
  const root = await mkdtemp(join(tmpdir(), 'backprop-visible-'))
  try {
    const copy = await putTogether(lab, new Map([...files, ...placeholders]), root)
    const tested = await testVisibly(copy, { tests, signal })
    return { ...tested, problem: problem ?? tested.problem, treeHash: taken.treeHash }
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

/** A module that fails to load, with a known reason. */
const failingWith = (why: string) =>
  `throw Object.assign(new Error(${JSON.stringify(why)}), { stack: '' })\nexport {}\n`

/** For a folder that is refused, the tests report the same as for one that can't be loaded. */
async function refused(lab: Lab, tests: readonly VisibleTest[], { message }: Refused): Promise<VisibleLab> {
  const broken = [{ name: 'Error', message, stack: '' }]
  const outcome = { tests, results: [], broken, end: 'done', output: '' } as const
  const suiteHash = await hashSuite(lab, 'test')
  return { ...scoreVisible(lab.manifest, tests, outcome), suiteHash, treeHash: null, outcome }
}

const LEFT_OUT = /^(node_modules|\.cache|\.turbo|hidden)$/

/** A copy of the lab with these files in it, laid out as in the course. */
async function putTogether({ manifest, dir }: Lab, files: ReadonlyMap<string, string>, root: string): Promise<Lab> {
  const copy = join(root, 'labs', manifest.id)
  await cp(dir, copy, { recursive: true, filter: path => !LEFT_OUT.test(relative(dir, path)) })
  await cp(join(COURSE_ROOT, 'tsconfig.base.json'), join(root, 'tsconfig.base.json'))
  await symlink(join(dir, 'node_modules'), join(copy, 'node_modules'), 'junction')
  await mkdir(join(copy, 'src'), { recursive: true })
  for (const [file, text] of files) await writeFile(join(copy, file), text)
  return { manifest, dir: copy }
}

/** In full, for an instructor who looks into a failure; it may contain text from the student's code. */
function logOf({ results, broken }: VisibleLab['outcome']): LogEntry[] {
  const entry = (test: string, { name, message, stack }: { name: string; message: string; stack: string }) => ({
    test,
    error: `${name}: ${message}`,
    stack,
  })
  return [
    ...broken.map(failure => entry('loading', failure)),
    ...results.flatMap(({ exercise, name, failures }) =>
      failures.map(failure => entry(`${exercise}/${name}`, failure)),
    ),
  ]
}
