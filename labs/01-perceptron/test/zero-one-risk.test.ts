import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { zeroOneRisk } from '#lab/perceptron'

exercise('zero-one-risk', () => {
  test('gives the share of the README', () => {
    expect(zeroOneRisk([5, -5, 0, 2], [1, -1, -1, -1]), 'two of four are wrong').toBeNear(0.5)
    expectKept(zeroOneRisk, [[5, -5], [1, 1]]) // prettier-ignore
  })

  test('is 0 when all are right and 1 when all are wrong', () => {
    expect(zeroOneRisk([3, -2, 1], [1, -1, 1]), 'all signs are right: do you count the mistakes?').toBeNear(0)
    expect(zeroOneRisk([3, -2, 1], [-1, 1, -1]), 'all signs are wrong: do you divide by N?').toBeNear(1)
  })

  test('treats a score of exactly zero as +1', () => {
    expect(zeroOneRisk([0], [1]), 'zero counts as +1, which is right here').toBeNear(0)
  })
})
