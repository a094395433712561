import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { type Label, perceptronRule } from '#lab/perceptron'

const X = [
  [1, 0],
  [0, 2],
]
const y: Label[] = [-1, 1]

exercise('perceptron-rule', () => {
  test('gives the weights and the bias of the table in the README', () => {
    const { w, b } = perceptronRule(X, y, { maxEpochs: 10 })
    expect(w, 'on a mistake, w grows by y·x, starting from the current weights').toBeNear([-1, 2])
    expect(b, 'on a mistake, b grows by y: −1 for the first example, +1 for the second').toBeNear(0)
  })

  test('counts the mistakes of each epoch, including the last one without any', () => {
    const { mistakes } = perceptronRule(X, y, { maxEpochs: 10 })
    expect(mistakes, 'two mistakes in epoch 1, none in epoch 2, and then it stops').toEqual([2, 0])
    const { converged } = perceptronRule(X, y, { maxEpochs: 2 })
    expect(converged, 'with two epochs too: the last one allowed had no mistakes').toBe(true)
  })

  test('treats a score of exactly zero as +1', () => {
    const fit = perceptronRule([[3]], [1], { maxEpochs: 5 })
    expect(
      fit,
      'with zero weights the score is 0, so the class is +1, which is right: there is nothing to learn',
    ).toEqual({
      w: [0],
      b: 0,
      mistakes: [0],
      converged: true,
    })
  })

  test('gives up after maxEpochs epochs when no line separates the classes', () => {
    const { mistakes, converged } = perceptronRule([[1], [1]], [1, -1], { maxEpochs: 4 })
    expect(mistakes, 'the same point with both labels: some mistakes in each of the 4 epochs').toHaveLength(4)
    expect(converged, 'the last epoch had mistakes').toBe(false)
  })

  test('leaves the examples as they were', () => {
    const hint = 'w must be its own list: does it share its numbers with a row of X?'
    expectKept(perceptronRule, [X, y, { maxEpochs: 10 }], hint)
  })
})
