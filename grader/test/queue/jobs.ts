import { createHash } from 'node:crypto'
import { type Demands, type Grade, type Job, jobKey } from '../../src/queue/grades.ts'

export const DEMANDS: Demands = {
  lab: '01-linear',
  suite: 'a'.repeat(64),
  grader: 'b'.repeat(64),
  backend: 'plain',
  tiers: ['A', 'B'],
  node: 26,
  seed: 1,
  seedKey: null,
  signer: null,
}

/** A job whose files say which one it is. */
export function jobOf(text: string, demands: Partial<Demands> = {}): Job {
  const [treeHash, all] = [createHash('sha256').update(text).digest('hex'), { ...DEMANDS, ...demands }]
  const key = jobKey({ demands: all, treeHash })
  return { key, demands: all, treeHash, files: [['src/a.ts', text]], refused: [], missing: [] }
}

/** The text of a job, which tells a test what its "grading" should do. */
export const textOf = ({ files }: Job): string => files[0][1]

/** A grade that depends on the job's files, instead of a grading. */
export function gradeFor(job: Job, status: 'passed' | 'timeout' = 'passed'): Grade {
  const points = Number.parseInt(job.key.slice(0, 4), 16)
  const test = { id: 'works', concept: 'It works', status, points, maxPoints: points, ms: 1, notes: [] }
  const totals = { points, maxPoints: points }
  return {
    graded: {
      id: job.demands.lab,
      title: textOf(job),
      ...totals,
      exercises: [{ id: 'one', title: 'One', status, ...totals, tests: [test] }],
      problem: null,
      treeHash: job.treeHash,
      suiteHash: job.demands.suite,
      seed: job.demands.seed,
      unlisted: [],
      alerts: [],
      log: [],
    },
    ms: 1,
    gradedAt: '2026-01-02T03:04:05.678Z',
    machine: {
      tier: { id: 'A', reason: 'it is the strongest' },
      backend: 'plain',
      device: 'CPU',
      slowness: 1,
      processor: 'CPU',
      node: 'v26.10.0',
    },
  }
}
