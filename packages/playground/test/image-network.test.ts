import { plain, rng, type Shape, tensor } from '@backprop/core'
import { fromSafetensors, saveWeights, toSafetensors } from '@backprop/nn'
import { expect, test } from '@backprop/testkit'
import { ImageNetwork, type LayerPlan, LENET5, loadNetwork, PERCEPTRON } from '../src/images/image-network.ts'
import { DIGITS, PHOTOGRAPHS, type Task } from '../src/images/task.ts'

const on = plain()

const PADDED: readonly LayerPlan[] = [
  { kind: 'convolution', kernels: 4, size: 3, padding: 1 },
  { kind: 'pooling' },
  { kind: 'convolution', kernels: 5, size: 3, padding: 1 },
  { kind: 'pooling' },
  { kind: 'dense', neurons: 10 },
]

test('a network is found again in its weights, whatever their names are', async () => {
  const cases: [readonly LayerPlan[], Task][] = [
    [PERCEPTRON, DIGITS],
    [LENET5, PHOTOGRAPHS],
    [PADDED, PHOTOGRAPHS],
  ]
  for (const [plan, task] of cases) {
    const network = new ImageNetwork(plan, task.shape, { on, rng: rng(1) })
    const { tensors } = fromSafetensors(await saveWeights(network))
    const renamed = new Map([...tensors.values()].map((one, i) => [`tensor ${i}`, one]))
    const file = toSafetensors(renamed, { whose: 'yours' })
    const loaded = loadNetwork(file, { shape: task.shape, classes: 10, on })
    expect(loaded.network.plan).toEqual(plan)
    expect(loaded.metadata).toEqual({ whose: 'yours' })
    expect(await saveWeights(loaded.network)).toEqual(await saveWeights(network))
  }
})

test('weights of another network are refused with what the file holds', () => {
  const stored = (shapes: readonly Shape[]) =>
    toSafetensors(
      new Map(
        shapes.map((shape, i) => [String(i), { shape, values: new Float32Array(shape.reduce((a, b) => a * b, 1)) }]),
      ),
    )
  const load = (shapes: readonly Shape[]) => () => loadNetwork(stored(shapes), { shape: DIGITS.shape, classes: 10, on })
  expect(load([[784, 10], [10]])).not.toThrow()
  expect(load([[784, 10]])).toThrow('A bias must follow each weight; the file holds 1 tensors: [784, 10].')
  expect(load([[784, 9], [9]])).toThrow("These layers don't lead from an image [1, 28, 28] to 10 logits")
  expect(load([[700, 10], [10]])).toThrow("These layers don't lead")
  expect(load([])).toThrow('the file holds 0 tensors')
})

test('the trace ends with the logits, and its shapes are those of LeNet-5', () => {
  const network = new ImageNetwork(LENET5, PHOTOGRAPHS.shape, { on, rng: rng(1) })
  const image = Float32Array.from({ length: 3072 }, (_, i) => Math.sin(i))
  const x = tensor(image, { on, shape: [1, 3, 32, 32] })
  const stages = network.trace(x)
  expect(stages.map(({ shape }) => shape)).toEqual([[6, 28, 28], [6, 14, 14], [16, 10, 10], [16, 5, 5], [120], [84], [10]]) // prettier-ignore
  expect(stages[6].values.dataSync()).toEqual(network.forward(x).dataSync())
})
