import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { sgd } from '#lab/descent'

// The table in the README: two examples, x = 2 with the answer 4 and x = 1 with the answer 3.
const X = [[2], [1]]
const y = [4, 3]

exercise('sgd', () => {
  test('takes the two steps of the README', () => {
    const { w } = sgd(X, y, [0], { batches: [[0], [1]], learningRate: 0.25 })
    expect(w, 'from 0 to 2, then from 2 to 2.25: does the second batch use the new weight?').toBeNear([2.25])
  })

  test('records the loss of each batch before its step', () => {
    const { losses } = sgd(X, y, [0], { batches: [[0], [1]], learningRate: 0.25 })
    expect(losses, '½·(0 − 4)² with w = 0, then ½·(2 − 3)² with w = 2').toBeNear([8, 0.5])
  })

  test('takes the mean over a batch', () => {
    const { w, losses } = sgd(X, y, [0], { batches: [[0, 1]], learningRate: 0.25 })
    expect(losses, 'one loss per batch, the mean of 8 and 4.5').toBeNear([6.25])
    expect(w, 'one step, on the mean of the gradients −8 and −3').toBeNear([1.375])
  })

  test('divides by the size of each batch', () => {
    const { w } = sgd([...X, [1]], [...y, 2], [0], { batches: [[0, 1], [2]], learningRate: 0.25 })
    expect(w, 'the last batch has one example: 1.375 − 0.25·(1.375 − 2) / 1').toBeNear([1.53125])
  })

  test('continues after a batch without an error', () => {
    const { w, losses } = sgd(X, y, [2], { batches: [[0], [1]], learningRate: 0.25 })
    expect(losses, '2·2 is 4, so the first loss is 0').toBeNear([0, 0.5])
    expect(w, 'and the second batch still counts').toBeNear([2.25])
  })

  test('does not change the start', () => {
    expectKept(sgd, [X, y, [0], { batches: [[0], [1]], learningRate: 0.25 }], 'work on a copy of the list')
  })
})
