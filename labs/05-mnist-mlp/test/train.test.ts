import { plain, rng, tensor } from '@backprop/core'
import { Adam, Parameter, parameters } from '@backprop/nn'
import { exercise, expect, test } from '@backprop/testkit'
import { type Layer, train } from '#lab/mlp'

const on = plain()

/** One layer from 1 pixel to 2 classes. With zeros both classes are equally likely. */
const layer = (weight: number[]): Layer => ({
  weight: new Parameter(tensor([weight], { on })),
  bias: new Parameter(tensor([0, 0], { on })),
})

// A bright pixel is class 0, a dark one class 1.
const data = { images: Float32Array.of(1, -1, 1), labels: Uint8Array.of(0, 1, 0) }
const options = { epochs: 1, batchSize: 2, learningRate: 0.1, on }

exercise('train', () => {
  test('starts with a loss of log 2 when two classes are equally likely', async () => {
    const history = await train([layer([0, 0])], data, { ...options, learningRate: 0, epochs: 2, rng: rng(1) })
    const losses = history.map(result => result.loss)
    expect(losses, 'a learning rate of 0 changes nothing, so both epochs have the loss −log ½').toBeNear([
      Math.log(2),
      Math.log(2),
    ])
  })

  test('takes the mean over all examples, even when the last batch is shorter', async () => {
    // Logits (2, 0) for a bright pixel, (−2, 0) for a dark one, and here each bright one is wrongly labelled 1.
    const examples = { images: Float32Array.of(1, 1, -1), labels: Uint8Array.of(1, 1, 1) }
    const [{ loss, accuracy }] = await train([layer([2, 0])], examples, { ...options, learningRate: 0, rng: rng(1) })
    const [wrong, right] = [Math.log(1 + Math.exp(2)), Math.log(1 + Math.exp(-2))]
    expect(
      loss,
      'two losses of 2.127 and one of 0.127, whichever batches they are in: weight a batch by its size',
    ).toBeNear((2 * wrong + right) / 3, { relative: 1e-5 })
    expect(accuracy, 'one of three answers is right').toBeNear(1 / 3)
  })

  test('moves every weight by the learning rate in the first step, as Adam does', async () => {
    const trained = layer([0, 0])
    await train([trained], data, { ...options, batchSize: 3, rng: rng(1) })
    expect(trained.weight.value, 'one batch is one step: up for class 0, down for class 1').toBeNear([[0.1, -0.1]], {
      relative: 1e-4,
    })
  })

  test('makes the loss fall from epoch to epoch', async () => {
    const history = await train([layer([0, 0])], data, { ...options, epochs: 5, rng: rng(1) })
    expect(history, 'one result per epoch').toHaveLength(5)
    const falls = history.every(({ loss }, i) => i === 0 || loss < history[i - 1].loss)
    expect(falls, 'backward, then step, for each batch').toBe(true)
  })

  test('tells the caller about each epoch', async () => {
    const heard: [number, number][] = []
    const onEpoch = (epoch: number, { loss }: { loss: number }) => void heard.push([epoch, loss])
    const history = await train([layer([0, 0])], data, { ...options, epochs: 2, rng: rng(1), onEpoch })
    expect(heard, 'onEpoch(1, result), onEpoch(2, result)').toEqual([
      [1, history[0].loss],
      [2, history[1].loss],
    ])
  })

  test('tells the caller about each step', async () => {
    const heard: [number, number][] = []
    const onStep = (step: number, loss: number) => void heard.push([step, loss])
    const history = await train([layer([0, 0])], data, { ...options, learningRate: 0, rng: rng(1), onStep })
    expect(heard, 'three examples in batches of two: onStep(1, loss), onStep(2, loss)').toHaveLength(2)
    expect(heard, 'the steps of an epoch count from 1, with the loss of their batch').toBeNear([
      [1, Math.log(2)],
      [2, Math.log(2)],
    ])
    expect(history, 'the history is the same as without onStep').toHaveLength(1)
  })

  test('continues with a given optimizer', async () => {
    const together = layer([0, 0])
    await train([together], data, { ...options, batchSize: 3, epochs: 2, rng: rng(1) })
    const oneByOne = layer([0, 0])
    const adam = new Adam(parameters([oneByOne]), { learningRate: options.learningRate })
    const once = { ...options, batchSize: 3, rng: rng(1), adam }
    await train([oneByOne], data, once)
    await train([oneByOne], data, once)
    expect(oneByOne.weight.value, 'one epoch twice with options.adam is the same as two epochs').toBeNear(
      together.weight.value,
    )
  })

  test('does not change the examples', async () => {
    const given = { images: data.images.slice(), labels: data.labels.slice() }
    await train([layer([0, 0])], given, { ...options, epochs: 3, rng: rng(1) })
    expect(given, 'a new order is a list of indices, not of images').toEqual(data)
  })
})
