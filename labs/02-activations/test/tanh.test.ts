import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { tanh } from '#lab/activations'

exercise('tanh', () => {
  test('gives the numbers of the README', () => {
    const x = [-Math.log(2), 0, Math.log(2)]
    expect(tanh(x), '(2 − ½) / (2 + ½) is 0.6, and tanh(−x) is −tanh(x)').toBeNear([-0.6, 0, 0.6])
  })

  test('is −1 or 1 far from zero, not NaN', () => {
    expect(
      tanh([-1000, 1000]),
      'e¹⁰⁰⁰ is Infinity, and Infinity / Infinity is NaN: can the large power appear in the denominator only, for x of both signs?',
    ).toBeNear([-1, 1])
  })

  test('is close to 1 at 6, but not 1', () => {
    expect(tanh([-6, 6]), '1 − 2 / (1 + e¹²) is 0.99998771: does a straight line start too early?').toBeNear([
      -0.9999877117, 0.9999877117,
    ])
  })

  test('does not change its argument', () => {
    expectKept(tanh, [[-1, 2]], 'return a new list')
  })
})
