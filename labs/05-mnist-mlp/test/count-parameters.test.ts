import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { countParameters } from '#lab/mlp'

exercise('count-parameters', () => {
  test('counts 3 · 2 weights and 2 biases of a layer from 3 to 2', () => {
    expect(countParameters([3, 2]), 'each of the 2 neurons has 3 weights and a bias').toBe(8)
  })

  test('counts the network of the README', () => {
    expect(countParameters([784, 128, 64, 10]), '100,480 + 8,256 + 650: did you count the biases of every layer?').toBe(
      109_386,
    )
  })

  test('counts nothing when there is no layer', () => {
    expect(countParameters([784]), 'the input itself has nothing to learn').toBe(0)
  })

  test('does not change the sizes', () => {
    expectKept(countParameters, [[784, 128, 64, 10]])
  })
})
