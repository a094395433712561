import { plain, rng, tensor } from '@backprop/core'
import { Parameter } from '@backprop/nn'
import { exercise, expect, test } from '@backprop/testkit'
import { newLayers } from '#lab/network'
import { gradientTimesInput, hottest, occlusion } from '#lab/saliency'

const on = plain()
const SINGLE = { relative: 1e-5, absolute: 1e-6 }

exercise('saliency', () => {
  test('multiplies each pixel by the slope of the logit', () => {
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
        [0.2, 0.4],
      ],
      { on },
    )
    expect(
      gradientTimesInput(layers, x, Uint8Array.of(1, 0)),
      'logit 1 is −x₀ + x₁, logit 0 is x₀: the logit itself, not the loss',
    ).toBeNear(
      [
        [-0.2, 0.4],
        [0.2, 0],
      ],
      SINGLE,
    )
  })

  test('leaves no gradients in the layers', () => {
    const layers = newLayers([2, 3, 2], { on, rng: rng(1) })
    gradientTimesInput(layers, tensor([[0.2, 0.4]], { on }), Uint8Array.of(0))
    const left = layers.flatMap(({ weight, bias }) => [weight, bias]).filter(({ value }) => value.grad !== null)
    expect(left, 'as in the input gradient').toHaveLength(0)
  })

  test('covers one place after another', async () => {
    // The score is the sum of all pixels, so covering a pixel costs what it holds.
    const sums = (images: Float32Array) =>
      Array.from({ length: images.length / 4 }, (_, n) => images.slice(4 * n, 4 * n + 4).reduce((a, b) => a + b, 0))
    const image = Float32Array.of(1, 2, 3, 4)
    expect(await occlusion(sums, image, { side: 2, patch: 1 }), 'the whole minus what is left').toBeNear(
      [1, 2, 3, 4],
      SINGLE,
    )
    expect(await occlusion(sums, image, { side: 2, patch: 2 }), 'one place: everything is covered').toBeNear(
      [10],
      SINGLE,
    )
  })

  test('covers squares, row by row', async () => {
    const sums = (images: Float32Array) =>
      Array.from({ length: images.length / 9 }, (_, n) => images.slice(9 * n, 9 * n + 9).reduce((a, b) => a + b, 0))
    const image = Float32Array.of(1, 0, 0, 0, 0, 20, 0, 300, 0)
    expect(
      await occlusion(sums, image, { side: 3, patch: 2 }),
      'upper left, upper right, lower left, lower right',
    ).toBeNear([1, 20, 300, 320], SINGLE)
  })

  test('finds the hottest window', () => {
    expect(hottest([0, 1, 0, 2], { side: 2, patch: 1 }), 'the 2, in the second row').toEqual({ row: 1, col: 1 })
    const map = [9, 0, 0, 0, 4, 4, 0, 4, 4]
    expect(hottest(map, { side: 3, patch: 2 }), '4 + 4 + 4 + 4 beats 9 + 4 + 0 + 0').toEqual({ row: 1, col: 1 })
    expect(hottest([-3, -1, -2, -4], { side: 2, patch: 1 }), 'below 0, −1 is the most').toEqual({ row: 0, col: 1 })
    expect(hottest([-1, -1, -1, -1], { side: 2, patch: 1 }), 'of equal ones the first').toEqual({ row: 0, col: 0 })
  })

  test('rejects a patch that does not fit', async () => {
    expect(() => hottest([1, 2, 3, 4], { side: 2, patch: 3 }), 'a patch of 3 in an image of 2').toThrow(RangeError)
    expect(() => hottest([1, 2, 3], { side: 2, patch: 1 }), 'three numbers are no square').toThrow(RangeError)
    const refused = async () => await occlusion(() => [], new Float32Array(4), { side: 2, patch: 0 })
    await expect(refused, 'a patch of nothing').toReject(RangeError)
  })
})
