import { plain, rng, tensor } from '@backprop/core'
import { Parameter } from '@backprop/nn'
import { exercise, expect, test } from '@backprop/testkit'
import { inputGradient } from '#lab/gradient'
import { forward, type Layer, newLayers } from '#lab/network'

const on = plain()
const example = (): Layer[] => [
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

exercise('input-gradient', () => {
  test('follows the example in the README', () => {
    const gradient = inputGradient(example(), tensor([[0.2, 0.4]], { on }), Uint8Array.of(0))
    expect(gradient, 'both logits are 0.2, so p = ½; W times (½ − 1, ½)').toBeNear([[-1, 0.5]], { relative: 1e-5 })
  })

  test('agrees with differences', async () => {
    const layers = newLayers([3, 5, 4], { on, rng: rng(1) })
    const [x, label, h] = [[0.2, 0.7, 0.4], 2, 1e-2]
    const loss = async (pixels: number[]) => {
      const logits = [...(await forward(layers, tensor([pixels], { on })).data())]
      return Math.log(logits.reduce((sum, z) => sum + Math.exp(z), 0)) - logits[label]
    }
    const gradient = await inputGradient(layers, tensor([x], { on }), Uint8Array.of(label)).data()
    for (const k of x.keys()) {
      const slope = ((await loss(x.with(k, x[k] + h))) - (await loss(x.with(k, x[k] - h)))) / (2 * h)
      expect(gradient[k], `pixel ${k}: the loss at x + h minus the loss at x − h, divided by 2h`).toBeNear(slope, {
        absolute: 1e-3,
      })
    }
  })

  test('gives each image of a batch its own gradient', () => {
    const x = tensor(
      [
        [0.2, 0.4],
        [0.2, 0.4],
      ],
      { on },
    )
    const gradient = inputGradient(example(), x, Uint8Array.of(0, 0))
    expect(gradient, 'half of it? crossEntropy is the mean over the batch: multiply by the number of images').toBeNear(
      [
        [-1, 0.5],
        [-1, 0.5],
      ],
      { relative: 1e-5 },
    )
  })

  test('leaves no gradients in the layers', () => {
    const layers = newLayers([2, 3, 2], { on, rng: rng(1) })
    inputGradient(layers, tensor([[0.2, 0.4]], { on }), Uint8Array.of(0))
    const left = layers.flatMap(({ weight, bias }) => [weight, bias]).filter(({ value }) => value.grad !== null)
    expect(
      left,
      'backward fills weight.value.grad too, and the next training step would add that up: use grad',
    ).toHaveLength(0)
  })

  test('does not change the images', async () => {
    const x = tensor([[0.2, 0.4]], { on })
    inputGradient(example(), x, Uint8Array.of(0))
    expect(await x.data(), 'work on a copy: x.detach({ requiresGrad: true })').toBeNear([0.2, 0.4])
  })
})
