import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { adam } from '#lab/optimizers'

const digits = { absolute: 1e-7 }

exercise('adam', () => {
  test('takes a first step of length η, whatever the gradient is', () => {
    const update = adam({ learningRate: 0.1 })
    expect(update([4, 4], [4, -0.001]), 'm̂ is g and v̂ is g²: are both means divided by 1 − βᵗ, with t = 1?').toBeNear(
      [3.9, 4.1],
      { absolute: 2e-6 },
    )
  })

  test('takes the two steps of the README', () => {
    const update = adam({ learningRate: 0.1, beta1: 0.5, beta2: 0.75 })
    expect(update([4], [4]), 'm̂ = 2 / 0.5 = 4, v̂ = 4 / 0.25 = 16').toBeNear([3.9], digits)
    expect(update([3.9], [-4]), 'm = −1 and m̂ = −1 / 0.75, v = 7 and v̂ = 7 / 0.4375 = 16: does t grow?').toBeNear(
      [3.9 + 0.1 / 3],
      digits,
    )
  })

  test('continues from m and v, not from m̂ and v̂', () => {
    const update = adam({ learningRate: 0.1 })
    let w = [0]
    for (let k = 0; k < 3; k += 1) w = update(w, [7])
    expect(w, 'with the same gradient each time, every step has the length η').toBeNear([-0.3], digits)
  })

  test('counts steps, not weights', () => {
    const update = adam({ learningRate: 0.1 })
    const [first, , third] = update([0, 0, 0], [7, 7, 7])
    expect(third, 'equal gradients make equal steps: does t grow once per call?').toBeNear(first)
  })

  test('adds ε to the root', () => {
    // v̂ is 16, its root 4.
    const update = adam({ learningRate: 0.1, epsilon: 4 })
    expect(update([4], [4]), '0.1·4 / (4 + 4) = 0.05: is ε inside the root?').toBeNear([3.95])
  })

  test('does not move a weight whose gradient is 0', () => {
    expect(adam()([5], [0]), '0 / (√0 + ε) is 0, but 0 / 0 is NaN').toBeNear([5])
  })

  test('keeps going while the gradient is 0', () => {
    const update = adam({ learningRate: 0.1, beta1: 0.5, beta2: 0.75 })
    update([4], [4])
    // m = 0.5·2 and v = 0.75·4; m̂ = 1 / 0.75 and v̂ = 3 / 0.4375.
    const step = (0.1 * (1 / 0.75)) / Math.sqrt(3 / 0.4375)
    expect(update([3.9], [0]), 'm fades and still moves w: do you skip a gradient of 0?').toBeNear([3.9 - step], digits)
  })

  test('accepts 0 as a setting', () => {
    const update = adam({ learningRate: 0.1, beta1: 0 })
    update([0], [1])
    expect(update([0], [-1]), 'with β₁ = 0, m is just the newest gradient; 0 || 0.9 is 0.9').toBeNear([0.1], digits)
  })

  test('does not change the weights or the gradient', () => {
    expectKept(adam(), [[4], [4]], 'return a new list')
  })
})
