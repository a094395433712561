import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { bce } from '#lab/losses'

exercise('bce', () => {
  test('is above zero for every answer that is not certain', () => {
    expect(bce([0.5], [1]), 'log ½ is −0.693, and the loss is minus that: is the minus sign there?').toBeNear(
      Math.log(2),
    )
  })

  test('looks at p when the label is 1, and at 1 − p when it is 0', () => {
    expect(bce([0.25], [1]), 'the label is class 1, whose predicted probability is ¼').toBeNear(Math.log(4))
    expect(bce([0.75], [0]), 'the label is class 0, whose predicted probability is ¼').toBeNear(Math.log(4))
  })

  test('is the mean over the batch', () => {
    // 1 · log 4, then twice log 2: together log 16.
    expect(bce([0.25, 0.5, 0.5], [1, 0, 1]), 'the mean of log 4, log 2 and log 2').toBeNear(Math.log(16) / 3)
  })

  test("is the sum if the reduction is 'sum'", () => {
    expect(bce([0.25, 0.5, 0.5], [1, 0, 1], 'sum'), 'log 4 + log 2 + log 2').toBeNear(Math.log(16))
  })

  test('is 0 for an answer that is certain and right', () => {
    expect(bce([0], [0]), '0 · log 0 is NaN in floating point: compute only the half that counts').toBeNear(0)
    expect(bce([1], [1]), '0 · log 0 is NaN in floating point: compute only the half that counts').toBeNear(0)
  })

  test('is Infinity for an answer that is certain and wrong', () => {
    expect(bce([0], [1]), 'what was predicted to be impossible happened').toBeNear(Infinity)
  })

  test('rejects values that are not probabilities', () => {
    expect(() => bce([3.2], [1]), '3.2 may be a logit, but it is not a probability: throw a RangeError').toThrow(
      RangeError,
    )
    expect(() => bce([NaN], [1]), 'NaN is neither below 0 nor above 1: check that p is inside, not outside').toThrow(
      RangeError,
    )
  })

  test('rejects labels other than 0 and 1', () => {
    expect(() => bce([0.5], [-1]), 'a label of −1 is neither 0 nor 1: throw a RangeError').toThrow(RangeError)
  })

  test('rejects lists of different lengths, and empty ones', () => {
    expect(() => bce([0.5, 0.5], [1]), 'two probabilities, but one label: throw an error; countExamples does').toThrow(
      RangeError,
    )
    expect(() => bce([], []), 'an empty batch has no mean: throw an error; countExamples does').toThrow(RangeError)
  })
  test('does not change its arguments', () => {
    expectKept(bce, [[0.25, 0.5], [1, 0], 'mean'])
  })
})
