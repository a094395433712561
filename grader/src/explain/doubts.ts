import type { Report } from '@backprop/report'
import { SEED_KEY } from '../pipeline/seed-key.ts'
import type { Question } from './question.ts'
import type { Explanation } from './schema.ts'

const short = (hash: string | null): string => hash?.slice(0, 12) ?? 'none'

/** Why the files that ran may not be what was graded, and what that means. */
export function doubtsAbout(
  { report, reported, signature, lab }: Question,
  { treeHash, suiteHash, seed, seedKey }: Pick<Explanation['run'], 'treeHash' | 'suiteHash' | 'seed' | 'seedKey'>,
): string[] {
  const { provenance } = reported.lab
  const doubts: string[] = []
  if (signature.fault !== null)
    doubts.push(`The report cannot be relied on: ${signature.fault} What it says may not come from this grader.`)
  if (treeHash !== provenance.treeHash)
    doubts.push(
      `These are not the files that were graded (their hash is ${short(treeHash)}, in the report ${short(provenance.treeHash)}). ` +
        'What follows is about these files and says nothing about the grade.',
    )
  if (suiteHash !== provenance.suiteHash)
    doubts.push(
      `The tests of ${lab.manifest.id} have changed since (their hash is ${short(suiteHash)}, in the report ` +
        `${short(provenance.suiteHash)}). A test may now check something else, on other inputs. To see exactly what was ` +
        `graded, go back to the course as it was on ${report.provenance.gradedAt}; to grade it again, run "pnpm grade".`,
    )
  const then = report.provenance
  if (then.seed !== seed || (seed === null && then.seedKey !== seedKey))
    doubts.push(
      `The inputs are drawn from ${drawnFrom({ seed, seedKey })} now, and were drawn from ${drawnFrom(then)}: they are not ` +
        `those of the grade. To see these, set ${SEED_KEY} to that key.`,
    )
  return doubts
}

const drawnFrom = ({ seed, seedKey }: Pick<Report['provenance'], 'seed' | 'seedKey'>): string =>
  seed !== null ? `seed ${seed}` : seedKey ? `key ${seedKey}` : 'the files and the tests'

/** Harmless differences: where it ran. */
export function notesAbout(
  { environment }: Question['report'],
  run: Pick<Explanation['run'], 'backend' | 'tier' | 'node'>,
): string[] {
  const differs = (what: string, then: string, now: string) =>
    then === now ? [] : [`It was graded ${what} ${then}, and this time it ran ${what} ${now}.`]
  return [
    ...differs('in tier', environment.tier, run.tier),
    ...differs('on the backend', environment.backend, run.backend),
    ...differs('on Node', environment.node, run.node),
  ]
}
