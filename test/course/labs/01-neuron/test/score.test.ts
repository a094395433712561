import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { score } from '#lab/neuron'

exercise('score', () => {
  test('gives the scores of the README', () => {
    const X = [
      [2, 1],
      [0, 3],
    ]
    expect(score(X, [3, -2], 1), 'each score is 3·x₁ − 2·x₂ + 1').toBeNear([5, -5])
    expectKept(score, [X, [3, -2], 1])
  })

  test('gives an empty list for a batch without rows', () => {
    expect(score([], [3, -2], 1), 'no examples, no scores').toEqual([])
  })
})
