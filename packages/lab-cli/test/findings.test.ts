import type { NestedNumbers, Side } from '@backprop/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { failedTest } from '../src/findings/failed-test.ts'
import { mismatchOf } from '../src/findings/parse-mismatch.ts'
import { declarations, declarationsOf } from '../src/lab/declarations.ts'
import { afterRun, type Progress } from '../src/lab/lab-progress.ts'
import { comparisonLines } from '../src/render/comparison.ts'

const side = (numbers: NestedNumbers): Side => ({ text: JSON.stringify(numbers), numbers })
const values = (expected: Side, received: Side) => comparisonLines({ kind: 'values', expected, received })

describe('comparison', () => {
  test('aligns a matrix and marks what is off', () => {
    expect(
      values(
        side([
          [1, 20],
          [3, 4],
        ]),
        side([
          [1, 2],
          [3, 4],
        ]),
      ),
    ).toEqual(['expected   1  20', 'yours      1   2', '               ^', 'expected   3   4', 'yours      3   4'])
  })

  test('shapes that differ are compared axis by axis', () => {
    expect(values(side([[1, 2, 3]]), side([[1], [2], [3]])).slice(0, 3)).toEqual([
      'shape expected [1, 3]',
      'shape yours    [3, 1]',
      '                ^  ^',
    ])
  })

  test('numbers that differ late are shown with more digits', () => {
    expect(values(side(0.3333331), side(0.3333339))).toEqual([
      'expected  0.3333331',
      'yours     0.3333339',
      '                  ^',
    ])
    expect(values(side(0.3), side(0.1 * 3))).toEqual([
      'expected                  0.3',
      'yours     0.30000000000000004',
      '                            ^',
    ])
  })

  test('a difference that is allowed is not marked', () => {
    const [expected, received] = [side([0.01, 2]), side([0.0099998, 3])]
    const tolerance = { relative: 0, absolute: 1e-5 }
    expect(comparisonLines({ kind: 'values', expected, received, tolerance })).toEqual([
      'expected       0.01          2',
      'yours     0.0099998          3',
      '                             ^',
    ])
  })

  test('−0 in place of 0 is marked', () => {
    expect(values(side([1, 0]), side([1, -0]))).toEqual(['expected   1   0', 'yours      1  -0', '               ^'])
  })

  test('other values are shown as text', () => {
    expect(values({ text: '{ b: 1 }' }, { text: 'undefined' })).toEqual(['expected  { b: 1 }', 'yours     undefined'])
  })
})

test('a promise that should have been rejected is called that', () => {
  const message = 'promise resolved "+0" instead of rejecting'
  const { facts, advice } = failedTest({ name: 'a', failures: [{ name: 'AssertionError', message, stack: '' }] })
  expect(facts).toEqual(['The call must throw an error; your code returned without one.'])
  expect(advice).toEqual(['Check the arguments first: if (…) throw …. The line of the test below says which error.'])
})

test('the hint of a test stands apart from what a matcher of Vitest says', () => {
  const finding = (message: string) =>
    failedTest({ name: 'a', failures: [{ name: 'AssertionError', message, stack: '' }] })
  expect(finding('the loss: does it fall?: expected 3 to be less than 2')).toMatchObject({
    facts: ['expected 3 to be less than 2'],
    advice: ['the loss: does it fall?'],
  })
  expect(finding('expected 3 to be less than 2')).toMatchObject({ facts: ['expected 3 to be less than 2'], advice: [] })
})

describe('the data of a failed assertion', () => {
  const failure = { name: 'AssertionError', message: 'x', stack: '' }

  test('is refused if it has another form: the code under test may have made it up', () => {
    expect(mismatchOf({ ...failure, mismatch: { kind: 'length', expected: 2, received: 3 } })).toBeDefined()
    for (const mismatch of [null, 'shape', { kind: 'length' }, { kind: 'shape', expected: 2, received: [3] }])
      expect(mismatchOf({ ...failure, mismatch })).toBeUndefined()
  })

  test('keeps NaN and −0, and loses the escapes of a terminal', () => {
    const side = { text: '\u001b[31mred', numbers: [NaN, -0] }
    expect(mismatchOf({ ...failure, mismatch: { kind: 'unequal', expected: side, received: side } })).toEqual({
      kind: 'unequal',
      expected: { text: 'red', numbers: [NaN, -0] },
      received: { text: 'red', numbers: [NaN, -0] },
    })
  })
})

describe('declarations', () => {
  const SOURCE = [
    'import { a } from "a"',
    '',
    '/** One. */',
    'export function one(',
    '  x: number,',
    '): number {',
    '  // TODO(one): write it',
    '  throw new NotImplemented("one")',
    '}',
    'const two = (x: number) => x',
    '',
    'export class Three {',
    '  // TODO(three): write it',
    '}',
  ].join('\n')

  test('are found with their last lines', () => {
    expect(declarations(SOURCE)).toEqual([
      { name: 'one', from: 4, to: 9 },
      { name: 'two', from: 10, to: 10 },
      { name: 'Three', from: 12, to: 14 },
    ])
    expect(declarations(SOURCE.replaceAll('\n', '\r\n'))).toEqual(declarations(SOURCE))
    expect(declarationsOf(SOURCE, 'three').map(({ name }) => name)).toEqual(['Three'])
  })

  test('one that is never closed ends before the next', () => {
    expect(declarations('function a() {\n  if (x) {\n\n/** B. */\nfunction b() {\n}')[0]).toEqual({
      name: 'a',
      from: 1,
      to: 2,
    })
  })
})

test('a done exercise that fails is lost until it passes again or is started over', () => {
  const start: Progress = { done: [], lost: [], hints: {}, tries: {} }
  const status = fc.constantFrom('passed' as const, 'failed' as const, 'not-started' as const)
  fc.assert(
    fc.property(fc.array(status, { minLength: 1 }), runs => {
      const { done, lost } = runs.reduce((progress, each) => afterRun(progress, 'score', each), start)
      expect(done).toEqual(runs.at(-1) === 'passed' ? ['score'] : [])
      // Since it was last begun.
      const since = runs.slice(runs.lastIndexOf('not-started') + 1)
      expect(lost).toEqual(runs.at(-1) === 'failed' && since.includes('passed') ? ['score'] : [])
    }),
  )
})
