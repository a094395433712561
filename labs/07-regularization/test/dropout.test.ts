import { rng } from '@backprop/core'
import { exercise, expect, test } from '@backprop/testkit'
import { dropout } from '#lab/dropout'

const ones = (count: number) => new Float32Array(count).fill(1)

exercise('dropout', () => {
  test('drops a number or doubles it when p is a half', () => {
    const y = dropout(0.5, rng(1)).forward(Float32Array.of(1, 2, 3, 4, 5, 6), true)
    for (const [i, value] of y.entries())
      expect([0, 2 * (i + 1)], 'kept numbers are divided by 1 − p = 0.5').toContain(value)
  })

  test('keeps most numbers when p is small, and divides them by 1 − p', () => {
    const y = dropout(0.2, rng(1)).forward(ones(1000), true)
    const kept = y.filter(value => value !== 0)
    expect(kept.length, 'p = 0.2 is the probability of dropping').toBeGreaterThan(700)
    expect(kept.length, 'some must be dropped').toBeLessThan(900)
    expect(kept[0], '1 / (1 − 0.2) = 1.25').toBeNear(1.25)
  })

  test('draws a new mask for each step', () => {
    const layer = dropout(0.5, rng(1))
    expect(layer.forward(ones(50), true), 'do you draw the mask inside forward?').not.toEqual(
      layer.forward(ones(50), true),
    )
  })

  test('passes everything on in evaluation', () => {
    const layer = dropout(0.5, rng(1))
    layer.forward(ones(4), true)
    expect(layer.forward(Float32Array.of(1, 2, 3, 4), false), 'nothing is dropped, and nothing is scaled').toBeNear([
      1, 2, 3, 4,
    ])
  })

  test('sends derivatives back through the mask of the last step', () => {
    const layer = dropout(0.5, rng(1))
    const mask = layer.forward(ones(20), true)
    expect(layer.backward(ones(20)), 'y = x · mask, so ∂J/∂x = ∂J/∂y · mask: the same mask').toBeNear(mask)
    layer.forward(ones(3), false)
    expect(layer.backward(ones(3)), 'after an evaluation there is no mask').toBeNear([1, 1, 1])
  })

  test('has a separate mask in each layer', () => {
    const [one, other] = [dropout(0.5, rng(1)), dropout(0.5, rng(2))]
    const mask = one.forward(ones(20), true)
    other.forward(ones(20), true)
    expect(one.backward(ones(20)), 'is the mask a variable inside `dropout`?').toBeNear(mask)
  })

  test('does not change its arguments', () => {
    const x = Float32Array.of(1, 2, 3)
    const layer = dropout(0.9, rng(1))
    layer.forward(x, true)
    layer.backward(x)
    expect(x, 'return a new array').toBeNear([1, 2, 3])
  })

  test('rejects a p that drops everything', () => {
    expect(() => dropout(1, rng(1)), '1 / (1 − 1) is not a number to scale with').toThrow(RangeError)
    expect(() => dropout(NaN, rng(1)), 'every comparison with NaN is false').toThrow(RangeError)
  })
})
