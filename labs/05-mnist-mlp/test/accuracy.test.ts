import { add, argmax, matmul, plain, relu, rng, tensor } from '@backprop/core'
import { exercise, expect, test } from '@backprop/testkit'
import { fit, type Layer } from '#lab/mlp'

const on = plain()

/** Images that are easy to distinguish: digit d is a bright bar of two rows, 2d + 4 rows from the top, with some noise. */
function bars(count: number, seed: number) {
  const noise = rng(seed)
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10)
  const images = new Uint8Array(count * 784)
  for (const [i, digit] of labels.entries())
    for (let pixel = 0; pixel < 784; pixel += 1) {
      const row = Math.floor(pixel / 28)
      const inBar = Math.floor((row - 4) / 2) === digit
      images[i * 784 + pixel] = (inBar ? 200 : 0) + noise.integer(56)
    }
  return { images, labels }
}

/** What a network reads in images whose pixels are divided by 255, as in the hidden tests. */
async function read(layers: Layer[], images: Uint8Array): Promise<number[]> {
  const x = tensor(
    Float32Array.from(images, pixel => pixel / 255),
    { on, shape: [images.length / 784, 784] },
  )
  const logits = layers.reduce(
    (h, { weight, bias }, i) => add(matmul(i === 0 ? h : relu(h), weight.value), bias.value),
    x,
  )
  return [...(await argmax(logits))]
}

exercise('accuracy', () => {
  test('reads ten simple patterns', async () => {
    const { images, labels } = bars(400, 1)
    const layers = await fit(images, labels, { epochs: 12, on, rng: rng(2) })
    const others = bars(50, 3)
    const digits = await read(layers, others.images)
    const right = digits.filter((digit, i) => digit === others.labels[i]).length
    expect(right, 'guessing finds 5 of 50: did the network learn from pixels divided by 255?').toBeGreaterThan(25)
  })

  test('is a network from 784 pixels to 10 digits', async () => {
    const { images, labels } = bars(20, 1)
    const layers = await fit(images, labels, { epochs: 1, on, rng: rng(2) })
    const shapes = layers.map(({ weight }) => weight.value.shape)
    expect(shapes[0][0], 'the first layer has one row of weights per pixel').toBe(784)
    expect(shapes.at(-1)?.[1], 'the last layer has one neuron per digit').toBe(10)
    for (const [i, { bias }] of layers.entries())
      expect(bias.value, 'each neuron has a bias').toHaveShape([shapes[i][1]])
    const count = shapes.reduce((sum, [inSize, outSize]) => sum + inSize * outSize + outSize, 0)
    expect(count, 'the total number of parameters').toBeLessThanOrEqual(500_000)
    expect(images, 'the images must not change').toEqual(bars(20, 1).images)
  })
})
