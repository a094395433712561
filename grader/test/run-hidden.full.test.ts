import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { describe, expect, test, vi } from 'vitest'
import { GraderFault } from '../src/errors.ts'
import { gradeLab, type GradeOptions } from '../src/pipeline/grade-lab.ts'
import { canFork } from '../src/sandbox/fork-server.ts'
import { TIER_IDS } from '../src/sandbox/tiers/tiers.ts'
import { tryTier } from '../src/sandbox/try-tier.ts'
import { tinyCourse } from './class/tiny-course.ts'

const suite = (small: string) => `import { exercise, expect } from '@backprop/testkit'
import { submissionTest } from '@backprop/grader/suite'
const test = submissionTest<{ double(x: number): number }>('tiny')
exercise('double', () => {
  test('small', async ({ student, elsewhere }) => { ${small} })
  test('large', async ({ student }) => expect(await student.double(1000)).toBe(2000))
})
`
const ASKS = 'expect(await student.double(4)).toBe(8)'
/** 48 MB on the wire, and more than twice that while a list is made of it. */
const HUGE = 'export const double = (x: number): unknown => (x < 100 ? new Array(6e6).fill(1.5) : 2 * x)\n'
const RIGHT = 'export const double = (x: number) => 2 * x\n'

async function grade(hidden: string, code: string, options: Partial<GradeOptions> = {}) {
  const course = await tinyCourse()
  const { lab, submissions } = course
  writeFileSync(join(lab.dir, 'hidden/tiny.test.ts'), suite(hidden))
  course.hand('zoe', code)
  // Only a lab with tensors has a device.
  const mayImport: Lab['manifest']['mayImport'] = options.brokered ? { '@backprop/core': '*' } : {}
  const limits = { ...lab.manifest.limits, loadSeconds: 30, callSeconds: 20 }
  const tiny = { ...lab, manifest: { ...lab.manifest, mayImport, limits } }
  return gradeLab({ lab: tiny, submission: join(submissions, 'zoe'), tier: 'D', suiteHeapMB: 96, ...options })
}

describe('a suite whose process dies', { timeout: 600_000 }, () => {
  test('of an answer fails that test, and the others are run', async () => {
    const graded = await grade(ASKS, HUGE)
    const [{ tests }] = graded.exercises
    expect(tests.map(({ id, status, points }) => [id, status, points])).toEqual([
      ['small', 'failed', 0],
      ['large', 'passed', 40],
    ])
    expect(graded.alerts).toEqual([expect.stringMatching(/^double\/small: SuiteDied: .*died after.*96 MB/)])
    expect(tests[0].notes[0]).toContain('could not cope with what your code returned')
  })

  test('before anything is answered is our fault, and no score', async () => {
    const fills = 'const all = []; for (;;) all.push({ n: all.length })'
    await expect(grade(`${fills}; ${ASKS}`, RIGHT)).rejects.toThrow(GraderFault)
    expect((await grade(`${ASKS}; ${fills}`, RIGHT)).points, 'and the code’s after that').toBe(40)
  })
})

describe('a suite whose process dies with a driver in it', { timeout: 600_000 }, () => {
  test('has no score after a second try, although the code has answered', async () => {
    const crashes = `${ASKS}; process.kill(process.pid, 'SIGSEGV'); await new Promise(() => {})`
    const graded = grade(crashes, RIGHT, { brokered: true })
    await expect(graded).rejects.toThrow(GraderFault)
    await expect(graded).rejects.toThrow(
      'the device failed while 01-tiny was graded, and again on a second try: the process that runs the hidden tests died ' +
        'with the driver of the GPU in it; if it happens again, grade with another backend, such as --backend wasm',
    )
    expect((await grade(crashes, RIGHT)).points, 'without a driver').toBe(40)
  })

  test('of an answer fails that test', async () => {
    const { exercises } = await grade(ASKS, HUGE, { brokered: true })
    expect(exercises[0].tests.map(({ status }) => status)).toEqual(['failed', 'passed'])
  })
})

test('a suite finds no secret of the machine in its environment', async () => {
  vi.stubEnv('GITHUB_TOKEN', 'of-the-workflow')
  vi.stubEnv('COURSE_TERM', 'winter')
  const looks = "expect([process.env.GITHUB_TOKEN, process.env.COURSE_TERM]).toEqual([undefined, 'winter'])"
  expect((await grade(`${looks}; ${ASKS}`, RIGHT)).points).toBe(100)
})

const forking = TIER_IDS.filter(canFork)

test.skipIf(forking.length === 0)(
  'the processes of a suite are copies, each with its own state and random numbers',
  async () => {
    const code = `let calls = 0
export const double = (x: number): unknown =>
  x < 0 ? [process.execArgv.includes('--allow-ffi'), ++calls, Math.random()] : 2 * x\n`
    const looks = `const [isCopy, calls, random] = await student.double(-1) as unknown as [boolean, number, number]
const [, otherCalls, otherRandom] = await (await elsewhere()).double(-1) as unknown as [boolean, number, number]
expect([isCopy, calls, otherCalls]).toEqual([true, 1, 1])
expect(random).not.toBe(otherRandom)`
    for (const tier of forking) {
      if (!(await tryTier(tier)).available) continue
      const { exercises } = await grade(looks, code, { tier, suiteHeapMB: undefined })
      expect(exercises[0].tests.map(({ status, notes }) => [status, notes])).toEqual([
        ['passed', []],
        ['passed', []],
      ])
    }
  },
)
