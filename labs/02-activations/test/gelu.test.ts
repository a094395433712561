import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { gelu } from '#lab/activations'

exercise('gelu', () => {
  test('is x times the share of a normal distribution below x', () => {
    // 84.13 % lie below one standard deviation, 15.87 % below minus one.
    expect(gelu([-1, 0, 1]), 'x Φ(x), and Φ(1) is 0.8413: did you divide x by √2 before erf?').toBeNear(
      [-0.1587, 0, 0.8413],
      { absolute: 0.005 },
    )
  })

  test('is exact', () => {
    expect(
      gelu([-1, 1, 2]),
      'is this one of the approximations with tanh or the sigmoid? Φ(x) is (1 + erf(x / √2)) / 2',
    ).toBeNear([-0.1586552539, 0.8413447461, 1.9544997361])
  })

  test('is x or 0 far from zero', () => {
    expect(gelu([-1000, 1000]), 'all of the distribution lies below 1000, nothing of it below −1000').toBeNear([
      0, 1000,
    ])
  })

  test('is not quite x or 0 at ±4', () => {
    expect(gelu([-4, 4]), '0.0032 % lie below −4: does a straight line start too early?').toBeNear([
      -0.0001266849674, 3.9998733150326,
    ])
  })

  test('does not change its argument', () => {
    expectKept(gelu, [[-1, 2]], 'return a new list')
  })
})
