import { plain, rng } from '@backprop/core'
import { exercise, expect, test } from '@backprop/testkit'
import { fit, type Trained } from '#lab/beat-overfitting'
import { Network } from '#lab/network'

const on = plain()

/** Images that are easy to distinguish: digit d is a bright bar of two rows, 2d + 4 rows from the top, with some noise. */
function bars(count: number, seed: number) {
  const noise = rng(seed)
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10)
  const images = new Uint8Array(count * 784)
  for (const [i, digit] of labels.entries())
    for (let pixel = 0; pixel < 784; pixel += 1) {
      const inBar = Math.floor((Math.floor(pixel / 28) - 4) / 2) === digit
      images[i * 784 + pixel] = (inBar ? 200 : 0) + noise.integer(56)
    }
  return { images, labels }
}

/** Three in ten labels are wrong. */
const tired = (labels: Uint8Array) => labels.map((label, i) => (i % 10 < 7 ? label : (label + 1 + (i % 7)) % 10))

/** What the network that `fit` returned reads in images, as in the hidden tests. */
function read({ sizes, weights }: Trained, images: Uint8Array): Promise<number[]> {
  const network = new Network(sizes, { on, rng: rng(9) })
  network.setWeights(weights)
  return network.read(Float32Array.from(images, byte => byte / 255))
}

exercise('beat-overfitting', () => {
  test('reads ten simple patterns, although three in ten labels are wrong', async () => {
    const { images, labels } = bars(210, 1)
    const order = rng(3).permutation(210)
    const shuffled = Uint8Array.from(order, i => labels[i])
    const pixels = Uint8Array.from(images, (_, k) => images[order[Math.floor(k / 784)] * 784 + (k % 784)])
    const network = await fit(pixels, tired(shuffled), { on, rng: rng(2), maxEpochs: 8 })
    const others = bars(50, 4)
    const digits = await read(network, others.images)
    const right = digits.filter((digit, i) => digit === others.labels[i]).length
    expect(right, 'guessing finds 5 of 50: are these the weights of the best epoch?').toBeGreaterThan(25)
  })

  test('returns a network from 784 pixels to 10 digits', async () => {
    const { images, labels } = bars(40, 1)
    const { sizes, weights } = await fit(images, labels, { on, rng: rng(2), maxEpochs: 2 })
    expect([sizes[0], sizes.at(-1)], 'the first and the last size').toEqual([784, 10])
    const count = sizes.slice(1).reduce((sum, size, i) => sum + (sizes[i] + 1) * size, 0)
    expect(weights, 'as many weights and biases as these sizes require').toHaveLength(count)
    expect(sizes.length, 'at least one hidden layer').toBeGreaterThan(2)
    expect(Math.max(...sizes.slice(1)), 'neurons in a layer').toBeLessThanOrEqual(256)
    expect(count, 'few enough that the training images do not fit').toBeLessThanOrEqual(300_000)
    expect([images, labels], 'the images and the labels must not change').toEqual(Object.values(bars(40, 1)))
  })

  test('trains no more than maxEpochs, and reports each epoch', async () => {
    const heard: number[] = []
    const { images, labels } = bars(40, 1)
    await fit(images, labels, { on, rng: rng(2), maxEpochs: 3, onEpoch: epoch => heard.push(epoch) })
    expect(heard, 'onEpoch(1, …), onEpoch(2, …), onEpoch(3, …)').toEqual([1, 2, 3])
  })
})
