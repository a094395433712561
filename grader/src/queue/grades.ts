import { createHash } from 'node:crypto'
import type { GradedLab } from '../pipeline/grade-lab.ts'
import type { Machine } from '../pipeline/machine.ts'
import type { DrawNames } from '../pipeline/seed-key.ts'
import type { TierId } from '../sandbox/tiers/tiers.ts'

/**
 * The seam between a class and whatever grades its labs: this process, or workers on other machines. A job is plain data,
 * which may be stored as JSON. It names no student.
 */

/** What a machine must be, so that its grade of a lab counts. */
export interface Demands extends DrawNames {
  readonly lab: string
  /** Hash of the lab's manifest and hidden suite. */
  readonly suite: string
  /** See `graderVersion`. */
  readonly grader: string
  readonly backend: string
  /** Any of these. */
  readonly tiers: readonly TierId[]
  /** Major version of Node: `22`. */
  readonly node: number
  /** Id of the key that signs the grade; null if it need not be signed. */
  readonly signer: string | null
}

/** One tree of files to grade for one lab. */
export interface Job {
  /** Over everything that the grade depends on: equal keys, equal grades. */
  readonly key: string
  readonly demands: Demands
  readonly treeHash: string
  /** Path and text of each file that was accepted. */
  readonly files: readonly Named[]
  /** Path of each file that can't be accepted, and why. */
  readonly refused: readonly Named[]
  /** Paths of missing files. */
  readonly missing: readonly string[]
}

type Named = readonly [file: string, text: string]

/** A grade, and what it was made with. */
export interface Grade {
  readonly graded: GradedLab
  readonly ms: number
  readonly gradedAt: string
  readonly machine: Machine
}

/** The answer to a job. */
export interface Answer extends Grade {
  /** Whether it was graded for this call rather than known before. */
  readonly isNew: boolean
}

/** Where grades come from. The same job is graded once, however often and by whomever it is asked for. */
export interface Grades {
  /** Rejects with `GraderFault` if there can't be a grade through our fault, and on an abort. */
  of(job: Job, signal: AbortSignal): Promise<Answer>
  close(): Promise<void>
}

/** What a machine that grades jobs is, to compare with what they demand. */
export interface Abilities extends Pick<Demands, 'grader' | 'backend' | 'node'> {
  /** Lab → hash of its suite, of the labs that this machine grades. */
  readonly suites: Readonly<Record<string, string>>
  readonly tier: TierId
  /** Id of the key that it can draw from. It can draw from a number in any case. */
  readonly seedKey: string | null
  /** Id of the key that it signs grades with. */
  readonly signer: string | null
}

/** What keeps a machine from grading a job, the most important first. */
export type Misfit = 'grader' | 'lab' | 'suite' | 'node' | 'backend' | 'tier' | 'seedKey' | 'signer'

/** Why a machine can't do what is demanded; empty if it can. */
export function misfits(demands: Demands, able: Abilities): Misfit[] {
  const suite = able.suites[demands.lab]
  const checks: readonly (readonly [Misfit, boolean])[] = [
    ['grader', demands.grader === able.grader],
    ['lab', suite !== undefined],
    ['suite', suite === undefined || suite === demands.suite],
    ['node', demands.node === able.node],
    ['backend', demands.backend === able.backend],
    ['tier', demands.tiers.includes(able.tier)],
    ['seedKey', demands.seed !== null || demands.seedKey === able.seedKey],
    ['signer', demands.signer === null || demands.signer === able.signer],
  ]
  return checks.flatMap(([misfit, fits]) => (fits ? [] : [misfit]))
}

/** The key of a job. */
export function jobKey({ demands, treeHash }: Pick<Job, 'demands' | 'treeHash'>): string {
  const { lab, suite, grader, backend, tiers, node, seed, seedKey, signer } = demands
  const parts = [lab, treeHash, suite, grader, backend, [...tiers].sort(), node, seed, seedKey, signer]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
