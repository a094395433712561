import { plain, rng } from '@backprop/core'
import { exercise, expect, test } from '@backprop/testkit'
import { coloured, fairFit, groupAccuracies, groupWeights, worstGroup } from '#lab/bias'
import { read, toPixels } from '#lab/network'

const on = plain()

exercise('bias', () => {
  test('counts within each group', () => {
    expect(groupAccuracies([1, 1, 0], [1, 0, 0], [0, 1, 1], 2), 'one of one, and one of two').toBeNear([1, 0.5])
  })

  test('says NaN for a group without examples', () => {
    expect(groupAccuracies([1], [1], [1], 3), 'nothing is known about groups 0 and 2').toBeNear([NaN, 1, NaN])
  })

  test('finds the worst group', () => {
    expect(worstGroup([0.9, 0.4, 0.7]), 'the lowest accuracy, and whose it is').toEqual({ group: 1, accuracy: 0.4 })
    expect(worstGroup([0.9, NaN, 0.4]), 'Math.min(0.9, NaN, 0.4) is NaN').toEqual({ group: 2, accuracy: 0.4 })
  })

  test('gives every group the same total', () => {
    expect(groupWeights([0, 0, 0, 2]), '4 examples, 2 groups: each has 2, so 2/3 each and 2').toBeNear([
      2 / 3,
      2 / 3,
      2 / 3,
      2,
    ])
    expect(groupWeights([1, 1, 1]), 'one group: all the same, 1 on average').toBeNear([1, 1, 1])
  })

  test('learns the shape where the colour is only a hint', async () => {
    // Pixels 0 and 1 are the shape, in which one of the two is bright; the colour is right in 95 of 100.
    const draw = rng(1)
    const labels = Uint8Array.from({ length: 400 }, () => draw.integer(2))
    const shapes = Uint8Array.from({ length: 800 }, (_, k) =>
      k % 2 === labels[k >> 1] ? 160 + draw.integer(96) : 60 + draw.integer(96),
    )
    const layers = await fairFit(coloured(shapes, labels, { hint: 0.95, rng: draw }), { epochs: 20, on, rng: rng(2) })
    const test = coloured(shapes, labels, { hint: 0, rng: draw })
    const answers = await read(layers, toPixels(test.images), on)
    const right = answers.filter((answer, i) => answer === labels[i]).length
    expect(
      right / 400,
      'the same shapes, all in the other colour; in training, each label must count the same in each colour',
    ).toBeGreaterThan(0.7)
  })

  test('rejects lists that do not fit', () => {
    expect(() => groupAccuracies([1, 0], [1], [0, 0], 1), 'two answers, one label').toThrow(RangeError)
    expect(() => worstGroup([NaN]), 'no group has an accuracy').toThrow(RangeError)
    expect(() => groupWeights([]), 'no examples').toThrow(RangeError)
  })
})
