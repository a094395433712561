import type { GradedLab } from '../grade-lab.ts'
import type { Question } from './question.ts'
import type { Explanation } from './schema.ts'

const short = (hash: string | null): string => hash?.slice(0, 12) ?? 'none'

/** Why what was run may not be what was graded, and what that means. */
export function doubtsAbout(
  { report, reported, signature, lab }: Question,
  { treeHash, suiteHash }: GradedLab,
): string[] {
  const { provenance } = reported.lab
  const doubts: string[] = []
  if (signature.fault !== null)
    doubts.push(`The report cannot be relied on: ${signature.fault} What it says below was not necessarily said by us.`)
  if (treeHash !== provenance.treeHash)
    doubts.push(
      `These are not the files that were graded (their hash is ${short(treeHash)}, in the report ${short(provenance.treeHash)}). ` +
        'What was seen now tells about these files and says nothing about the grade.',
    )
  if (suiteHash !== provenance.suiteHash)
    doubts.push(
      `The tests of ${lab.manifest.id} have changed since (their hash is ${short(suiteHash)}, in the report ` +
        `${short(provenance.suiteHash)}). A test may ask something else now, on other inputs. To see exactly what was ` +
        `graded, go back to the course as it was on ${report.provenance.gradedAt}; to grade anew, run "pnpm grade".`,
    )
  return doubts
}

/** What differs without casting doubt: where it ran. */
export function notesAbout(
  { environment }: Question['report'],
  run: Pick<Explanation['run'], 'backend' | 'tier' | 'node'>,
): string[] {
  const differs = (what: string, then: string, now: string) =>
    then === now ? [] : [`It was graded ${what} ${then}, and has run ${what} ${now} now.`]
  return [
    ...differs('in tier', environment.tier, run.tier),
    ...differs('on the backend', environment.backend, run.backend),
    ...differs('on Node', environment.node, run.node),
  ]
}
