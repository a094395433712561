import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { score } from '#lab/neuron'

exercise('score', () => {
  test('gives the three scores of the README', () => {
    const X = [
      [2, 1],
      [0, 3],
      [1, 2],
    ]
    expect(score(X, [3, -2], 1), 'each score is 3·x₁ − 2·x₂ + 1: are all weights used, and the bias once?').toBeNear([
      5, -5, 0,
    ])
  })

  test('gives one score for each row', () => {
    const X = [
      [1, 0, 0],
      [0, 1, 0],
    ]
    expect(score(X, [1, 2, 3], 10), 'two rows of three numbers have two scores: do you loop over the rows?').toBeNear([
      11, 12,
    ])
  })

  test('adds the bias once per row', () => {
    expect(score([[0, 0, 0]], [1, 1, 1], 5), 'the score of a row of zeros is just the bias').toBeNear([5])
    expectKept(score, [[[2, 1]], [3, -2], 1])
  })

  test('gives an empty list for a batch without rows', () => {
    expect(score([], [3, -2], 1), 'no examples, no scores').toEqual([])
  })
})
