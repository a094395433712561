import { cpus } from 'node:os'
import { assemble, type Graded, type Report } from '@backprop/report'
import type { ChosenTier } from '../sandbox/tiers/tiers.ts'

export interface GradeFacts {
  readonly submission: string
  readonly labs: readonly Graded[]
  readonly tier: ChosenTier
  readonly backend: string
  readonly seed: number | null
  /** When the submission says that it was made, where it says so. */
  readonly submittedAt?: Date | null
  readonly gradedAt: Date
}

/** The report of a grade by the hidden suites. */
export function makeReport({ tier, backend, ...facts }: GradeFacts): Report {
  const device = cpus()[0]?.model ?? process.arch
  const environment = { tier: tier.id, tierReason: tier.reason, backend, device, node: process.version }
  return assemble({ suite: 'hidden', environment, ...facts })
}
