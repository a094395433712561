import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { declarations, declarationsOf } from '../src/lab/declarations.ts'
import { afterRun, type Progress } from '../src/lab/lab-progress.ts'
import { comparison, type Nested, readNumbers } from '../src/findings/comparison.ts'

describe('readNumbers', () => {
  const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(-0, NaN, Infinity, -Infinity))
  const nested = fc.letrec<{ node: Nested }>(tie => ({
    node: fc.oneof({ maxDepth: 3 }, number, fc.array(tie('node'), { maxLength: 4 })),
  })).node
  const write = (x: Nested, between: string): string =>
    typeof x === 'number'
      ? Object.is(x, -0)
        ? '-0'
        : String(x)
      : `[${between}${x.map(part => `${write(part, between)},${between}`).join('')}]`

  test('reads back whatever is written, on one line or on many', () => {
    fc.assert(
      fc.property(nested, fc.constantFrom('', ' ', '\n  '), (x, between) => {
        expect(readNumbers(write(x, between))).toEqual(x)
      }),
    )
  })

  test.each(['{ "w": [1] }', '[1, "a"]', '[1, , 2]', 'numbers [60]: 1, 2, … (min 1)', '', '[1'])('%s is none', text => {
    expect(readNumbers(text)).toBeUndefined()
  })

  test.each([
    ['Float32Array [2] [1, 2]', [1, 2]],
    ['tensor [2, 1] [[1], [2]]', [[1], [2]]],
    ['Array [\n  1,\n  NaN,\n]', [1, NaN]],
  ])('%s', (text, numbers) => {
    expect(readNumbers(text)).toEqual(numbers)
  })
})

describe('comparison', () => {
  test('aligns a matrix and marks what is off', () => {
    expect(comparison('[[1, 20], [3, 4]]', '[[1, 2], [3, 4]]')).toEqual([
      'expected   1  20',
      'yours      1   2',
      '               ^',
      'expected   3   4',
      'yours      3   4',
    ])
  })

  test('shapes that differ are compared axis by axis', () => {
    expect(comparison('[[1, 2, 3]]', '[[1], [2], [3]]').slice(0, 3)).toEqual([
      'shape expected [1, 3]',
      'shape yours    [3, 1]',
      '                ^  ^',
    ])
  })

  test('numbers that differ late are shown with more digits', () => {
    expect(comparison('0.3333331', '0.3333339')).toEqual([
      'expected  0.3333331',
      'yours     0.3333339',
      '                  ^',
    ])
  })

  test('what is no number stays as it is', () => {
    expect(comparison('{ "b": 1 }', 'undefined')).toEqual(['expected  { "b": 1 }', 'yours     undefined'])
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

test('what was done and fails is lost until it passes again, or is begun anew', () => {
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
