import { normal, plain, rng } from '@backprop/core'
import { evaluation } from '@backprop/nn'
import { exercise, expect, test } from '@backprop/testkit'
import { lenet, weightsOf } from '#lab/network'

const on = plain()

exercise('lenet', () => {
  test('learns 62,006 numbers', () => {
    const sizes = [...weightsOf(lenet({ on, rng: rng(1) })).values()].map(({ value }) => value.dataSync().length)
    expect(sizes, 'the weights and the biases of five layers').toHaveLength(10)
    expect(
      sizes.reduce((sum, size) => sum + size, 0),
      '456 + 2,416 + 48,120 + 10,164 + 850',
    ).toBe(62_006)
  })

  test('gives ten logits for each image', () => {
    const images = normal([2, 3, 32, 32], { on, rng: rng(2) })
    const logits = lenet({ on, rng: rng(1) }).forward(images, evaluation)
    expect(logits, 'two images, ten classes').toHaveShape([2, 10])
  })

  test('has no ReLU after the last layer', () => {
    const images = normal([8, 3, 32, 32], { on, rng: rng(2) })
    const logits = lenet({ on, rng: rng(1) }).forward(images, evaluation)
    const negative = logits.dataSync().filter(logit => logit < 0).length
    expect(negative, 'logits may be negative; a ReLU would make all of these 0').toBeGreaterThan(0)
  })

  test('draws the same weights from the same seed', () => {
    const first = weightsOf(lenet({ on, rng: rng(7) }))
    const second = weightsOf(lenet({ on, rng: rng(7) }))
    for (const [name, { value }] of first)
      expect(second.get(name)?.value, `${name}: all randomness must come from \`rng\``).toBeNear(value)
  })
})
