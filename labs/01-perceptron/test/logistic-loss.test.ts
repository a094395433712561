import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { type Label, logisticLoss } from '#lab/perceptron'

const X = [[2], [-1]]
const y: Label[] = [1, -1]

exercise('logistic-loss', () => {
  test('is log 2 when all margins are 0', () => {
    expect(logisticLoss(X, y, [0], 0).loss, 'log(1 + e⁰), and the mean of equal numbers').toBeNear(Math.log(2))
  })

  test('gives the derivatives of the README', () => {
    const { dw, db } = logisticLoss(X, y, [0], 0)
    expect(dw, '(−½·2 + ½·(−1)) / 2: is the sum divided by N, and is the sign right?').toBeNear([-0.75])
    expect(db, 'the two slopes −½ and +½ cancel').toBeNear(0)
    expectKept(logisticLoss, [X, y, [0], 0])
  })

  test('uses the bias', () => {
    expect(logisticLoss([[0]], [1], [5], 3).loss, 'the margin is 3, so the loss is log(1 + e⁻³)').toBeNear(
      Math.log(1 + Math.exp(-3)),
    )
  })

  test('stays finite when an answer is very wrong', () => {
    const { loss, dw } = logisticLoss([[1000]], [-1], [1], 0)
    expect(loss, 'the margin is −1000: do you take exp of a large positive number?').toBeNear(1000)
    expect(dw, 'and its slope is 1').toBeNear([1000])
    const nearer = logisticLoss([[8]], [-1], [1], 0).loss
    expect(nearer, 'log(1 + e⁸), not 8: does a branch for large margins start too early?').toBeNear(8.000335406372896)
  })
})
