import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { predict } from '#lab/neuron'

exercise('predict', () => {
  test('returns +1 above zero and -1 below', () => {
    expect(predict([5, -5, 0.25, -0.25]), 'the class is the sign of the score').toEqual([1, -1, 1, -1])
    expect(predict([]), 'no scores, no classes').toEqual([])
  })

  test('returns +1 at exactly zero', () => {
    expect(predict([0]), 'a score of 0 counts as +1: is the question "below zero"?').toEqual([1])
  })

  test('leaves the scores as they were', () => {
    expectKept(predict, [[5, -5]], 'return a new list: the caller may still need the scores')
  })
})
