import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { GraderFault } from '../src/errors.ts'
import { gradeLab, type GradeOptions } from '../src/pipeline/grade-lab.ts'
import { tinyCourse } from './class/tiny-course.ts'

const suite = (small: string) => `import { exercise, expect } from '@backprop/testkit'
import { submissionTest } from '@backprop/grader/suite'
const test = submissionTest<{ double(x: number): number }>('tiny')
exercise('double', () => {
  test('small', async ({ student }) => { ${small} })
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
  return gradeLab({ lab, submission: join(submissions, 'zoe'), tier: 'D', suiteHeapMB: 96, ...options })
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

test('a suite finds no secret of the machine in its environment', async () => {
  vi.stubEnv('GITHUB_TOKEN', 'of-the-workflow')
  vi.stubEnv('COURSE_TERM', 'winter')
  const looks = "expect([process.env.GITHUB_TOKEN, process.env.COURSE_TERM]).toEqual([undefined, 'winter'])"
  expect((await grade(`${looks}; ${ASKS}`, RIGHT)).points).toBe(100)
})
