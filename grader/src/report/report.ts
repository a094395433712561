import { createHash } from 'node:crypto'
import { cpus } from 'node:os'
import type { GradedLab } from '../grade-lab.ts'
import type { ChosenTier } from '../sandbox/tiers/tiers.ts'
import { Report } from './schema.ts'

export interface ReportFacts {
  readonly submission: string
  readonly labs: readonly GradedLab[]
  readonly tier: ChosenTier
  readonly backend: string
  readonly seed: number | null
  readonly gradedAt: Date
}

/** Puts the results of some labs together. Checked against the schema: a report that is not right is never written. */
export function makeReport({ submission, labs, tier, backend, seed, gradedAt }: ReportFacts): Report {
  const sum = (of: 'points' | 'maxPoints') => labs.reduce((total, lab) => total + lab[of], 0)
  return Report.parse({
    schema: 'backprop/report/v1',
    submission,
    points: sum('points'),
    maxPoints: sum('maxPoints'),
    labs: labs.map(({ log: _log, unlisted: _unlisted, treeHash, suiteHash, seed: labSeed, ...lab }) => ({
      ...lab,
      provenance: { treeHash, suiteHash, seed: labSeed },
    })),
    environment: {
      tier: tier.id,
      tierReason: tier.reason,
      backend,
      device: cpus()[0]?.model ?? process.arch,
      node: process.version,
    },
    provenance: {
      treeHash: over(labs.map(lab => lab.treeHash ?? '')),
      suiteHash: over(labs.map(lab => lab.suiteHash)),
      seed,
      submittedAt: null,
      gradedAt: gradedAt.toISOString(),
    },
  })
}

const over = (hashes: readonly string[]) => createHash('sha256').update(hashes.join('\n')).digest('hex')
