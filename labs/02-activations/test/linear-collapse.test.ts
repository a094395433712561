import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { collapse, type Layer } from '#lab/network'

/** The two layers of the README, 2 → 2 → 1. */
const first: Layer = {
  W: [
    [1, 2],
    [3, 0],
  ],
  b: [1, -1],
}
const second: Layer = { W: [[2], [1]], b: [5] }

exercise('linear-collapse', () => {
  test('multiplies the matrices in their order', () => {
    const { W } = collapse([first, second])
    expect(W, 'W₁ W₂: 1·2 + 2·1 and 3·2 + 0·1').toBeNear([[4], [6]])
  })

  test('sends the first bias through the second layer', () => {
    const { b } = collapse([first, second])
    expect(b, 'b₁ W₂ + b₂ = 1·2 − 1·1 + 5').toBeNear([6])
  })

  test('merges any number of layers', () => {
    const { W, b } = collapse([
      { W: [[2]], b: [1] },
      { W: [[3]], b: [4] },
      { W: [[-1]], b: [0] },
    ])
    expect(W, 'x·2·3·(−1)').toBeNear([[-6]])
    expect(b, '(1·3 + 4)·(−1) + 0').toBeNear([-7])
  })

  test('returns a single layer unchanged', () => {
    const { W, b } = collapse([second])
    expect(W, 'there is nothing to merge').toBeNear([[2], [1]])
    expect(b, 'there is nothing to merge').toBeNear([5])
  })

  test('rejects layers that do not fit together', () => {
    const wide: Layer = { W: [[1], [1], [1]], b: [0] }
    expect(() => collapse([first, wide]), 'the next layer expects 3 numbers and gets 2: throw a RangeError').toThrow(
      RangeError,
    )
    expect(() => collapse([first, second, wide]), 'the third layer does not fit the second').toThrow(RangeError)
    expect(() => collapse([]), 'without a layer there is no answer: throw a RangeError').toThrow(RangeError)
  })

  test('does not change the layers', () => {
    expectKept(collapse, [[first, second]], 'make new lists')
  })
})
