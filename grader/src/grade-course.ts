import type { Context } from './command.ts'
import type { Lab } from '@backprop/course'
import { GraderFault } from './errors.ts'
import { gradeLab, type GradedLab } from './grade-lab.ts'
import { Progress } from './progress.ts'
import { makeReport } from './report/report.ts'
import type { Report } from './report/schema.ts'
import { chooseBackend } from './sandbox/choose-backend.ts'
import { strongestTier, type ChosenTier, type TierId } from './sandbox/tiers/tiers.ts'

export interface CourseOptions {
  readonly labs: readonly Lab[]
  /** The folder to grade for a lab. */
  readonly submissionOf: (lab: Lab) => string
  /** What the report calls the submission. */
  readonly name: string
  /** `auto` or a name. */
  readonly backend: string
  readonly seed?: number
  /** Refuse tiers below B, whose isolation cannot be relied on. */
  readonly official?: boolean
  readonly allowWeakIsolation?: boolean
}

/** Grades some labs one after the other, showing progress, and puts the report together. */
export async function gradeCourse(
  options: CourseOptions,
  { stderr, now, signal }: Pick<Context, 'stderr' | 'now' | 'signal'>,
): Promise<{ report: Report; labs: readonly GradedLab[] }> {
  const tier = await strongestTier()
  if (options.official && !options.allowWeakIsolation) refuseWeak(tier)
  const backend = await chooseBackend(options.backend)
  const progress = new Progress(stderr)
  const labs: GradedLab[] = []
  for (const lab of options.labs) {
    signal.throwIfAborted()
    progress.begin(lab)
    try {
      const { submissionOf, seed } = options
      labs.push(
        await gradeLab({
          lab,
          submission: submissionOf(lab),
          tier: tier.id,
          backend,
          seed,
          signal,
          onEvent: progress.onEvent,
        }),
      )
    } finally {
      progress.end()
    }
  }
  const { name, seed } = options
  return {
    report: makeReport({ submission: name, labs, tier, backend, seed: seed ?? null, gradedAt: now() }),
    labs,
  }
}

const STRONG: readonly TierId[] = ['A', 'B']

function refuseWeak(tier: ChosenTier): void {
  if (STRONG.includes(tier.id)) return
  throw new GraderFault(
    `an official grade needs isolation tier A or B, and this machine offers ${tier.id} (${tier.reason}). ` +
      'Run "pnpm grade doctor" for the cure, or accept the risk with --allow-weak-isolation, which the report will say.',
  )
}
