import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { rmsprop } from '#lab/optimizers'

const digits = { absolute: 1e-7 }

exercise('rmsprop', () => {
  test('takes the two steps of the README', () => {
    const update = rmsprop({ learningRate: 0.1, decay: 0.75 })
    expect(
      update([4], [4]),
      'v = 0.25·16 = 4, the step is 0.1·4 / √4 = 0.2; a setting without a default gives NaN',
    ).toBeNear([3.8], digits)
    expect(update([3.8], [3.8]), 'v = 0.75·4 + 0.25·3.8² = 6.61, the step is 0.38 / √6.61').toBeNear(
      [3.8 - 0.38 / Math.sqrt(6.61)],
      digits,
    )
  })

  test('takes steps of equal length along steep and flat directions', () => {
    const update = rmsprop({ learningRate: 0.1, decay: 0.75 })
    const [w1, w2] = update([0, 0], [1000, 0.001])
    expect(w1, 'the gradient 1000 is divided by its own size').toBeNear(-0.2, digits)
    expect(w2, 'and so is 0.001: each weight has its own mean square').toBeNear(-0.2, { absolute: 1e-5 })
  })

  test('does not move a weight whose gradient is 0', () => {
    expect(rmsprop()([5], [0]), '0 / (√0 + ε) is 0, but 0 / 0 is NaN').toBeNear([5])
  })

  test('adds ε to the root', () => {
    // v = 0.25·16 = 4 again, and now ε is as large as the root.
    const update = rmsprop({ learningRate: 0.1, decay: 0.75, epsilon: 2 })
    expect(update([4], [4]), '0.1·4 / (2 + 2) = 0.1: is ε inside the root?').toBeNear([3.9])
  })

  test('has the right defaults', () => {
    expect(rmsprop()([0], [1]), 'η = 0.001, ρ = 0.9: the first step is 0.001 / √0.1').toBeNear(
      [-0.001 / Math.sqrt(0.1)],
      digits,
    )
  })

  test('keeps forgetting while the gradient is 0', () => {
    const update = rmsprop({ learningRate: 0.1, decay: 0.75 })
    update([0], [4])
    update([0], [0])
    // v is 4, 3 and then 0.75·3 + 0.25·16 = 6.25, the root of which is 2.5.
    expect(update([0], [4]), 'v fades even where the gradient is 0: do you skip that step?').toBeNear([-0.16], digits)
  })

  test('accepts 0 as a setting', () => {
    expect(rmsprop({ learningRate: 0.1, decay: 0 })([0], [5]), 'with ρ = 0, v is g²; 0 || 0.9 is 0.9').toBeNear(
      [-0.1],
      digits,
    )
  })

  test('does not change the weights or the gradient', () => {
    expectKept(rmsprop(), [[4], [4]], 'return a new list')
  })
})
