import { hashSuite } from '@backprop/course'
import { type Report, score } from '@backprop/report'
import { makeReport } from '../src/report/make-report.ts'
import { neuron as lab } from './tiny-labs.ts'

const hash = await hashSuite(lab, 'hidden')

/** A report of the tiny neuron as the grader makes it, in which some tests have passed; the suite is the present one. */
export function reportOf(submission = 'ada', passed: readonly string[] = ['score/one-row', 'predict/signs']): Report {
  const outcomes = lab.manifest.exercises.flatMap(({ id: exercise, tests }) =>
    tests.map(({ id: test }) => ({
      exercise,
      test,
      status: passed.includes(`${exercise}/${test}`) ? ('passed' as const) : ('failed' as const),
      ms: 3,
      notes: ['accuracy 0.93'],
    })),
  )
  const provenance = { problem: null, treeHash: 'a'.repeat(64), suiteHash: hash, seed: 7 }
  return makeReport({
    submission,
    labs: [{ ...score(lab.manifest, outcomes), ...provenance }],
    tier: { id: 'A', reason: 'tried' },
    backend: 'plain',
    slowness: 1,
    processor: 'a processor',
    node: 'v26.10.0',
    seed: null,
    gradedAt: new Date('2026-11-21T12:00:00Z'),
  })
}
