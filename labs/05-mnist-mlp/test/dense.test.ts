import { plain, rng } from '@backprop/core'
import { Parameter } from '@backprop/nn'
import { exercise, expect, test } from '@backprop/testkit'
import { dense } from '#lab/mlp'

const on = plain()

exercise('dense', () => {
  test('has one row of weights per input and one column per neuron', () => {
    const { weight } = dense(3, 5, { on, rng: rng(1) })
    expect(weight, 'the optimizer needs a Parameter').toBeInstanceOf(Parameter)
    expect(weight.value, 'in × out, so that x [N, 3] times weight [3, 5] gives [N, 5]').toHaveShape([3, 5])
  })

  test('has one bias per neuron, and all are zero', () => {
    const { bias } = dense(3, 5, { on, rng: rng(1) })
    expect(bias, 'the optimizer needs a Parameter').toBeInstanceOf(Parameter)
    expect(bias.value, 'biases may start at zero, because the weights already differ').toBeNear([0, 0, 0, 0, 0])
  })

  test('draws weights up to the limit, and none beyond it', () => {
    // √(6 / (100 + 50)) = √0.04 = 0.2
    const weights = dense(100, 50, { on, rng: rng(1) }).weight.value.dataSync()
    const largest = Math.max(...weights.map(Math.abs))
    expect(largest, 'the limit is √(6 / (in + out)), here 0.2').toBeLessThanOrEqual(0.200001)
    expect(largest, 'among 5,000 weights, some are close to the limit 0.2').toBeGreaterThan(0.199)
  })

  test('draws negative weights as often as positive ones', () => {
    const weights = dense(100, 50, { on, rng: rng(1) }).weight.value.dataSync()
    const share = weights.filter(weight => weight > 0).length / weights.length
    expect(Math.abs(share - 0.5), 'the range is [−limit, limit]: does yours start at 0?').toBeLessThan(0.05)
  })

  test('draws the same weights from the same seed', () => {
    const first = dense(2, 2, { on, rng: rng(7) }).weight.value
    const second = dense(2, 2, { on, rng: rng(7) }).weight.value
    expect(second, 'all randomness must come from `rng`').toBeNear(first)
  })
})
