import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { sigmoid } from '#lab/activations'

exercise('sigmoid', () => {
  test('rises', () => {
    const [low, high] = sigmoid([-2, 2])
    expect(
      low < high,
      'a larger score must give a larger answer: is it e to the power of x, not of −x, in your denominator?',
    ).toBe(true)
  })

  test('gives the numbers of the README', () => {
    const x = [-Math.log(3), 0, Math.log(3)]
    expect(sigmoid(x), '1 / (1 + 3), 1 / (1 + 1) and 1 / (1 + ⅓)').toBeNear([0.25, 0.5, 0.75])
  })

  test('is 0 or 1 far from zero, not NaN', () => {
    expect(sigmoid([-1000, 1000]), 'e¹⁰⁰⁰ is Infinity, and Infinity / Infinity is NaN: is eˣ above the line?').toBeNear(
      [0, 1],
    )
  })

  test('keeps the digits of small results', () => {
    // For large negative x, 1 / (1 + e⁻ˣ) is nearly eˣ.
    expect(sigmoid([-40]), 'e⁻⁴⁰ is 4.2e-18: was something that small taken from 1?').toBeNear([Math.exp(-40)], {
      absolute: 0,
    })
  })

  test('gives no numbers for no numbers', () => {
    expect(sigmoid([]), 'an empty list stays empty').toBeNear([])
  })

  test('leaves the numbers it was given as they were', () => {
    expectKept(sigmoid, [[-1, 2]], 'return a new list')
  })
})
