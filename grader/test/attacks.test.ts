import { describe, expect, test } from 'vitest'
import { solutionDir } from '../src/course.ts'
import { isRoot } from '../src/sandbox/tiers/host.ts'
import { strongestTier } from '../src/sandbox/try-tier.ts'
import type { Attack } from './attacks/attack.ts'
import { CORPUS, ON_THE_JUDGE } from './attacks/corpus.ts'
import { expectDefeat, gradeAsInClass, isSkipped, part, whole } from './attacks/graded.ts'
import { isConfined, needsNoSuite, tryOut } from './attacks/trial.ts'

/**
 * One attack of each idea that needs no suite, called once in the strongest tier of this machine, one of each group
 * graded, and the control: without isolation, what they do outside is seen. The whole corpus, in every tier, is in
 * attacks.full.test.ts and attacks-tiers.full.test.ts.
 */

const { id: tier } = await strongestTier()

/** The first attack of each kind. */
const firstOfEach = (attacks: readonly Attack[], kind: (attack: Attack) => string): Attack[] => [
  ...new Map(attacks.toReversed().map(attack => [kind(attack), attack])).values(),
]
const ideaOf = ({ idea }: Attack) => idea
const groupOf = ({ idea }: Attack) => idea[0]

const runnable = CORPUS.filter(attack => !isSkipped(attack, tier))
const alone = firstOfEach(runnable.filter(needsNoSuite), ideaOf)
const covered = new Set(alone.map(ideaOf))
const shown = firstOfEach(ON_THE_JUDGE, groupOf)
const withSuite = firstOfEach(
  runnable.filter(attack => !covered.has(attack.idea)),
  groupOf,
)

test('every group that this machine can run is among them', () => {
  const groups = new Set([...shown, ...alone, ...withSuite].map(groupOf))
  expect(groups).toEqual(new Set(runnable.map(groupOf)))
})

test('control: the reference solution gets full marks under the same limits', async () => {
  expect(await gradeAsInClass({ lab: whole, submission: solutionDir(whole), tier })).toMatchObject({ points: 100 })
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
