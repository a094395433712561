import { LabManifest } from '@backprop/course'
import type { SuiteOutcome, TestFailure, TestResult } from '@backprop/test-runner'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { scoreVisible } from '../src/index.ts'

const MANIFEST = LabManifest.parse({
  id: '07-lab',
  title: 'A lab',
  points: 100,
  edit: ['src/a.ts'],
  mayImport: {},
  limits: { loadSeconds: 1, callSeconds: 1, cpuSeconds: 1, wallSeconds: 9, memoryMB: 64 },
  exercises: ['add', 'mul', 'untested'].map((id, i) => ({
    id,
    title: id,
    tests: [{ id: 'hidden', weight: i === 0 ? 98 : 1, concept: 'a secret' }],
  })),
})
const TESTS = [
  { exercise: 'add', name: 'adds', id: 'adds' },
  { exercise: 'add', name: 'adds zero', id: 'adds-zero' },
  { exercise: 'mul', name: 'multiplies', id: 'multiplies' },
]
const DONE: SuiteOutcome = { tests: TESTS, results: [], broken: [], end: 'done', output: '' }

const failure = (name: string, message = 'why', stack = ''): TestFailure => ({ name, message, stack })

function result(exercise: string, name: string, thrown?: TestFailure): TestResult {
  const failures = thrown ? [thrown] : []
  return {
    exercise,
    name,
    state: thrown ? 'failed' : 'passed',
    ms: 1,
    failures,
    notes: ['said by the code'],
    output: '',
  }
}

const scoreOf = (run: Partial<SuiteOutcome>) => scoreVisible(MANIFEST, TESTS, { ...DONE, ...run })
const testsOf = (run: Partial<SuiteOutcome>) => scoreOf(run).exercises.flatMap(exercise => exercise.tests)
const statusesOf = (run: Partial<SuiteOutcome>) => testsOf(run).map(each => each.status)

describe('the score of visible tests', () => {
  test('counts tests, and leaves out exercises without tests', () => {
    const scored = scoreOf({ results: [result('add', 'adds'), result('mul', 'multiplies')] })
    expect(scored).toMatchObject({ points: 2, maxPoints: 3, problem: null, failures: [] })
    expect(scored.exercises.map(exercise => exercise.id)).toEqual(['add', 'mul'])
  })

  test.each([
    [failure('AssertionError'), 'failed', 'why'],
    [failure('NotImplemented'), 'not-started', undefined],
    [failure('TypeError', 'x is not a function'), 'error', 'TypeError: x is not a function'],
    [failure('Error', 'Test timed out in 30000ms.'), 'timeout', 'Test timed out in 30000ms.'],
  ] as const)('%o', (thrown, status, message) => {
    const [first] = testsOf({ results: [result('add', 'adds', thrown)] })
    expect(first.status).toBe(status)
    expect(first.message).toBe(message)
    expect(first.notes, 'the code could have written them').toEqual([])
  })

  test('a test that the run never reached fails for the reason that the run ended', () => {
    expect(statusesOf({ end: 'too-slow', results: [result('add', 'adds')] })).toEqual(['passed', 'timeout', 'timeout'])
    expect(statusesOf({ end: 'crashed' })).toEqual(['error', 'error', 'error'])
    expect(statusesOf({ results: [result('add', 'adds')], broken: [failure('Error')] })).toEqual([
      'passed',
      'error',
      'error',
    ])
    expect(statusesOf({})).toEqual(['missing', 'missing', 'missing'])
  })

  test('a failure points into the student’s files if the stack passes them, otherwise at the test', () => {
    const stack = 'Error: x\n    at file:///C:/lab/src/a.ts:12:3\n    at /lab/test/add.test.ts:7:1'
    const { failures } = scoreOf({
      results: [
        result('add', 'adds', failure('TypeError', 'x', stack)),
        result('mul', 'multiplies', failure('AssertionError', 'y', 'at C:\\lab\\test\\mul.test.ts:7:1')),
      ],
    })
    expect(failures.map(({ title, place }) => ({ title, place }))).toEqual([
      { title: 'add: adds', place: { file: 'src/a.ts', line: 12 } },
      { title: 'mul: multiplies', place: { file: 'test/mul.test.ts', line: 7 } },
    ])
  })

  test('a line of a library is not a line of the student', () => {
    const stack = 'Error: x\n    at /c/packages/core/src/tensor.ts:9:1\n    at /my course/labs/07-lab/src/a.ts:12:3'
    const { failures } = scoreOf({ results: [result('add', 'adds', failure('ShapeError', 'x', stack))] })
    expect(failures[0].place).toEqual({ file: 'src/a.ts', line: 12 })
  })

  test('a message is short and has no terminal escapes', () => {
    const [{ message = '' }] = testsOf({
      results: [result('add', 'adds', failure('AssertionError', `\u001b[31m${'red\n'.repeat(5000)}\u0007`))],
    })
    expect(message.split('\n')).toHaveLength(12)
    expect(message).toMatch(/^red\n/)
  })

  test('a process cannot win points beyond the listed tests, whatever it reports', () => {
    const anything = fc.record({
      exercise: fc.constantFrom('add', 'mul', 'untested', '', '__proto__'),
      name: fc.constantFrom('adds', 'adds zero', 'multiplies', 'made up'),
      state: fc.constantFrom('passed', 'failed', 'skipped'),
      ms: fc.nat(),
      failures: fc.constantFrom([], [failure('AssertionError')], [failure('constructor')]),
      notes: fc.constant(['100 points']),
      output: fc.constant(''),
    })
    fc.assert(
      fc.property(fc.array(anything), fc.constantFrom('done', 'too-slow', 'crashed'), (results, end) => {
        const { points, maxPoints, exercises } = scoreOf({ results, end })
        const once = TESTS.filter(({ exercise, name }) => {
          const mine = results.filter(each => each.exercise === exercise && each.name === name)
          return mine.length === 1 && mine[0].state === 'passed'
        })
        expect({ points, maxPoints }).toEqual({ points: once.length, maxPoints: TESTS.length })
        expect(exercises.flatMap(exercise => exercise.tests.map(each => each.id))).toEqual(TESTS.map(({ id }) => id))
      }),
    )
  })
})
