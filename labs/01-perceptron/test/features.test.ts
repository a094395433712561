import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { features } from '#lab/perceptron'

exercise('features', () => {
  test('gives seven columns', () => {
    expect(features([[2, -1]]), 'x₁, x₂, x₁², x₂², x₁x₂, sin x₁, sin x₂, in this order').toBeNear([
      [2, -1, 4, 1, -2, Math.sin(2), Math.sin(-1)],
    ])
  })

  test('gives a row for each row', () => {
    expect(features([[0, 0], [1, 0], [0, 1]]), 'one longer row for each example').toHaveLength(3) // prettier-ignore
  })

  test('leaves the examples as they were', () => {
    expectKept(features, [[[2, -1]]], 'make new rows: does push change the row that you were given?')
  })
})
