import {
  backward,
  bceWithLogits,
  noGrad,
  plain,
  relu,
  reshape,
  rng,
  sigmoid,
  type Tensor,
  tensor,
} from '@backprop/core'
import { toy, type ToyName } from '@backprop/datasets'
import { Adam, evaluation, Linear, parameters, type Sequential, sequential } from '@backprop/nn'
import { bars, type Chart, decisionBoundary, grid, histogram, lineChart, scatter, sideBySide } from '../src/index.ts'

/** Charts of small networks on the toy sets. */

const on = plain()
const SEED = 1
const NAMES = { [-1]: 'class −1', 1: 'class +1' }

type Bend = (x: Tensor) => Tensor

function network(sizes: readonly number[], bend: Bend): Sequential {
  const init = { on, rng: rng(SEED) }
  return sequential(
    ...sizes.slice(1).flatMap((size, i) => {
      const layer = new Linear(sizes[i], size, init)
      return i === sizes.length - 2 ? [layer] : [layer, bend]
    }),
  )
}

async function train(model: Sequential, name: ToyName, epochs: number) {
  const set = toy(name, { count: 200, noise: name === 'spiral' ? 0.1 : 0.05, rng: rng(SEED) })
  const part = (odd: number) => {
    const rows = set.points.filter((_, i) => i % 2 === odd)
    const labels = set.labels.filter((_, i) => i % 2 === odd).map(label => (label + 1) / 2)
    return {
      x: tensor(rows, { on }),
      y: tensor(
        labels.map(label => [label]),
        { on },
      ),
    }
  }
  const [training, validation] = [part(0), part(1)]
  const loss = ({ x, y }: typeof training) => bceWithLogits(model.forward(x, evaluation), y)
  const optimizer = new Adam(parameters(model), { learningRate: 0.03 })
  const losses = { training: [] as number[], validation: [] as number[] }
  let gradients: number[] = []
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    const cost = loss(training)
    losses.validation.push(await noGrad(() => loss(validation)).item())
    losses.training.push(await cost.item())
    backward(cost)
    if (epoch === 0) gradients = weightNorms(model)
    optimizer.step()
  }
  return { set, losses, gradients }
}

/** The length of the gradient of each layer's weights. */
const weightNorms = (model: Sequential): number[] =>
  model.layers.flatMap(layer =>
    layer instanceof Linear ? [Math.hypot(...(layer.weight.value.grad?.dataSync() ?? []))] : [],
  )

/** What a model says on a grid, in one batch. */
async function scores(model: Sequential) {
  const plane = grid({ x: [-6, 6], y: [-6, 6] })
  const x = tensor(
    plane.points.map(point => [...point]),
    { on },
  )
  const values = await noGrad(() => reshape(model.forward(x, evaluation), [plane.points.length])).data()
  return { grid: plane, values }
}

export async function toyCharts(): Promise<Record<string, Chart>> {
  const spiral = network([2, 24, 24, 1], relu)
  const learned = await train(spiral, 'spiral', 300)
  const boundary = decisionBoundary({
    title: 'A network with two hidden layers on the spiral',
    ...learned.set,
    names: NAMES,
    score: await scores(spiral),
    x: 'x₁',
    y: 'x₂',
  })
  const neurons: Chart[] = []
  for (const name of ['gauss', 'circle', 'xor'] as const) {
    const neuron = network([2, 1], relu)
    const { set } = await train(neuron, name, 200)
    neurons.push(decisionBoundary({ title: name, ...set, names: NAMES, score: await scores(neuron), levels: [-1, 1] }))
  }
  const deep = [2, 8, 8, 8, 8, 8, 8, 1]
  const [saturated, open] = await Promise.all([
    train(network(deep, sigmoid), 'spiral', 1),
    train(network(deep, relu), 'spiral', 1),
  ])
  const layers = deep.slice(1).map((_, i) => `layer ${i + 1}`)
  const loss = lineChart({
    title: 'Learning the spiral',
    series: learned.losses,
    x: 'epoch',
    y: { label: 'cross-entropy', scale: 'log' },
    notes: [{ y: Math.log(2), text: 'guessing, log 2' }],
  })
  return {
    boundary,
    'loss-log': loss,
    scatter: scatter({ title: 'The spiral', ...learned.set, names: NAMES, x: 'x₁', y: 'x₂' }),
    neurons: sideBySide(neurons, { title: 'One neuron can only draw a straight line' }),
    'boundary-and-loss': sideBySide([boundary, loss]),
    gradients: bars({
      title: 'Gradients that vanish on their way back',
      names: layers,
      series: { sigmoid: saturated.gradients, ReLU: open.gradients },
      x: { label: 'length of the gradient of the weights, before the first step', scale: 'log' },
    }),
    histogram: histogram({
      title: 'Weights of the second layer after 300 epochs',
      values: spiral.layers.flatMap((layer, i) =>
        i === 2 && layer instanceof Linear ? [...layer.weight.value.dataSync()] : [],
      ),
      bins: 30,
      x: 'weight',
    }),
  }
}
