import { plain, rng } from '@backprop/core'
import { Adam } from '@backprop/nn'
import { exercise, expect, test } from '@backprop/testkit'
import { type EpochResult, type Examples, standardized, tinyNet, train, weightsOf } from '#lab/network'

const on = plain()

/** Six images of 1 × 2 × 4: class 0 is bright on the left, class 1 on the right. */
const data: Examples = {
  images: Float32Array.from({ length: 48 }, (_, i) => (i % 4 < 2 === Math.floor(i / 8) % 2 < 1 ? 1 : -1)),
  shape: [1, 2, 4],
  labels: Uint8Array.of(0, 1, 0, 1, 0, 1),
}
const net = (seed = 1) => tinyNet(data.shape, 3, 2, { on, rng: rng(seed) })
const options = { epochs: 2, batchSize: 4, learningRate: 0.02, on }

exercise('train', () => {
  test('standardizes each channel with its own mean and deviation', () => {
    const statistics = { mean: [0.5, 0.5, 0], std: [0.5, 0.25, 1] }
    const one = standardized(Uint8Array.of(255, 0, 51), 1, statistics)
    expect(one, '(1 − 0.5) / 0.5, (0 − 0.5) / 0.25, (0.2 − 0) / 1').toBeNear([1, -2, 0.2])
    const two = standardized(Uint8Array.of(255, 255, 0, 0, 255, 255, 0, 0), 2, { mean: [0, 1], std: [1, 1] })
    expect(two, 'two images, two channels of two pixels: the channels start over in each image').toBeNear([
      1, 1, -1, -1, 1, 1, -1, -1,
    ])
  })

  test('changes nothing with a learning rate of 0, and reports the mean over all examples', async () => {
    const history = await train(net(), data, { ...options, learningRate: 0, rng: rng(2) })
    const single = await train(net(), data, { ...options, learningRate: 0, epochs: 1, batchSize: 6, rng: rng(3) })
    const losses = history.map(({ loss }) => loss)
    expect(losses, 'batches of 4 and 2 are weighted by their sizes: the same mean as one batch of 6').toBeNear(
      [single[0].loss, single[0].loss],
      { relative: 1e-5 },
    )
  })

  test('learns which side is bright', async () => {
    const history = await train(net(), data, { ...options, epochs: 30, rng: rng(2) })
    expect(history, 'one result per epoch').toHaveLength(30)
    expect(history[29].accuracy, 'forward, loss, backward, step').toBe(1)
    expect(history[29].loss, 'the loss must fall').toBeLessThan(history[0].loss / 2)
  })

  test('tells the caller about each step and each epoch', async () => {
    const heard: string[] = []
    const onStep = (step: number, loss: number) => void heard.push(`step ${step} ${Number.isFinite(loss)}`)
    const onEpoch = (epoch: number, { loss }: EpochResult) => void heard.push(`epoch ${epoch} ${Number.isFinite(loss)}`)
    await train(net(), data, { ...options, onStep, onEpoch, rng: rng(2) })
    expect(heard, 'six examples in batches of four make two steps').toEqual([
      ...['step 1 true', 'step 2 true', 'epoch 1 true'],
      ...['step 1 true', 'step 2 true', 'epoch 2 true'],
    ])
  })

  test('continues with a given optimizer', async () => {
    const [whole, halves] = [net(), net()]
    await train(whole, data, { ...options, rng: rng(2) })
    const adam = new Adam(weightsOf(halves), { learningRate: options.learningRate })
    const generator = rng(2)
    for (const _ of [1, 2]) await train(halves, data, { ...options, epochs: 1, adam, rng: generator })
    for (const [name, { value }] of weightsOf(whole))
      expect(
        weightsOf(halves).get(name)?.value,
        'one epoch twice is the same as two epochs, if Adam keeps its memory',
      ).toBeNear(value)
  })
})
