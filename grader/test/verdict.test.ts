import { rmSync } from 'node:fs'
import type { SuiteOutcome, TestResult } from '@backprop/test-runner'
import { describe, expect, test } from 'vitest'
import { GraderFault } from '../src/errors.ts'
import { gradeLab } from '../src/pipeline/grade-lab.ts'
import { judge } from '../src/pipeline/score/judge.ts'
import { smallLab } from './small-lab.ts'
import { neuron as lab } from './tiny-labs.ts'

/** Whose fault it is when a hidden test ends in an error that is neither an assertion nor the student's. */

const failed = (name: string, message: string, more: Partial<TestResult> = {}): TestResult => ({
  exercise: 'score',
  name: 'one-row',
  state: 'failed',
  ms: 1,
  failures: [
    { name, message, stack: `${name}: ${message}\n at helper (/x/near.ts:1:1)\n at /x/hidden/score.test.ts:12:3` },
  ],
  notes: [],
  output: '',
  ...more,
})
const judged = (result: TestResult) => {
  const outcome: SuiteOutcome = { tests: [], results: [result], broken: [], end: 'done', output: '' }
  const { outcomes, alerts } = judge(lab, outcome)
  return { status: outcomes[0].status, notes: outcomes[0].notes, alerts }
}

describe('an error of a hidden test', () => {
  test('counts as failed once the student has answered, and the suite’s author reads where', () => {
    const { status, notes, alerts } = judged(failed('TypeError', 'x is not iterable', { answered: true }))
    expect(status).toBe('failed')
    expect(alerts).toEqual(['score/one-row: TypeError: x is not iterable (hidden/score.test.ts:12)'])
    expect(notes).toEqual([expect.stringContaining('Your instructor sees where')])
  })

  test.each([false, undefined])('is our own where no student code has answered (%s)', answered => {
    expect(() => judged(failed('TypeError', 'x is not iterable', { answered }))).toThrow(GraderFault)
  })

  test('stays our own when the sandbox did not start or the device is gone', () => {
    for (const kind of ['launch', 'device']) {
      const failures = [{ name: 'SandboxDied', message: 'no', stack: '', kind }]
      expect(() => judged(failed('', '', { failures, answered: true }))).toThrow(GraderFault)
    }
  })

  test.each([
    ['AssertionError', 'failed'],
    ['StudentError', 'error'],
  ])('does not alert when it is a %s', (name, status) => {
    expect(judged(failed(name, 'no', { answered: true }))).toEqual({ status, notes: [], alerts: [] })
  })

  test('is reported on one line, whatever the answer contains', () => {
    const { alerts } = judged(failed('TypeError', 'no \u001b[2J\n::error::x', { answered: true }))
    expect(alerts[0]).not.toMatch(/[\u001b\n]/)
  })
})

const SUITE = `import { exercise, expect } from '@backprop/testkit'
import { submissionTest } from '@backprop/grader/suite'

interface Small { answer(): { list: number[] }; take(x: unknown): number }
const test = submissionTest<Small>('small')

exercise('small', () => {
  test('crash', async ({ student }) => {
    const { list } = await student.answer()
    expect(list.map(x => x + 1)).toEqual([2])
  })
  test('rejection', async ({ student }) => {
    void student.answer().then(({ list }) => list.map(x => x + 1))
    await student.take(1)
  })
  test('timer', async ({ student }) => {
    const { list } = await student.answer()
    setTimeout(() => list.map(x => x + 1), 0)
    await student.take(1)
  })
  test('callback', async ({ student }) => {
    await student.take(({ list }: { list: number[] }) => list.map(x => x + 1))
  })
  test('sends', async ({ student }) => {
    const answer = (await student.answer()) as { list: unknown }
    expect(await student.take({ ...answer, too: Symbol('large') })).toBe(1)
  })
  test('fine', async ({ student }) => {
    expect(await student.take(1)).toBe(1)
  })
})
`
const TESTS = ['crash', 'rejection', 'timer', 'callback', 'sends', 'fine']

describe('a suite whose tests break on an answer', () => {
  const CODE = `export const answer = () => ({ list: LIST })
export const take = (x: unknown) => { if (typeof x === 'function') x({ list: LIST }); return 1 }
`
  const gradeWith = async (list: string) => {
    const { root, lab: small, submit } = await smallLab(TESTS, SUITE)
    try {
      return await gradeLab({ lab: small, submission: submit('ada', CODE.replaceAll('LIST', list)), tier: 'D' })
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  }
  const statuses = (graded: Awaited<ReturnType<typeof gradeWith>>) =>
    Object.fromEntries(graded.exercises[0].tests.map(({ id, status }) => [id, status]))

  test('has a verdict for each of them, and for all the others', async () => {
    const graded = await gradeWith('undefined')
    expect(statuses(graded)).toEqual({
      ...{ crash: 'failed', rejection: 'failed', timer: 'failed', callback: 'error', sends: 'failed', fine: 'passed' },
    })
    expect(graded.alerts.map(alert => alert.replace(/:\d+\)$/, ':LINE)'))).toEqual([
      expect.stringMatching(/^small\/crash: TypeError: .*undefined.* \(hidden\/small\.test\.ts:LINE\)$/),
      expect.stringMatching(/^small\/rejection: TypeError: .* \(hidden\/small\.test\.ts:LINE\)$/),
      expect.stringMatching(/^small\/sends: CannotSend: a symbol cannot be sent/),
      expect.stringMatching(/^small\/timer: TypeError: .* \(hidden\/small\.test\.ts:LINE\)$/),
    ])
  })

  test('has nothing against a right answer, but where it is wrong itself', async () => {
    const graded = await gradeWith('[1]')
    const passed = Object.fromEntries(TESTS.map(id => [id, 'passed']))
    expect(statuses(graded)).toEqual({ ...passed, sends: 'failed' })
  })
})
