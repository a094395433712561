import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { softmax } from '#lab/activations'

// e to the power of these is 1, 2, 3 and 6.
const [zero, two, three, six] = [0, Math.log(2), Math.log(3), Math.log(6)]

exercise('softmax', () => {
  test('gives the shares of the README', () => {
    expect(softmax([zero, two, three], [3], 0), 'the powers are 1, 2, 3 and their sum is 6').toBeNear([
      1 / 6,
      1 / 3,
      0.5,
    ])
  })

  test('treats each row separately along axis 1', () => {
    const z = [zero, two, three, zero, zero, zero]
    expect(
      softmax(z, [2, 3], 1),
      'two rows of three numbers: each row adds up to 1, so the whole list adds up to 2',
    ).toBeNear([1 / 6, 1 / 3, 0.5, 1 / 3, 1 / 3, 1 / 3])
  })

  test('treats each column separately along axis 0', () => {
    const z = [zero, two, three, zero, six, three]
    expect(
      softmax(z, [2, 3], 0),
      'three columns of two numbers, at the indices 0 and 3, 1 and 4, 2 and 5: what does linesAlong([2, 3], 0) return?',
    ).toBeNear([0.5, 0.25, 0.5, 0.5, 0.75, 0.5])
  })

  test('stays finite for numbers around 1000', () => {
    expect(
      softmax([1000, 1000 + three], [2], 0),
      'e¹⁰⁰⁰ is Infinity: first subtract the largest number of the line from all of its numbers',
    ).toBeNear([0.25, 0.75])
  })

  test('stays finite when one row is around 1000 and the other around −1000', () => {
    expect(
      softmax([1000, 1000 + three, -1000, -1000 + three], [2, 2], 1),
      'each line has its own largest number: with that of the whole list, e⁻²⁰⁰⁰ is 0 and 0 / 0 is NaN',
    ).toBeNear([0.25, 0.75, 0.25, 0.75])
  })

  test('returns an empty list for an empty list', () => {
    expect(softmax([], [0, 3], 1), 'no rows of three').toEqual([])
  })

  test('rejects an invalid axis', () => {
    for (const axis of [2, -1])
      expect(() => softmax([1, 2, 3, 4], [2, 2], axis), `no axis ${axis}: linesAlong throws it`).toThrow(RangeError)
  })

  test('does not change its arguments', () => {
    expectKept(softmax, [[1, 2, 3], [3], 0], 'return a new list')
  })
})
