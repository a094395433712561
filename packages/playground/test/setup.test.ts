import { expect, test } from '@backprop/testkit'
import { DEFAULT_SETUP, layerSizes, parameterLayout } from '../src/setup/setup.ts'

test('the default network has 2·4 + 4 + 4·2 + 2 + 2·1 + 1 numbers, each in its own place', () => {
  const { layers, count } = parameterLayout(layerSizes(DEFAULT_SETUP))
  expect(count).toBe(25)
  expect(layers.map(({ weights, biases }) => [weights, biases])).toEqual([
    [0, 8],
    [12, 20],
    [22, 24],
  ])
})
