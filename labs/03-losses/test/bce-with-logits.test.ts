import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { bceWithLogits } from '#lab/losses'

exercise('bce-with-logits', () => {
  test('costs log 2 for a logit of zero', () => {
    expect(bceWithLogits([0], [1]), 'σ(0) = ½').toBeNear(Math.log(2))
    expect(bceWithLogits([0], [0]), 'σ(0) = ½, whatever the label').toBeNear(Math.log(2))
  })

  test('is small when the sign of the logit is right, and large when it is wrong', () => {
    // σ(log 3) = 3 / (3 + 1) = ¾.
    expect(bceWithLogits([Math.log(3)], [1]), 'right with probability ¾').toBeNear(Math.log(4 / 3))
    expect(bceWithLogits([Math.log(3)], [0]), 'wrong: the predicted probability of class 0 is ¼').toBeNear(Math.log(4))
  })

  test('is the mean over the batch', () => {
    expect(bceWithLogits([Math.log(3), 0], [0, 1]), 'the mean of log 4 and log 2').toBeNear(Math.log(8) / 2)
  })

  test("is the sum if the reduction is 'sum'", () => {
    expect(bceWithLogits([Math.log(3), 0], [0, 1], 'sum'), 'log 4 + log 2').toBeNear(Math.log(8))
  })

  test('stays finite for logits of ±1000', () => {
    expect(bceWithLogits([1000], [0]), 'log(1 + e¹⁰⁰⁰) is 1000, but e¹⁰⁰⁰ is Infinity: mind the exponent').toBeNear(
      1000,
    )
    expect(bceWithLogits([-1000], [1]), 'log(1 + e¹⁰⁰⁰) is 1000, but e¹⁰⁰⁰ is Infinity: mind the exponent').toBeNear(
      1000,
    )
  })

  test('keeps the small part of a large loss', () => {
    const why = 'log(1 + e⁸·⁰¹) is 8.01 + log(1 + e⁻⁸·⁰¹): does a branch start too early?'
    expect(bceWithLogits([8.01], [0]), why).toBeNear(8.01033206957, { relative: 1e-9 })
  })

  test('keeps a loss that is close to zero', () => {
    const tiny = Math.exp(-40)
    expect(bceWithLogits([40], [1]), 'log(1 + t) is t for a tiny t, but 1 + t is 1: use Math.log1p(t)').toBeNear(tiny, {
      absolute: 0,
    })
  })

  test('rejects labels other than 0 and 1', () => {
    expect(() => bceWithLogits([2], [-1]), 'a label of −1 is neither 0 nor 1: throw a RangeError').toThrow(RangeError)
  })

  test('rejects lists of different lengths, and empty ones', () => {
    expect(() => bceWithLogits([2], [1, 0]), 'one logit, but two labels: throw an error; countExamples does').toThrow(
      RangeError,
    )
    expect(() => bceWithLogits([], []), 'an empty batch has no mean: throw an error; countExamples does').toThrow(
      RangeError,
    )
  })
  test('does not change its arguments', () => {
    expectKept(bceWithLogits, [[2, -3], [1, 0], 'mean'])
  })
})
