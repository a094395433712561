import { exercise, expect, test } from '@backprop/testkit'
import { accuracy, predict } from '#lab/neuron'

exercise('predict', () => {
  test('returns +1 above zero and -1 below', () => {
    expect(predict([5, -5]), 'the class is the sign of the score').toEqual([1, -1])
  })

  test('returns +1 at exactly zero', () => {
    expect(predict([0]), 'a score of 0 counts as +1: is the question "below zero"?').toEqual([1])
  })
})

exercise('accuracy', () => {
  test('is the share of right answers', () => {
    expect(accuracy([2, -1], [1, 1]), 'one of two is right').toBeNear(0.5)
  })
})
