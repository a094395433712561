import { exercise, expect, test } from '@backprop/testkit'
import { accuracy } from '#lab/neuron'

exercise('accuracy', () => {
  test('is the share of right answers', () => {
    expect(accuracy([2, -1], [1, 1]), 'one of two is right').toBeNear(0.5)
  })
})
