import fc from 'fast-check'
import { describe } from 'vitest'
import { expect, test } from '../src/expect.ts'
import { compare } from '../src/near.ts'

const why = (actual: unknown, expected: unknown): string => compare(actual, expected).message

describe('toBeNear accepts', () => {
  test('numbers, nested arrays, typed arrays and tensors, in any mixture', () => {
    const row = { shape: [2, 2], dataSync: () => Float32Array.of(1, 2, 3, 4) }
    expect(0.1 + 0.2).toBeNear(0.3)
    expect([1, 2]).toBeNear(Float64Array.of(1, 2))
    expect(row).toBeNear([
      [1, 2],
      [3, 4],
    ])
    expect([Float32Array.of(1, 2), [3, 4]]).toBeNear(row)
    expect([]).toBeNear([])
  })

  test('a difference within relative and absolute tolerance', () => {
    expect(1000.001).toBeNear(1000, { relative: 2e-6 })
    expect(0.001).toBeNear(0, { absolute: 0.002 })
    expect(1.1).not.toBeNear(1)
  })

  test('any finite numbers as near themselves, and no number as near one that is far', () => {
    fc.assert(fc.property(fc.array(fc.double()), xs => compare(xs, xs).pass))
    fc.assert(fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), x => !compare(x + 1 + Math.abs(x), x).pass))
  })
})

test('NaN is near NaN only, an infinity only itself, and −0 is near 0', () => {
  expect([NaN, Infinity, -0]).toBeNear([NaN, Infinity, 0])
  expect(why([1, NaN], [1, 2])).toMatchInlineSnapshot(`"1 of 2 numbers is off: at index [1], it is NaN, expected 2"`)
  expect(why([1, 2], [1, NaN])).toMatchInlineSnapshot(`"1 of 2 numbers is off: at index [1], it is 2, expected NaN"`)
  expect(why([1, 1e308], [1, Infinity])).toMatchInlineSnapshot(
    `"1 of 2 numbers is off: at index [1], it is 1e+308, expected Infinity"`,
  )
  expect(why(-Infinity, Infinity)).toMatchInlineSnapshot(`"it is -Infinity, expected Infinity"`)
})

describe('the message says', () => {
  test('how many numbers are off, and where the first one is', () => {
    const actual = [
      [1, 2, 3],
      [4, 5, 0.3],
      [7, 8, 9],
      [0, 0, 1],
    ]
    const expected = [
      [1, 2, 3],
      [4, 5, 0.25],
      [7, 8, 9],
      [0, 0, 0],
    ]
    expect(why(actual, expected)).toMatchInlineSnapshot(
      `"2 of 12 numbers are off; the first, at index [1, 2], is 0.3, expected 0.25 (difference 0.05, allowed 2.5e-7)"`,
    )
    expect(why([1, 2.5], [1, 2])).toMatchInlineSnapshot(
      `"1 of 2 numbers is off: at index [1], it is 2.5, expected 2 (difference 0.5, allowed 0.000002)"`,
    )
    expect(why(0.5, 0.25)).toMatchInlineSnapshot(`"it is 0.5, expected 0.25 (difference 0.25, allowed 2.5e-7)"`)
  })

  test('both shapes, before it looks at any value', () => {
    expect(why([1, 2, 3], [1, 2])).toMatchInlineSnapshot(`"the shape is [3], expected [2]"`)
    expect(why([[1], [2]], [1, 2])).toMatchInlineSnapshot(`"the shape is [2, 1], expected [2]"`)
    expect(why(5, [5])).toMatchInlineSnapshot(`"the shape is [] (a single number), expected [1]"`)
    expect(why([5], 5)).toMatchInlineSnapshot(`"the shape is [1], expected [] (a single number)"`)
  })

  test('what the value is, when it is not numbers', () => {
    expect(why('0.25', 0.25)).toMatchInlineSnapshot(`"expected a number, but got the string "0.25""`)
    expect(why('x'.repeat(1e6), 0.25)).toMatchInlineSnapshot(
      `"expected a number, but got the string "xxxxxxxxxxxxxxxxxxxx"…"`,
    )
    expect(why(null, [1, 2])).toMatchInlineSnapshot(`"expected numbers of shape [2], but got null"`)
    expect(why(undefined, [1, 2])).toMatchInlineSnapshot(`"expected numbers of shape [2], but got undefined"`)
    expect(why(Promise.resolve(1), 1)).toMatchInlineSnapshot(
      `"expected a number, but got a promise (is an await missing?)"`,
    )
    expect(why([1, 'two'], [1, 2])).toMatchInlineSnapshot(
      `"expected numbers of shape [2], but got the string "two" at index [1]"`,
    )
    expect(why([['a']], [[1]])).toMatchInlineSnapshot(
      `"expected numbers of shape [1, 1], but got an array that begins with the string "a""`,
    )
    expect(why(1n, 1)).toMatchInlineSnapshot(`"expected a number, but got a bigint"`)
    expect(why(() => 1, 1)).toMatchInlineSnapshot(`"expected a number, but got a function"`)
    expect(why({ 0: 1, length: 1 }, [1])).toMatchInlineSnapshot(`"expected numbers of shape [1], but got an object"`)
  })

  test('where rows have different lengths, or a number is missing', () => {
    expect(
      why(
        [
          [1, 2],
          [3, 4, 5],
        ],
        [
          [1, 2],
          [3, 4],
        ],
      ),
    ).toMatchInlineSnapshot(
      `"expected numbers of shape [2, 2], but got rows of different lengths: 2 at first, but 3 at index [1]"`,
    )
    expect(why([[1, 2], 3], [[1, 2], [3, 4]])).toMatchInlineSnapshot(`"expected numbers of shape [2, 2], but got 3 at index [1]"`) // prettier-ignore
    expect(why([1, , 3], [1, 2, 3])).toMatchInlineSnapshot(
      `"expected numbers of shape [3], but got undefined at index [1]"`,
    )
  })
})

