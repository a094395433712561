import { exercise, expect, test } from '@backprop/testkit'
import { tanh } from '#lab/activations'

exercise('tanh', () => {
  test('gives the numbers of the README', () => {
    const x = [-Math.log(2), 0, Math.log(2)]
    expect(tanh(x), '(2 − ½) / (2 + ½) is 0.6, and tanh(−x) is −tanh(x)').toBeNear([-0.6, 0, 0.6])
  })

  test('is −1 or 1 far from zero, not NaN', () => {
    expect(
      tanh([-1000, 1000]),
      'e¹⁰⁰⁰ is Infinity, and Infinity / Infinity is NaN: can the large power stand below the line only, on both sides?',
    ).toBeNear([-1, 1])
  })

  test('leaves the numbers it was given as they were', () => {
    const x = [-1, 2]
    tanh(x)
    expect(x, 'return a new list').toEqual([-1, 2])
  })
})
