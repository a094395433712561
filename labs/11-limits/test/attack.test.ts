import { plain, rng, tensor } from '@backprop/core'
import { Parameter } from '@backprop/nn'
import { exercise, expect, test } from '@backprop/testkit'
import { fgsm, pgd } from '#lab/attack'
import { type Layer, newLayers } from '#lab/network'

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
const x = () => tensor([[0.2, 0.4]], { on })
const SINGLE = { relative: 1e-5, absolute: 1e-6 }

exercise('attack', () => {
  test('takes one step of ε in each pixel', () => {
    const moved = fgsm(example(), x(), Uint8Array.of(0), 0.1)
    expect(moved, 'the gradient is (−1, 0.5): only its signs count').toBeNear([[0.1, 0.5]], SINGLE)
  })

  test('stays within the range of pixels', () => {
    const moved = fgsm(example(), x(), Uint8Array.of(0), 0.3)
    expect(moved, '0.2 − 0.3 is below 0, and there is no pixel below 0').toBeNear([[0, 0.7]], SINGLE)
    expect(fgsm(example(), x(), Uint8Array.of(1), 0.9), '0.2 + 0.9 is above 1').toBeNear([[1, 0]], SINGLE)
    const far = pgd(example(), x(), Uint8Array.of(0), { epsilon: 0.3, stepSize: 0.1, steps: 3 })
    expect(far, 'pgd too: 0.2 − 0.3 is within ε, but below 0').toBeNear([[0, 0.7]], SINGLE)
  })

  test('does not move a pixel that has no slope', () => {
    const blind = example()
    blind[0].weight = new Parameter(
      tensor(
        [
          [0, 0],
          [0, 1],
        ],
        { on },
      ),
    )
    expect(fgsm(blind, x(), Uint8Array.of(0), 0.1), 'the sign of 0 is 0').toBeNear([[0.2, 0.5]], SINGLE)
  })

  test('takes one small step after another', () => {
    const moved = pgd(example(), x(), Uint8Array.of(0), { epsilon: 0.3, stepSize: 0.05, steps: 3 })
    expect(moved, 'three steps of 0.05: (0.2 − 0.15, 0.4 + 0.15)').toBeNear([[0.05, 0.55]], SINGLE)
  })

  test('does not leave the ball', () => {
    const moved = pgd(example(), x(), Uint8Array.of(0), { epsilon: 0.1, stepSize: 0.04, steps: 5 })
    expect(moved, 'at most 0.1 away from the first x: 0.2 − 0.1 and 0.4 + 0.1').toBeNear([[0.1, 0.5]], SINGLE)
  })

  test('asks for the gradient again in each step', () => {
    // One hidden neuron, relu(x − 0.5), speaks for class 0; beyond 0.5 the slope turns.
    const bent: Layer[] = [
      { weight: new Parameter(tensor([[1, 1]], { on })), bias: new Parameter(tensor([0, -0.5], { on })) },
      {
        weight: new Parameter(
          tensor(
            [
              [-1, 0],
              [3, 0],
            ],
            { on },
          ),
        ),
        bias: new Parameter(tensor([0, 0], { on })),
      },
    ]
    const moved = pgd(bent, tensor([[0.45]], { on }), Uint8Array.of(0), { epsilon: 0.5, stepSize: 0.1, steps: 2 })
    expect(
      moved,
      'up to 0.55, where the loss falls again, and back: with the first gradient alone it is 0.65',
    ).toBeNear([[0.45]], SINGLE)
  })

  test('goes down the loss of a target', () => {
    const options = { epsilon: 0.3, stepSize: 0.05, steps: 2, isTargeted: true }
    expect(pgd(example(), x(), Uint8Array.of(0), options), 'towards class 0: the other way').toBeNear(
      [[0.3, 0.3]],
      SINGLE,
    )
  })

  test('changes nothing with ε = 0 or without steps', () => {
    const layers = newLayers([2, 4, 3], { on, rng: rng(1) })
    expect(fgsm(layers, x(), Uint8Array.of(2), 0), 'no room').toBeNear([[0.2, 0.4]], SINGLE)
    const none = { epsilon: 0.1, stepSize: 0.1, steps: 0 }
    expect(pgd(layers, x(), Uint8Array.of(2), none), 'no steps').toBeNear([[0.2, 0.4]], SINGLE)
  })

  test('rejects a negative ε', () => {
    expect(() => fgsm(example(), x(), Uint8Array.of(0), -0.1), 'ε is a distance').toThrow(RangeError)
    const bad = { epsilon: NaN, stepSize: 0.1, steps: 1 }
    expect(() => pgd(example(), x(), Uint8Array.of(0), bad), 'every comparison with NaN is false').toThrow(RangeError)
    expect(() => pgd(example(), x(), Uint8Array.of(0), { ...bad, epsilon: 0.1, stepSize: -1 }), 'a step').toThrow(
      RangeError,
    )
  })
})
