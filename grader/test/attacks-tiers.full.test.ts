import { describe, expect, test } from 'vitest'
import { canFork } from '../src/sandbox/fork-server.ts'
import { isRoot } from '../src/sandbox/tiers/host.ts'
import { TIER_IDS, type TierId } from '../src/sandbox/tiers/tiers.ts'
import { strongestTier, tryTier } from '../src/sandbox/try-tier.ts'
import type { Attack } from './attacks/attack.ts'
import { CORPUS, ON_THE_OUTSIDE } from './attacks/corpus.ts'
import { isConfined, needsNoSuite, tryOut } from './attacks/trial.ts'

/**
 * The same attacks without a suite around them, in every tier of this machine: each is started, called once, and looked
 * for what it has done outside. In tier D the effect must be seen: otherwise the attack does nothing, or the test would not notice.
 */

async function available(id: TierId): Promise<boolean> {
  // Older versions of Node do not close the network in tier C.
  return (await tryTier(id)).available && (id !== 'C' || process.allowedNodeEnvironmentFlags.has('--allow-net'))
}

const MADE = ['started', 'copied'] as const

/** Where attacks.full.test.ts does most of the same, and more, in copies. */
const { id: graded } = await strongestTier()

const ways = TIER_IDS.flatMap(tier => (canFork(tier) ? MADE : MADE.slice(0, 1)).map(made => ({ tier, made })))

for (const { tier, made } of ways) {
  describe.skipIf(!(await available(tier))).concurrent(`tier ${tier}, ${made}`, () => {
    const wanted = (attack: Attack) =>
      isConfined(tier)
        ? (tier !== graded && made === 'started') || ON_THE_OUTSIDE.includes(attack)
        : attack.effect && !attack.harmful
    for (const attack of CORPUS.filter(needsNoSuite).filter(wanted)) {
      const gets = attack.effect && attack.through?.includes(tier)
      test.skipIf(gets && attack.sameUser && isRoot())(
        `${attack.idea} ${attack.id} ${gets ? 'gets through' : 'is stopped'}`,
        async () => {
          const { effects, status } = await tryOut(attack, tier, made)
          if (gets) expect(effects, 'it does what it says').toContain(attack.effect)
          else expect(effects, 'effects outside').toEqual([])
          // Nothing compares its answer here, so a wrong one passes.
          const expected = attack.seenAs?.map(each => (each === 'failed' ? 'passed' : each))
          if (expected && isConfined(tier)) expect(expected).toContain(status)
        },
      )
    }
  })
}
