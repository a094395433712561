import type { Machine } from '../pipeline/machine.ts'
import type { PreparedLab } from '../pipeline/prepare-lab.ts'
import { type Draws, namesOf } from '../pipeline/seed-key.ts'
import type { Demands } from '../queue/grades.ts'

interface Grading {
  /** See `graderVersion`. */
  readonly grader: string
  readonly machine: Machine
  readonly draws: Draws
}

/** What it takes to grade a lab as this machine does. */
export const demandsOf =
  ({ grader, machine: { backend, tier, node }, draws }: Grading) =>
  ({ lab, suiteHash }: PreparedLab): Demands => ({
    ...{ lab: lab.manifest.id, suite: suiteHash, grader, backend, tiers: [tier.id], node: majorOf(node) },
    ...namesOf(draws),
  })

const majorOf = (version: string): number => Number(/^v?(\d+)/.exec(version)?.[1])
