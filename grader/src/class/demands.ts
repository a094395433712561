import { type MachineOptions, majorOf, STRONG } from '../pipeline/machine.ts'
import type { PreparedLab } from '../pipeline/prepare-lab.ts'
import { type Draws, namesOf } from '../pipeline/seed-key.ts'
import type { Demands } from '../queue/grades.ts'
import { TIER_IDS, type TierId } from '../sandbox/tiers/tiers.ts'

interface Grading extends Pick<Demands, 'grader' | 'backend' | 'tiers' | 'signer'> {
  readonly draws: Draws
}

/** What it takes to grade a lab as this process would, or may. */
export const demandsOf =
  ({ grader, backend, tiers, signer, draws }: Grading) =>
  ({ lab, suiteHash }: PreparedLab): Demands => ({
    ...{ lab: lab.manifest.id, suite: suiteHash, grader, backend, tiers, node: majorOf(process.version), signer },
    ...namesOf(draws),
  })

/** In which tiers workers may grade; see `chooseMachine`. */
export const tiersOfWorkers = (
  options: Pick<MachineOptions, 'official' | 'signed' | 'allowWeakIsolation'>,
): readonly TierId[] => ((options.official || options.signed) && !options.allowWeakIsolation ? STRONG : TIER_IDS)
