import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { crossEntropy } from '#lab/losses'

// Probabilities 6/10, 3/10 and 1/10.
const row = [Math.log(6), Math.log(3), 0]

exercise('cross-entropy', () => {
  test('costs log K when all K classes are equally likely', () => {
    expect(crossEntropy([[0, 0, 0, 0]], [2]), 'probability ¼, so −log ¼').toBeNear(Math.log(4))
  })

  test('looks at the probability of the right class', () => {
    expect(crossEntropy([row], [0]), 'probability 6/10').toBeNear(Math.log(10 / 6))
    expect(crossEntropy([row], [2]), 'probability 1/10').toBeNear(Math.log(10))
  })

  test('is the mean over the examples, not over the numbers', () => {
    expect(crossEntropy([row, row], [0, 2]), 'the mean of two losses: divide by N, not by N·K').toBeNear(
      Math.log(100 / 6) / 2,
    )
  })

  test("is the sum if the reduction is 'sum'", () => {
    expect(crossEntropy([row, row], [0, 2], 'sum'), 'log(10/6) + log 10').toBeNear(Math.log(100 / 6))
  })

  test('does not change when all logits of a row grow by the same amount', () => {
    const shifted = row.map(z => z + 1000)
    expect(crossEntropy([shifted], [2]), 'e¹⁰⁰⁰ is Infinity: subtract the largest logit first').toBeNear(Math.log(10))
  })

  test('stays finite when the answer is very wrong', () => {
    expect(crossEntropy([[1000, -1000]], [1]), 'the probability is 0 in floating point, but the loss is 2000').toBeNear(
      2000,
    )
  })

  test('keeps a loss that is close to zero', () => {
    const tiny = Math.exp(-40)
    expect(
      crossEntropy([[40, 0]], [0]),
      'log(1 + t) is t for a tiny t: Math.log1p of all terms but the largest',
    ).toBeNear(tiny, { absolute: 0 })
  })

  test('rejects invalid labels', () => {
    expect(() => crossEntropy([row], [3]), 'three classes are 0, 1 and 2: throw a RangeError for 3').toThrow(RangeError)
    expect(() => crossEntropy([row], [0.5]), 'there is no class 0.5: throw a RangeError').toThrow(RangeError)
  })

  test('rejects a batch without examples, and a row without a label', () => {
    expect(() => crossEntropy([], []), 'an empty batch has no mean: throw an error; countExamples does').toThrow(
      RangeError,
    )
    expect(() => crossEntropy([row, row], [1]), 'two rows, but one label: throw an error; countExamples does').toThrow(
      RangeError,
    )
  })

  test('does not change the logits', () => {
    expectKept(crossEntropy, [[[3, 1, 2]], [0], 'mean'], 'do not sort or shift the rows themselves: make new ones')
  })
})
