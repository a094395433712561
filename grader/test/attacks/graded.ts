import { setTimeout as sleep } from 'node:timers/promises'
import type { Lab } from '@backprop/course'
import { SuiteHosts } from '@backprop/test-runner'
import { afterAll, expect } from 'vitest'
import { type GradedLab, gradeLab, type GradeOptions } from '../../src/pipeline/grade-lab.ts'
import { prepareLab } from '../../src/pipeline/prepare-lab.ts'
import type { TierId } from '../../src/sandbox/tiers/tiers.ts'
import { neuron as original } from '../tiny-labs.ts'
import { Arena } from './arena.ts'
import type { Attack } from './attack.ts'
import { cannotRun, handIn, isConfined, LIMITS } from './trial.ts'

/** Hostile submissions, graded for real. */

process.env.ATTACK_SECRET = 'SECRET-IN-ENV'

// Tight limits, so that an endless loop costs little. The budget of a test has nothing to do with what it proves.
const limits = { ...LIMITS, wallSeconds: 60 }
/** A tiny lab with these limits. */
export const whole: Lab = { ...original, manifest: { ...original.manifest, limits } }
/** The same with one of its exercises: enough to run an attack, and cheaper. */
export const part: Lab = { ...whole, manifest: { ...whole.manifest, exercises: whole.manifest.exercises.slice(0, 1) } }

const suites = new SuiteHosts(2)
afterAll(() => suites.close())
const prepared = new Map([whole, part].map(lab => [lab, prepareLab(lab)]))

/** Grades as a class is graded, so that each attack meets what those before it have left behind. */
export const gradeAsInClass = async (options: GradeOptions): Promise<GradedLab> =>
  gradeLab({ ...options, suites, prepared: await prepared.get(options.lab) })

export const verdicts = (graded: GradedLab): Set<string> =>
  new Set(graded.exercises.flatMap(({ tests }) => tests.map(({ status }) => status)))

/** Whether this machine cannot run an attack in a tier, or must not. */
export const isSkipped = (attack: Attack, tier: TierId): boolean =>
  cannotRun(attack) || (attack.harmful === true && !isConfined(tier))

/** Grades an attack, and expects no point, no effect outside, a verdict for every test, and a clean log. */
export async function expectDefeat(attack: Attack, lab: Lab, tier: TierId): Promise<void> {
  await using arena = await Arena.open()
  const submission = handIn(attack, arena)
  const only = lab === part ? { exercise: part.manifest.exercises[0].id } : undefined
  const graded = await gradeAsInClass({ lab, submission, tier, only, evenIfUntouched: true })
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
