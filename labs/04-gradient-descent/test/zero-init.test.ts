import { exercise, expect, test } from '@backprop/testkit'
import { hiddenSpread, type Network } from '#lab/network'

/** Two inputs, three hidden neurons. Each row of W1 has one number per neuron. */
const network = (change: Partial<Network> = {}): Network => ({
  W1: [
    [1, 1, 1],
    [7, 7, 7],
  ],
  b1: [0, 0, 0],
  w2: [2, 2, 2],
  b2: 0,
  ...change,
})

/** The gradient of a loss that pulls every number to 0: each number itself. */
const towardsZero = (at: Network): Network => at

exercise('zero-init', () => {
  test('is 0 when all neurons are equal', () => {
    const spreads = hiddenSpread(network(), towardsZero, { learningRate: 0.1, steps: 0 })
    expect(spreads, 'one number, for the start. 1 and 7 belong to the same neuron: neurons are the columns').toBeNear([
      0,
    ])
  })

  test('is the largest difference between two neurons in any of their numbers', () => {
    const none = { learningRate: 0.1, steps: 0 }
    const W1 = [
      [1, 1, 1],
      [7, 4, 9],
    ]
    expect(hiddenSpread(network({ W1 }), towardsZero, none), 'from 4 to 9').toBeNear([5])
    expect(hiddenSpread(network({ b1: [0, -3, 0] }), towardsZero, none), 'the biases count').toBeNear([3])
    expect(hiddenSpread(network({ w2: [2, 2, 4] }), towardsZero, none), 'the outgoing weights count').toBeNear([2])
  })

  test('measures before the first step and after each one', () => {
    const start = network({ b1: [0, -4, 0] })
    const spreads = hiddenSpread(start, towardsZero, { learningRate: 0.5, steps: 3 })
    expect(spreads, 'each step halves every number: do you recompute the gradient after each step?').toBeNear([
      4, 2, 1, 0.5,
    ])
  })

  test('takes steps against the gradient in all parts', () => {
    const growing = (at: Network): Network => ({
      W1: at.W1.map(row => row.map(() => 0)),
      b1: [0, 0, 0],
      w2: [0, -1, 1],
      b2: 0,
    })
    const spreads = hiddenSpread(network(), growing, { learningRate: 0.5, steps: 2 })
    expect(spreads, 'w2 becomes (2, 2.5, 1.5), then (2, 3, 1)').toBeNear([0, 1, 2])
  })

  test('does not change the start', () => {
    const start = network()
    hiddenSpread(start, towardsZero, { learningRate: 0.5, steps: 2 })
    expect(start, 'walk with a copy of the network').toEqual(network())
  })
})
