import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { type Label, logisticRegression } from '#lab/perceptron'

const X = [[2], [-1]]
const y: Label[] = [1, -1]

exercise('logistic-regression', () => {
  test('takes the first step of the README', () => {
    const { w, b } = logisticRegression(X, y, { learningRate: 1, epochs: 1 })
    expect(w, '∂J/∂w is −0.75 at the start: is the sum divided by N, and the step downhill?').toBeNear([0.75])
    expect(b, 'the two slopes −½ and +½ cancel').toBeNear(0)
    expectKept(logisticRegression, [X, y, { learningRate: 1, epochs: 1 }])
  })

  test('moves the bias too', () => {
    const { b } = logisticRegression([[0], [0]], [1, 1], { learningRate: 1, epochs: 1 })
    expect(b, '∂J/∂b is the mean of the slopes, here −½').toBeNear(0.5)
  })

  test('starts with a loss of log 2', () => {
    const { losses } = logisticRegression(X, y, { learningRate: 1, epochs: 1 })
    expect(losses, 'the loss before the first step: all margins are 0, and the mean is taken').toBeNear([Math.log(2)])
  })

  test('records one loss per step, and here they fall', () => {
    const { losses } = logisticRegression(X, y, { learningRate: 0.5, epochs: 5 })
    expect(losses, 'one loss before each of the 5 steps').toHaveLength(5)
    expect(
      losses.every((loss, i) => i === 0 || loss < losses[i - 1]),
      'a small step downhill makes the loss smaller: is the sign of the step right?',
    ).toBe(true)
  })

  test('keeps the loss finite when an answer is very wrong', () => {
    // The first step makes w = −999.75 and b = 0, so the margins become 3,999,000 and −999.75.
    const { losses } = logisticRegression([[4000], [1]], [-1, 1], { learningRate: 1, epochs: 2 })
    expect(losses[1], 'losses 0 and 999.75, mean 499.875: do you take exp of a large positive number?').toBeNear(
      499.875,
    )
  })
})
