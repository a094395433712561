import type { KeyObject } from 'node:crypto'
import { graderVersion } from '../pipeline/grader-version.ts'
import { type Machine, majorOf } from '../pipeline/machine.ts'
import type { PreparedLab } from '../pipeline/prepare-lab.ts'
import type { SeedKey } from '../pipeline/seed-key.ts'
import { keyId } from '../signing/keys.ts'
import type { Abilities } from './grades.ts'

/** What this machine can grade with these labs and keys. */
export async function abilitiesOf(
  machine: Machine,
  labs: readonly PreparedLab[],
  { seedKey, signingKey }: { readonly seedKey: SeedKey | null; readonly signingKey: KeyObject | null },
): Promise<Abilities> {
  const { backend, node, tier } = machine
  return {
    grader: await graderVersion(),
    suites: Object.fromEntries(labs.map(({ lab, suiteHash }) => [lab.manifest.id, suiteHash])),
    ...{
      backend,
      node: majorOf(node),
      tier: tier.id,
      seedKey: seedKey?.id ?? null,
      signer: signingKey && keyId(signingKey),
    },
  }
}
