import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { backprop, type Network } from '#lab/network'

/** The network of the README: tanh(ln 2) is 0.6, and tanh(ln 3) is 0.8. */
const network: Network = {
  W1: [
    [Math.log(2), Math.log(3)],
    [0, -Math.log(3)],
  ],
  b1: [0, 0],
  w2: [2, 1],
  b2: 0.1,
}

exercise('backprop', () => {
  test('finds the loss of the README', () => {
    expect(backprop(network, [[1, 2]], [1]).loss, 'ŷ = 2·0.6 − 0.8 + 0.1 = 0.5, and ½·(0.5 − 1)²').toBeNear(0.125)
  })

  test('finds the gradient of the output layer', () => {
    const { w2, b2 } = backprop(network, [[1, 2]], [1]).gradient
    expect(b2, 'ŷ − y = −0.5: is it the other way round? does the gradient start at zeros?').toBeNear(-0.5)
    expect(w2, '−0.5·h with h = (0.6, −0.8)').toBeNear([-0.3, 0.4])
  })

  test('finds the gradient of the hidden layer', () => {
    const { W1, b1 } = backprop(network, [[1, 2]], [1]).gradient
    expect(b1, '−0.5·w2 = (−1, −0.5), times the slope of tanh, 1 − h² = (0.64, 0.36)').toBeNear([-0.64, -0.18])
    expect(W1, 'row i is xᵢ times that: one row per input').toBeNear([
      [-0.64, -0.18],
      [-1.28, -0.36],
    ])
  })

  test('takes the mean over the examples', () => {
    const once = backprop(network, [[1, 2]], [1])
    const twice = backprop(
      network,
      [
        [1, 2],
        [1, 2],
      ],
      [1, 1],
    )
    expect(twice.loss, 'the same example twice has the same mean loss').toBeNear(once.loss)
    expect(twice.gradient.W1, 'and the same gradient: divide by N, once').toBeNear(once.gradient.W1)
    expect(twice.gradient.b2, 'in the output layer too').toBeNear(once.gradient.b2)
  })

  test('adds up the gradients of different examples', () => {
    const first = backprop(network, [[1, 2]], [1]).gradient
    const second = backprop(network, [[-3, 1]], [0]).gradient
    const both = backprop(
      network,
      [
        [1, 2],
        [-3, 1],
      ],
      [1, 0],
    ).gradient
    const mean = first.b1.map((slope, j) => (slope + second.b1[j]) / 2)
    expect(both.b1, 'the mean of the two gradients: does the second example overwrite the first?').toBeNear(mean)
  })

  test('does not change the network', () => {
    expectKept(backprop, [network, [[1, 2]], [1]], 'the gradient consists of new lists')
  })
})
