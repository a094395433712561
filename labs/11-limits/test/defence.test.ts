import { plain, rng, tensor } from '@backprop/core'
import { Parameter } from '@backprop/nn'
import { exercise, expect, test } from '@backprop/testkit'
import { fit, robustTrain } from '#lab/defence'
import { forward, type Layer } from '#lab/network'

const on = plain()

/** Logits (4x − 2, 0) for one pixel x. */
const line = (): Layer[] => [
  { weight: new Parameter(tensor([[4, 0]], { on })), bias: new Parameter(tensor([-2, 0], { on })) },
]
const data = { images: Float32Array.of(0.8, 0.3, 0.9), labels: Uint8Array.of(0, 1, 0) }
const options = { epochs: 1, batchSize: 3, learningRate: 0, epsilon: 0.2, steps: 1, on }
const loss = (x: number, label: number) => Math.log(1 + Math.exp(label === 0 ? 2 - 4 * x : 4 * x - 2))

/** Half of the clean loss, half of the loss where the attack takes it: 0.2 nearer to the border at 0.5. */
const EXPECTED = (loss(0.8, 0) + loss(0.6, 0) + loss(0.3, 1) + loss(0.5, 1) + loss(0.9, 0) + loss(0.7, 0)) / 6

exercise('defence', () => {
  test('takes half of the clean loss and half of the attacked one', async () => {
    const [found] = await robustTrain(line(), data, { ...options, rng: rng(1) })
    expect(found, 'the mean of six losses, at 0.8, 0.3, 0.9 and at 0.6, 0.5, 0.7; twice that? Halve both').toBeNear(
      EXPECTED,
      {
        relative: 1e-4,
      },
    )
    expect(found, 'the number in the README').toBeNear(0.3993, { absolute: 1e-4 })
  })

  test('takes the mean over all examples, even when the last batch is shorter', async () => {
    const losses = await robustTrain(line(), data, { ...options, epochs: 2, batchSize: 2, rng: rng(1) })
    expect(losses, 'weight a batch by its size').toBeNear([EXPECTED, EXPECTED], { relative: 1e-4 })
  })

  test('moves every weight by the learning rate in the first step, as Adam does', async () => {
    const layers = line()
    await robustTrain(layers, data, { ...options, learningRate: 0.1, rng: rng(1) })
    const [[first, second]] = [[...layers[0].weight.value.dataSync()]]
    expect(Math.abs(first - 4), 'one batch is one step of 0.1').toBeNear(0.1, { relative: 1e-3 })
    expect(Math.abs(second), 'one batch is one step of 0.1').toBeNear(0.1, { relative: 1e-3 })
  })

  test('lowers the loss under attack', async () => {
    const losses = await robustTrain(line(), data, { ...options, epochs: 20, learningRate: 0.1, rng: rng(1) })
    expect(losses.at(-1), 'the last epoch against the first').toBeLessThan(losses[0])
  })

  test('tells the caller about each epoch', async () => {
    const heard: [number, number][] = []
    const onEpoch = (epoch: number, mean: number) => void heard.push([epoch, mean])
    const losses = await robustTrain(line(), data, { ...options, epochs: 2, rng: rng(1), onEpoch })
    expect(heard, 'onEpoch(1, loss), onEpoch(2, loss)').toEqual(losses.map((each, i) => [i + 1, each]))
  })

  test('returns layers that read', async () => {
    // Bright on the left is a 0, bright on the right a 1.
    const draw = rng(3)
    const labels = Uint8Array.from({ length: 200 }, (_, i) => i % 2)
    const images = Uint8Array.from({ length: 800 }, (_, k) =>
      (k % 4 >= 2 ? 1 : 0) === labels[Math.floor(k / 4)] ? 180 + draw.integer(60) : draw.integer(60),
    )
    const layers = await fit(images, labels, { on, rng: rng(2), epochs: 15, epsilon: 0.1 })
    const logits = forward(
      layers,
      tensor(
        [
          [0.9, 0.8, 0.1, 0],
          [0, 0.1, 0.8, 0.9],
        ],
        { on },
      ),
    )
    const values = [...(await logits.data())]
    const classes = logits.shape[1]
    const why = 'logit 0 minus logit 1, where the left half is bright; in training, too, pixels must be 0 to 1'
    expect(values[0] - values[1], why).toBeGreaterThan(3)
    expect(values[classes + 1] - values[classes], 'and the other way round').toBeGreaterThan(3)
  })
})
