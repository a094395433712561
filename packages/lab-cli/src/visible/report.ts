import { cpus } from 'node:os'
import { hashSuite, readmeSections, type Lab } from '@backprop/course'
import { assemble, withSections, type Report } from '@backprop/report'
import type { SuiteOutcome } from '@backprop/test-runner'
import { listVisibleTests, type VisibleTest } from './list.ts'
import { runVisibleTests, type VisibleOptions } from './run.ts'
import { scoreVisible, type VisibleScore } from './score.ts'

export interface VisibleLab extends VisibleScore {
  readonly suiteHash: string
  /** Names the files that were tested, where they could not change meanwhile. */
  readonly treeHash: string | null
  readonly outcome: SuiteOutcome
}

/**
 * Runs the visible tests of a lab on the files in its folder, and scores them. `tests` says which there are; unless given
 * they are listed first. See `runVisibleTests` for what this does not protect from.
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
  readonly labs: readonly Omit<VisibleLab, 'outcome' | 'troubles'>[]
  readonly gradedAt: Date
}

/** The report of visible tests: feedback, and never a grade. */
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
