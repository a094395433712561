import fc from 'fast-check'
import { describe } from 'vitest'
import { expect, test } from '../src/expect.ts'
import { summarize } from '../src/summarize.ts'

const numbers = (length: number) => Array.from({ length }, (_, i) => i)
const tensor = (shape: number[]) => ({
  shape,
  dataSync: () => new Float32Array(shape.reduce((product, size) => product * size, 1)),
})

describe('a value in words', () => {
  test.each([
    [0.1 + 0.2, '0.3'],
    [-0, '-0'],
    [NaN, 'NaN'],
    [10n, '10n'],
    [undefined, 'undefined'],
    [() => 1, 'a function'],
    ['\u001b[31m"red"', String.raw`"\u001b[31m\"red\""`],
    [
      [
        [2, 1],
        [0, 3],
      ],
      '[[2, 1], [0, 3]]',
    ],
    [[], '[]'],
    [[[], []], 'numbers [2, 0]'],
    [Float64Array.of(1, 2.5), 'Float64Array [2] [1, 2.5]'],
    [tensor([2, 2]), 'tensor [2, 2] [[0, 0], [0, 0]]'],
    [tensor([]), 'tensor [] 0'],
    [[1, [2], 'three'], '[1, [2], "three"]'],
    [{ w: [1, 2], b: 0, 'a key': null }, '{ w: [1, 2], b: 0, "a key": null }'],
    [new Map([['w', 1]]), 'Map { "w" → 1 }'],
    [new Set([1]), 'Set { 1 }'],
    [new RangeError('no'), 'RangeError: "no"'],
    [new Date(0), 'an instance of Date'],
  ])('%o', (value, words) => {
    expect(summarize(value)).toBe(words)
  })

  test('summarizes many numbers by their shape, the first few and their statistics', () => {
    expect(summarize([numbers(20), numbers(20)])).toMatchInlineSnapshot(
      `"numbers [2, 20]: 0, 1, 2, 3, 4, 5, … (min 0, max 19, mean 9.5)"`,
    )
    expect(summarize(Float32Array.from([...numbers(30), NaN, Infinity]))).toMatchInlineSnapshot(
      `"Float32Array [32]: 0, 1, 2, 3, 4, 5, … (min 0, max 29, mean 14.5; 2 not finite)"`,
    )
    expect(summarize(Array(100).fill(NaN))).toContain('(none is finite)')
  })

  test('what is long or deep is cut', () => {
    expect(summarize(Array(20).fill('a'))).toBe(`[${Array(8).fill('"a"').join(', ')}, … 12 more]`)
    expect(summarize('a'.repeat(1000))).toHaveLength(83)
    expect(summarize({ a: { a: { a: { a: { a: 1 } } } } })).toBe('{ a: { a: { a: { a: … } } } }')
  })

  test('a name given to an object stands for it, however deep it lies', () => {
    const known = new Date(0)
    expect(summarize({ on: [known] }, x => (x === known ? 'the backend' : undefined))).toBe('{ on: [the backend] }')
  })

  test('a shape that claims far more than there is costs nothing', () => {
    expect(summarize({ shape: [1e9, 0], dataSync: () => new Float32Array(0) })).toBe('tensor [1000000000, 0]')
    expect(summarize({ shape: [1e9], dataSync: () => new Float32Array(1) })).toBe(
      '{ shape: [1000000000], dataSync: a function }',
    )
  })

  test('any value at all has words, and they stay on one line', () => {
    const anything = fc.anything({ withBigInt: true, withMap: true, withSet: true, withTypedArray: true })
    fc.assert(fc.property(anything, value => /^.+$/u.test(summarize(value))))
  })
})

test('a failed toBeNear carries both sides in words', () => {
  const caught = (() => {
    try {
      expect([1, 2]).toBeNear([1, 3])
    } catch (error) {
      return error
    }
    return null
  })()
  expect(caught).toMatchObject({ actual: '[1, 2]', expected: '[1, 3]' })
})
