import { describe, expect as plain } from 'vitest'
import { expect, type MatcherData, NotImplemented, test } from '../src/index.ts'

/** What a failed assertion attaches to its error. */
function failureOf(assertion: () => unknown): { readonly message: string; readonly meta?: MatcherData } {
  try {
    assertion()
  } catch (error) {
    const { message, __vitest_error_context__: context } = error as Error & {
      readonly __vitest_error_context__?: { readonly meta?: MatcherData }
    }
    return { message, meta: context?.meta }
  }
  throw new Error('The assertion passed.')
}
const refuse = () => {
  throw new RangeError('too short')
}

describe('a failed assertion carries what it found', () => {
  test.each([
    ['toEqual', () => expect([1, [2]]).toEqual([1]), 'expected [1], but got [1, [2]]'],
    ['toBe', () => expect(undefined).toBe(1), 'expected 1, but got undefined'],
    ['toHaveLength', () => expect([1]).toHaveLength(2), 'expected a length of 2, but got 1'],
    ['toThrow', () => expect(() => [1]).toThrow(RangeError), 'expected a RangeError to be thrown, but the call returned [1]'], // prettier-ignore
    ['toThrow', () => expect(refuse).toThrow(TypeError), 'expected a TypeError to be thrown, but got RangeError: too short'], // prettier-ignore
    ['toThrow', () => expect(refuse).toThrow('long'), 'expected an error with the message "long" to be thrown, but got RangeError: too short'], // prettier-ignore
    ['not.toThrow', () => expect(refuse).not.toThrow(), 'expected no error, but got RangeError: too short'],
  ])('%s', (_, assertion, message) => {
    const failure = failureOf(assertion)
    plain(failure.message).toBe(message)
    plain(failure.meta?.text).toBe(message)
    plain(failure.meta?.mismatch).toBeDefined()
  })

  test('as data: both sides, with the numbers in them', () => {
    plain(failureOf(() => expect([1, [NaN]]).toEqual([-0])).meta?.mismatch).toEqual({
      kind: 'unequal',
      expected: { text: '[-0]', numbers: [-0] },
      received: { text: '[1, [NaN]]', numbers: [1, [NaN]] },
    })
    plain(failureOf(() => expect(Promise.resolve(1)).toEqual(1)).meta?.mismatch).toMatchObject({
      received: { cause: 'promise' },
    })
  })

  test('as data: the exercise of a stub that threw instead', () => {
    const stub = () => {
      throw new NotImplemented('score')
    }
    plain(failureOf(() => expect(stub).toThrow(RangeError)).meta?.mismatch).toMatchObject({
      received: { name: 'NotImplemented', exercise: 'score' },
    })
  })

  test('apart from the reason that the test gives', () => {
    const { message, meta } = failureOf(() => expect(1, 'one more').toBe(2))
    plain(message).toBe('one more: expected 2, but got 1')
    plain(meta?.text).toBe('expected 2, but got 1')
  })
})

describe('the matchers that replace those of Vitest decide the same', () => {
  test('toEqual ignores undefined properties and takes asymmetric matchers', () => {
    expect({ a: 1, b: undefined }).toEqual({ a: 1 })
    expect({ a: 'text' }).toEqual({ a: expect.stringContaining('ex') as string })
    expect(new Map([[1, [2]]])).toEqual(new Map([[1, [2]]]))
    expect([1]).not.toEqual([2])
  })

  test('toBe is Object.is', () => {
    expect(NaN).toBe(NaN)
    expect(0).not.toBe(-0)
  })

  test('toHaveLength takes strings, arrays and typed arrays', () => {
    expect('ab').toHaveLength(2)
    expect(new Float32Array(3)).toHaveLength(3)
    expect([]).not.toHaveLength(1)
  })

  test('toThrow takes a class, a part of the message, a pattern or an error, also of a promise', async () => {
    for (const expected of [undefined, RangeError, Error, 'short', /^too/, new RangeError('too short')])
      expect(refuse).toThrow(expected)
    expect(refuse).not.toThrow('long')
    expect(() => {}).not.toThrow()
    await expect(Promise.reject(new RangeError('late'))).rejects.toThrow(RangeError)
    await expect(Promise.reject(new RangeError('late'))).rejects.toThrow('late')
  })

  test('toReject keeps the reason of the test when nothing is rejected', async () => {
    await expect(Promise.reject(new RangeError('late'))).toReject(RangeError)
    await expect(async () => await Promise.reject(new RangeError('late'))).toReject('late')
    await expect(Promise.resolve(3)).not.toReject()
    const failure = (promise: unknown) =>
      expect(promise, 'patience must be at least 1')
        .toReject(RangeError)
        .then(() => 'passed', String)
    expect(await failure(Promise.resolve(3))).toMatch(/patience must be at least 1.*RangeError.*3/s)
    expect(await failure(Promise.reject(new TypeError('odd')))).toMatch(/patience must be at least 1.*TypeError.*odd/s)
  })
})
