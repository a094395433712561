import { describe, expect, test } from 'vitest'
import { solutionDir } from '../src/course.ts'
import { gradeLab } from '../src/pipeline/grade-lab.ts'
import { isRoot } from '../src/sandbox/tiers/host.ts'
import { strongestTier } from '../src/sandbox/try-tier.ts'
import type { Attack } from './attacks/attack.ts'
import { CORPUS, ON_THE_JUDGE } from './attacks/corpus.ts'
import { expectDefeat, isSkipped, original, part, whole } from './attacks/graded.ts'
import { isConfined, needsNoSuite, tryOut } from './attacks/trial.ts'

/**
 * One attack of each idea in the strongest tier of this machine, and the control: without isolation, what they do outside
 * is seen. The whole corpus, in every tier, is in attacks.full.test.ts and attacks-tiers.full.test.ts.
 */

const { id: tier } = await strongestTier()

/** The first attack of each idea. */
const oneOfEachIdea = (attacks: readonly Attack[]): Attack[] => [
  ...new Map(attacks.toReversed().map(attack => [attack.idea, attack])).values(),
]

const shown = oneOfEachIdea(ON_THE_JUDGE)
const alone = oneOfEachIdea(CORPUS.filter(needsNoSuite).filter(attack => !isSkipped(attack, tier)))
const covered = new Set([...shown, ...alone].map(({ idea }) => idea))
const withSuite = oneOfEachIdea(CORPUS.filter(attack => !isSkipped(attack, tier) && !covered.has(attack.idea)))

test('every idea that this machine can run is among them', () => {
  const ideas = new Set([...shown, ...alone, ...withSuite].map(({ idea }) => idea))
  expect(ideas).toEqual(new Set(CORPUS.filter(attack => !isSkipped(attack, tier)).map(({ idea }) => idea)))
})

test('control: the reference solution gets full marks under the same limits', async () => {
  expect(await gradeLab({ lab: whole, submission: solutionDir(original), tier })).toMatchObject({ points: 100 })
})

describe.concurrent(`graded, in tier ${tier}`, () => {
  test.each([...shown, ...withSuite])('$idea $id gains nothing', attack => expectDefeat(attack, part, tier))
})

describe.concurrent(`called once, in tier ${tier}`, () => {
  test.each(alone)('$idea $id is stopped', async attack => {
    const { effects, status } = await tryOut(attack, tier)
    if (isConfined(tier)) expect(effects, 'effects outside').toEqual([])
    // Nothing compares the answer here, so a wrong one passes.
    const expected = attack.seenAs?.map(each => (each === 'failed' ? 'passed' : each))
    if (expected && isConfined(tier)) expect(expected).toContain(status)
  })
})

describe.concurrent('control: without isolation', () => {
  const fall = alone.filter(({ through }) => through?.includes('D')).filter(({ harmful }) => !harmful)
  for (const attack of fall)
    test.skipIf(attack.sameUser && isRoot() /* whose children are another user */)(
      `${attack.idea} ${attack.id} gets through`,
      async () => expect((await tryOut(attack, 'D')).effects, 'it does what it says').toContain(attack.effect),
    )
})
