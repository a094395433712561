import { safeBlock, safeLine } from '@backprop/safe-text'
import type { SuiteEvent, TestResult } from '@backprop/test-runner'
import { type GradedLab, gradeLab } from '../pipeline/grade-lab.ts'
import { type Draws, namesOf } from '../pipeline/seed-key.ts'
import type { BackendName } from '../sandbox/device/backends.ts'
import type { TierId } from '../sandbox/tiers/tiers.ts'
import { doubtsAbout, notesAbout } from './doubts.ts'
import type { Question } from './question.ts'
import type { Explanation } from './schema.ts'
import { cameOutAsReported, explainTests } from './tests.ts'

export interface ExplainOptions {
  readonly tier: TierId
  readonly slowness?: number
  readonly backend: BackendName
  readonly draws: Draws
  readonly signal?: AbortSignal
  readonly onEvent?: (event: SuiteEvent) => void
}

/** Runs the tests in question again on the draws of the report, and reports everything it sees. Throws `GraderFault`. */
export async function explain(question: Question, options: ExplainOptions): Promise<Explanation> {
  const { report, signature, reported, lab, exercise } = question
  const { graded, results } = await runAgain(question, options)
  const { backend, tier, draws } = options
  const { treeHash, suiteHash } = graded
  const run = { treeHash, suiteHash, ...namesOf(draws), backend, tier, node: process.version }
  const doubts = doubtsAbout(question, run)
  const tests = explainTests(question, graded, results)
  const { status, points, maxPoints } = reported.exercise
  return {
    schema: 'backprop/explanation/v1',
    audience: 'instructor',
    submission: safeLine(report.submission),
    lab: { id: lab.manifest.id, title: lab.manifest.title },
    exercise: { id: exercise.id, title: exercise.title },
    reported: { status, points, maxPoints, gradedAt: report.provenance.gradedAt },
    signature: signature.state,
    run,
    doubts,
    notes: notesAbout(report, run),
    problem: results.size > 0 ? null : whyNothingRan(graded),
    tests,
    agrees: doubts.length === 0 && tests.every(cameOutAsReported),
  }
}

/** Only the tests in question, each with the record of what it did. */
async function runAgain({ lab, exercise, test, submission }: Question, options: ExplainOptions) {
  const results = new Map<string, TestResult>()
  const onEvent = (event: SuiteEvent) => {
    if (event.type === 'finished' && event.result.state !== 'skipped') results.set(event.result.name, event.result)
    options.onEvent?.(event)
  }
  const only = { exercise: exercise.id, test }
  const graded = await gradeLab({ ...options, lab, submission, only, record: true, onEvent })
  return { graded, results }
}

function whyNothingRan({ problem, treeHash }: GradedLab): string {
  if (problem) return safeBlock(problem)
  return treeHash ? 'The files are still the stubs that were handed out, so no test was run.' : 'No test was run.'
}