describe('a hostile value', () => {
  test('is never asked to convert itself', () => {
    const trap = () => {
      throw new Error('called')
    }
    const value = { valueOf: trap, toString: trap, [Symbol.toPrimitive]: trap, toJSON: trap, [Symbol.iterator]: trap }
    expect(why(value, 1)).toMatchInlineSnapshot(`"expected a number, but got an object"`)
    expect(why([value], [1])).toMatchInlineSnapshot(
      `"expected numbers of shape [1], but got an array that begins with an object"`,
    )
    expect(why([1, value], [1, 2])).toMatchInlineSnapshot(
      `"expected numbers of shape [2], but got an object at index [1]"`,
    )
    const iterable = Object.assign([1, 2], { [Symbol.iterator]: trap, map: trap, length: 2 })
    expect(compare(iterable, [1, 2]).pass).toBe(true)
  })

  test('of any size gets a short answer at once', () => {
    const cyclic: unknown[] = []
    cyclic.push(cyclic)
    expect(why(cyclic, [1])).toMatchInlineSnapshot(
      `"expected numbers of shape [1], but got arrays nested more than 16 deep"`,
    )
    expect(why(new Array(2 ** 32 - 1), [1])).toMatchInlineSnapshot(
      `"expected numbers of shape [1], but got an array that begins with undefined"`,
    )
    expect(why(new Array(1e6).fill(0.5), [1])).toMatchInlineSnapshot(`"the shape is [1000000], expected [1]"`)
    expect(why(new Float64Array(1e6), new Float64Array(1e6).fill(1))).toMatchInlineSnapshot(
      `"1000000 of 1000000 numbers are off; the first, at index [0], is 0, expected 1 (difference 1, allowed 0.000001)"`,
    )
    const liar = Float32Array.of(1, 2)
    Object.defineProperty(liar, 'length', { value: 1e9 })
    expect(compare(liar, [1, 2]).pass).toBe(true)
  })
})

test('with a reason, the reason comes first', () => {
  expect(() => expect(1, 'the sum of one number is that number').toBeNear(2)).toThrowErrorMatchingInlineSnapshot(
    `[Error: the sum of one number is that number: it is 1, expected 2 (difference 1, allowed 0.000002)]`,
  )
  expect(() => expect(1).not.toBeNear(1)).toThrowErrorMatchingInlineSnapshot(
    `[Error: the number is near, but should not be]`,
  )
})

test('toHaveShape compares shapes only', () => {
  expect([[1, 2, 3]]).toHaveShape([1, 3])
  expect({ shape: [4, 0], dataSync: () => [] }).toHaveShape([4, 0])
  expect(() => expect(3).toHaveShape([1])).toThrowErrorMatchingInlineSnapshot(
    `[Error: the shape is [] (a single number), expected [1]]`,
  )
  expect(() => expect([[1, 2], [3]]).toHaveShape([2, 2])).toThrowErrorMatchingInlineSnapshot(
    `[Error: expected numbers of shape [2, 2], but got rows of different lengths: 2 at first, but 1 at index [1]]`,
  )
})

test('an expected value that is not numbers is a mistake of the test', () => {
  // @ts-expect-error: the types refuse it as well
  expect(() => expect(1).toBeNear('1')).toThrowErrorMatchingInlineSnapshot(
    `[TypeError: toBeNear: the expected value must be numbers, but it is the string "1".]`,
  )
})
