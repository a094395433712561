import { plain, rng, tensor } from '@backprop/core'
import { Parameter } from '@backprop/nn'
import { exercise, expect, test } from '@backprop/testkit'
import { read, toPixels } from '#lab/network'
import { auc, exampleLosses, privateFit } from '#lab/privacy'

const on = plain()

exercise('privacy', () => {
  test('computes the loss of each example', async () => {
    const layers = [
      {
        weight: new Parameter(
          tensor(
            [
              [1, -1],
              [0, 1],
            ],
            { on },
          ),
        ),
        bias: new Parameter(tensor([0, 0], { on })),
      },
    ]
    const x = tensor(
      [
        [0.2, 0.4],
        [1, 0],
        [1, 0],
      ],
      { on },
    )
    expect(
      await exampleLosses(layers, x, Uint8Array.of(0, 1, 0)),
      'logits (0.2, 0.2): log 2; logits (1, −1): log(1 + e²) for label 1, log(1 + e⁻²) for label 0',
    ).toBeNear([Math.log(2), Math.log(1 + Math.exp(2)), Math.log(1 + Math.exp(-2))], { relative: 1e-5 })
  })

  test('counts the pairs in which the member has the lower loss', () => {
    expect(auc([1, 2], [3, 4]), 'all four pairs').toBeNear(1)
    expect(auc([1, 4], [2, 3]), 'two of four pairs').toBeNear(0.5)
    expect(auc([3, 4], [1]), 'none').toBeNear(0)
  })

  test('counts a tie as half a pair', () => {
    expect(auc([1, 2], [2, 3]), '1 < 2, 1 < 3, 2 < 3, and 2 = 2: 3.5 of 4').toBeNear(0.875)
    expect(auc([7, 7, 7], [7, 7]), 'equal losses tell nothing').toBeNear(0.5)
  })

  test('compares numbers, not strings', () => {
    expect(auc([9], [10, 100]), 'sort((a, b) => a - b) compares numbers').toBeNear(1)
  })

  test('does not change its arguments', () => {
    const [members, others] = [
      [3, 1],
      [2, 0],
    ]
    auc(members, others)
    expect([members, others], 'sort a copy').toEqual([
      [3, 1],
      [2, 0],
    ])
  })

  test('rejects losses that cannot be compared', () => {
    expect(() => auc([], [1]), 'no members').toThrow(RangeError)
    expect(() => auc([1], [NaN]), 'NaN is neither lower nor higher').toThrow(RangeError)
  })

  test('learns from a few images', async () => {
    // Bright on the left is a 0, bright on the right a 1.
    const draw = rng(3)
    const labels = Uint8Array.from({ length: 300 }, (_, i) => i % 2)
    const images = Uint8Array.from({ length: 1200 }, (_, k) =>
      (k % 4 >= 2 ? 1 : 0) === labels[Math.floor(k / 4)] ? 180 + draw.integer(60) : draw.integer(60),
    )
    const layers = await privateFit(images, labels, { on, rng: rng(2), maxEpochs: 60 })
    const answers = await read(layers, toPixels(images), on)
    const right = answers.filter((answer, i) => answer === labels[i]).length
    expect(right / 300, 'an easy task: left or right').toBeGreaterThan(0.8)
  })
})
