import { cpus } from 'node:os'
import { hashSuite, type Lab, readmeSections } from '@backprop/course'
import { assemble, type Report, withSections } from '@backprop/report'
import type { SuiteOutcome } from '@backprop/test-runner'
import { listVisibleTests, type VisibleTest } from './list-visible-tests.ts'
import { runVisibleTests, type VisibleOptions } from './run-visible-tests.ts'
import { scoreVisible, type VisibleScore } from './score-visible.ts'

export interface VisibleLab extends VisibleScore {
  readonly suiteHash: string
  /** Hash of the tested files; null where they could have changed during the run. */
  readonly treeHash: string | null
  readonly outcome: SuiteOutcome
}

/**
 * Runs the visible tests of a lab on the files in its folder, and scores them. `tests` lists the tests that count; by
 * default they are listed first. `runVisibleTests` says what this doesn't protect from.
 */
export async function testVisibly(
  lab: Lab,
  { tests, ...options }: VisibleOptions & { readonly tests?: readonly VisibleTest[] } = {},
): Promise<VisibleLab> {
  const listed = tests ?? (await listVisibleTests(lab, options.signal))
  const outcome = await runVisibleTests(lab, options)
  options.signal?.throwIfAborted()
  const suiteHash = await hashSuite(lab, 'test')
  const scored = withSections(scoreVisible(lab.manifest, listed, outcome), await readmeSections(lab))
  return { ...scored, suiteHash, treeHash: null, outcome }
}

export interface VisibleFacts {
  readonly submission: string
  readonly labs: readonly Omit<VisibleLab, 'outcome' | 'failures'>[]
  readonly gradedAt: Date
}

/** The report of visible tests: feedback, never a grade. */
export function visibleReport({ submission, labs, gradedAt }: VisibleFacts): Report {
  return assemble({
    suite: 'visible',
    submission,
    labs: labs.map(lab => ({ ...lab, seed: null })),
    environment: {
      tier: 'D',
      tierReason: 'visible tests share a process with the code that they test',
      backend: 'as each test says',
      device: cpus()[0]?.model ?? process.arch,
      node: process.version,
    },
    seed: null,
    gradedAt,
  })
}
