import { describe, expect, test } from 'vitest'
import { solutionDir } from '../src/course.ts'
import { TIER_IDS } from '../src/sandbox/tiers/tiers.ts'
import { strongestTier } from '../src/sandbox/try-tier.ts'
import { Arena } from './attacks/arena.ts'
import { ON_THE_JUDGE, ON_THE_OUTSIDE, ON_THE_VERDICT } from './attacks/corpus.ts'
import { expectDefeat, gradeAsInClass, isSkipped, part, verdicts, whole } from './attacks/graded.ts'
import { handIn } from './attacks/trial.ts'

/**
 * The whole corpus of hostile submissions, graded in the strongest tier of this machine, or in those of ATTACK_TIERS
 * ("A,B"). None may gain a point, leave anything on the host, learn a secret, or keep the grader from its verdict.
 */

const named = process.env.ATTACK_TIERS?.split(',').map(name => TIER_IDS.find(id => id === name))
const tiers = named?.filter(id => id !== undefined) ?? [(await strongestTier()).id]

describe.concurrent.each(tiers)('hostile submissions in tier %s', tier => {
  const grade = (submission: string) => gradeAsInClass({ lab: whole, submission, tier })

  test('control: the reference solution gets full marks under the same limits', async () => {
    expect(await grade(solutionDir(whole))).toMatchObject({ points: 100, problem: null })
  })

  test('control: the stub gets nothing', async () => {
    const graded = await grade(whole.dir)
    expect(graded).toMatchObject({ points: 0, problem: null })
    expect([...verdicts(graded)]).toEqual(['not-started'])
  })

  test('control: wrong functions get nothing, and what they print reaches the log, or nothing below could be seen', async () => {
    await using arena = await Arena.open()
    const attack = { id: 'control', idea: '', title: '', code: "console.log('PWNED')" }
    const graded = await grade(handIn(attack, arena))
    expect(graded).toMatchObject({ points: 0, problem: null })
    expect([...verdicts(graded)]).toEqual(['failed'])
    expect(graded.log.filter(entry => entry.error === 'printed' && entry.stack.includes('PWNED'))).toHaveLength(
      whole.manifest.exercises.filter(({ id }) => id !== 'quiz').flatMap(({ tests }) => tests).length,
    )
  })

  for (const [attacks, lab] of [
    [ON_THE_JUDGE, whole],
    [ON_THE_VERDICT, part],
    // By default attacks-tiers.full.test.ts alone runs these, which is enough and much cheaper.
    [named ? ON_THE_OUTSIDE : [], part],
  ] as const) {
    for (const attack of attacks) {
      test.skipIf(isSkipped(attack, tier))(`${attack.idea} ${attack.id}: ${attack.title}`, () =>
        expectDefeat(attack, lab, tier),
      )
    }
  }
})
