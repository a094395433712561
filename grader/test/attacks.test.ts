import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Lab } from '@backprop/course'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findLabs, solutionDir } from '../src/course.ts'
import { gradeLab, type GradedLab } from '../src/pipeline/grade-lab.ts'
import { strongestTier } from '../src/sandbox/try-tier.ts'
import { TIER_IDS, type TierId } from '../src/sandbox/tiers/tiers.ts'
import { Arena } from './attacks/arena.ts'
import type { Attack } from './attacks/attack.ts'
import { ON_THE_JUDGE, ON_THE_OUTSIDE, ON_THE_VERDICT } from './attacks/corpus.ts'
import { cannotRun, handIn, LIMITS } from './attacks/trial.ts'

/**
 * Hostile submissions, graded for real, in the strongest tier of this machine, or all of them in those of ATTACK_TIERS
 * ("A,B"). None may gain a point, leave anything on the host, learn a secret, or keep the grader from its verdict.
 */

const named = process.env.ATTACK_TIERS?.split(',').map(name => TIER_IDS.find(id => id === name))
const tiers = named?.filter(id => id !== undefined) ?? [(await strongestTier()).id]
const isConfined = (tier: TierId) => tier === 'A' || tier === 'B'

const [original] = await findLabs('01')
// Tight limits, so that an endless loop costs little. The budget of a test has nothing to do with what it proves.
const limits = { ...LIMITS, wallSeconds: 60 }
const whole: Lab = { ...original, manifest: { ...original.manifest, limits } }
const folder = mkdtempSync(join(tmpdir(), 'backprop-part-'))
const part = partOf(whole)

beforeAll(() => {
  process.env.ATTACK_SECRET = 'SECRET-IN-ENV'
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The lab with one of its exercises: enough to run an attack, and much cheaper. */
function partOf(lab: Lab): Lab {
  const dir = join(folder, 'labs/01-perceptron')
  mkdirSync(join(dir, 'hidden'), { recursive: true })
  for (const file of ['lab.json', 'hidden/reference.ts', 'hidden/score-and-predict.test.ts'])
    cpSync(join(lab.dir, file), join(dir, file))
  symlinkSync(join(lab.dir, 'node_modules'), join(dir, 'node_modules'), 'junction')
  cpSync(join(solutionDir(lab), 'src'), join(folder, 'solutions/01-perceptron/src'), { recursive: true })
  return { dir, manifest: { ...lab.manifest, exercises: lab.manifest.exercises.slice(0, 1) } }
}

const verdicts = (graded: GradedLab): Set<string> =>
  new Set(graded.exercises.flatMap(({ tests }) => tests.map(({ status }) => status)))

async function attackWith(attack: Attack, lab: Lab, tier: TierId): Promise<void> {
  await using arena = await Arena.open()
  const submission = handIn(attack, arena)
  const only = lab === part ? { exercise: part.manifest.exercises[0].id } : undefined
  const graded = await gradeLab({ lab, submission, tier, only, evenIfUntouched: true })
  const seen = verdicts(graded)
  expect(graded.points, 'points gained').toBe(0)
  if (attack.refused) expect(graded.problem).toContain(attack.refused)
  else expect(graded.problem, 'it was really run').toBeNull()
  if (!attack.refused) expect([...seen], 'every test has a verdict').not.toContain('missing')
  if (attack.seenAs)
    expect(
      [...seen].filter(status => attack.seenAs?.includes(status)),
      [...seen].join(),
    ).not.toEqual([])

  const log = graded.log.map(({ error, stack }) => `${error}\n${stack}`).join('\n')
  const shown = [graded.problem, ...graded.exercises.flatMap(({ tests }) => tests.flatMap(each => each.notes))].join(
    '\n',
  )
  for (const text of [log, shown]) {
    expect(text, 'no escape of a terminal').not.toMatch(/[\u001b\u009b\u202a-\u202e\u2066-\u2069]/)
    expect(text, 'no workflow command').not.toMatch(/^\s*::|##\w*\[/m)
  }
  await sleep(attack.settleMs ?? 0)
  if (isConfined(tier)) expect(arena.effects(log), 'effects outside').toEqual([])
}

describe.concurrent.each(tiers)('hostile submissions in tier %s', { timeout: 120_000 }, tier => {
  const grade = (submission: string) => gradeLab({ lab: whole, submission, tier })
  const skipped = (attack: Attack) => cannotRun(attack) || (attack.harmful === true && !isConfined(tier))

  test('control: the reference solution gets full marks under the same limits', async () => {
    expect(await grade(solutionDir(original))).toMatchObject({ points: 100, problem: null })
  })

  test('control: the stub gets nothing', async () => {
    const graded = await grade(original.dir)
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
      original.manifest.exercises.filter(({ id }) => id !== 'quiz').flatMap(({ tests }) => tests).length,
    )
  })

  for (const [attacks, lab] of [
    [ON_THE_JUDGE, whole],
    [ON_THE_VERDICT, part],
    // By default test/attacks-tiers.test.ts alone runs these, which is enough and much cheaper.
    [named ? ON_THE_OUTSIDE : [], part],
  ] as const) {
    for (const attack of attacks) {
      test.skipIf(skipped(attack))(`${attack.idea} ${attack.id}: ${attack.title}`, () => attackWith(attack, lab, tier))
    }
  }
})
