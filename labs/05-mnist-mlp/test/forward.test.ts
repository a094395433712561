import { backward, plain, sum, tensor } from '@backprop/core'
import { Parameter } from '@backprop/nn'
import { exercise, expect, test } from '@backprop/testkit'
import { forward } from '#lab/mlp'

const on = plain()

const layer = (weight: number[][], bias: number[]) => ({
  weight: new Parameter(tensor(weight, { on })),
  bias: new Parameter(tensor(bias, { on })),
})

// The two layers of the README.
const first = layer([[1, -1], [0, 1]], [0, -3]) // prettier-ignore
const second = layer([[2, 0], [5, 5]], [0, 1]) // prettier-ignore

exercise('forward', () => {
  test('computes xW + b in one layer', () => {
    expect(
      forward([first], tensor([[1, 2]], { on })),
      'x = (1, 2) gives (1·1 + 2·0 + 0, 1·(−1) + 2·1 − 3), and there is no ReLU after the last layer',
    ).toBeNear([[1, -2]])
  })

  test('puts ReLU between two layers', () => {
    expect(
      forward([first, second], tensor([[1, 2]], { on })),
      '(1, −2) becomes (1, 0) on its way into the second layer; without ReLU the answer would be (−8, −9)',
    ).toBeNear([[2, 1]])
  })

  test('takes a whole batch at once', () => {
    const x = tensor([[1, 2], [0, 5], [3, 0]], { on }) // prettier-ignore
    const logits = forward([first, second], x)
    expect(logits, 'one row for each example').toHaveShape([3, 2])
    expect(logits, 'each row as if it were the only one').toBeNear([[2, 1], [10, 11], [6, 1]]) // prettier-ignore
    expect(x, 'the batch itself must not change').toBeNear([[1, 2], [0, 5], [3, 0]]) // prettier-ignore
  })

  test('allows gradients to flow back to every layer', () => {
    backward(sum(forward([first, second], tensor([[0, 5]], { on }))))
    for (const { weight, bias } of [first, second])
      expect(
        [weight.value.grad, bias.value.grad],
        'compute with the ops of core, not with plain numbers',
      ).not.toContain(null)
  })
})
