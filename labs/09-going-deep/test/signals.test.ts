import { rng } from '@backprop/core'
import { exercise, expect, test } from '@backprop/testkit'
import { deviation, signals } from '#lab/signals'

const FIRST = [
  [1, -1],
  [1, 1],
]
const SECOND = [
  [0.5, -1],
  [0.5, 1],
]

exercise('signals', () => {
  test('knows three schemes', () => {
    expect(deviation('small', 784, 64), "'small' is the same for each layer").toBeNear(0.01)
    expect(deviation('glorot', 30, 20), '√(2 / 50)').toBeNear(0.2)
    expect(deviation('he', 50, 200), '√(2 / 50): only the inputs count').toBeNear(0.2)
  })

  test('measures what each layer gives', () => {
    const { activations } = signals([FIRST, SECOND], [[1, 2]], [[1, 1]])
    expect(activations, 'one number for each layer, not for x').toHaveLength(2)
    expect(activations[0], 'h = (3, 1), and √((9 + 1) / 2) = √5').toBeNear(Math.sqrt(5))
    expect(activations[1], 'hW = (2, −2), so h = (2, 0): √((4 + 0) / 2) = √2').toBeNear(Math.sqrt(2))
  })

  test('measures the gradient at the input of each layer', () => {
    const { gradients } = signals([FIRST, SECOND], [[1, 2]], [[1, 1]])
    expect(gradients, 'one number for each layer').toHaveLength(2)
    expect(
      gradients[1],
      'the second neuron is silent: (1, 0) goes back through W₂, and gives (0.5, 0.5). The first layer comes first',
    ).toBeNear(0.5)
    expect(gradients[0], '(0.5, 0.5) goes back through W₁, and gives (0, 1): √(1 / 2)').toBeNear(Math.sqrt(0.5))
  })

  test('keeps the signal with He, and loses it with small weights', () => {
    const random = rng(1)
    const rows = (count: number, size: number) =>
      Array.from({ length: count }, () => Array.from({ length: 24 }, () => size * random.normal()))
    const last = (scheme: 'small' | 'he') => {
      const weights = Array.from({ length: 30 }, () => rows(24, deviation(scheme, 24, 24)))
      return signals(weights, rows(8, 1), rows(8, 1)).activations[29]
    }
    expect(last('he'), 'is the spread measured after ReLU?').toBeGreaterThan(0.01)
    expect(last('small'), '30 layers with small weights leave nothing').toBeLessThan(1e-30)
  })

  test('does not change its arguments', () => {
    const [weights, x, dy] = [[FIRST.map(row => [...row])], [[1, 2]], [[1, 1]]]
    signals(weights, x, dy)
    expect([weights, x, dy], 'return new lists').toEqual([[FIRST], [[1, 2]], [[1, 1]]])
  })

  test('rejects sizes that do not fit', () => {
    expect(() => signals([FIRST], [[1, 2, 3]], [[1, 1]]), 'three numbers for two inputs').toThrow(RangeError)
    expect(() => signals([FIRST], [[1, 2]], [[1]]), 'one slope for two neurons').toThrow(RangeError)
    expect(() => signals([FIRST], [[1, 2]], [[1, 1], [1, 1]]), 'slopes for two examples, a batch of one').toThrow(RangeError) // prettier-ignore
    expect(() => signals([FIRST, [[1]]], [[1, 2]], [[1]]), 'two neurons, then one input').toThrow(RangeError)
  })
})
