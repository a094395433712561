import { join } from 'node:path'
import { add, backward, bceWithLogits, defineOp, matmul, noGrad, plain, rng, type Tensor, tensor } from '@backprop/core'
import { toy } from '@backprop/datasets'
import { Adam, Parameter, parameters } from '@backprop/nn'
import {
  bars,
  type Chart,
  decisionBoundary,
  grid,
  lineChart,
  type LineChartOptions,
  sideBySide,
  toTerminal,
} from '@backprop/plots'
import { saveSvg, terminalOptions } from '@backprop/plots/node'
import { NotImplemented } from '@backprop/testkit/todo'
import { gelu, relu, sigmoid, tanh } from '#lab/activations'
import { geluBackward, reluBackward, sigmoidBackward, tanhBackward } from '#lab/derivatives'
import { type ActivationName, collapse, drawNetwork, gradientNorms, type Layer } from '#lab/network'

// Change what you like here: a different set ('gauss', 'circle', 'xor', 'spiral'), other sizes, more steps.
const SET = 'spiral'
const COUNT = 100
const NOISE = 0.05
const SIZES = [2, 8, 8, 8, 8, 8, 8, 1]
const STARTS = 10
const STEPS = 400
const LEARNING_RATE = 0.005
const SEED = 1

const on = plain()
const set = toy(SET, { count: COUNT, noise: NOISE, rng: rng(1) })
const names: ActivationName[] = ['linear', 'sigmoid', 'tanh', 'relu']

/** Does one part of the show, or skips it if a function it needs is not written yet. */
function attempt<T>(what: string, part: () => T): T | undefined {
  try {
    return part()
  } catch (error) {
    if (!(error instanceof NotImplemented)) throw error
    console.log(`No picture of ${what} yet: ${error.message}`)
    return undefined
  }
}

type OfList = (x: number[]) => number[]

/** One curve for each function written so far, over x from −4 to 4; no functions, no chart. */
function curves(functions: Record<string, OfList>, look: Omit<LineChartOptions, 'series'>): Chart[] {
  const x = Array.from({ length: 121 }, (_, i) => (i - 60) / 15)
  const series = Object.entries(functions).flatMap(([name, f]) => {
    const y = attempt(name, () => f(x))
    return y ? [[name, { x, y }] as const] : []
  })
  return series.length > 0 ? [lineChart({ ...look, series: Object.fromEntries(series), x: 'x' })] : []
}

const bends = (): Chart[] =>
  curves(
    { sigmoid, tanh, ReLU: relu, GELU: gelu },
    {
      title: 'Activation functions',
      description: 'The value of each function at x, from −4 to 4.',
      y: { label: 'y', range: [-1.2, 3] },
    },
  )

/** What each function's backward pass returns where dL/dy is 1. */
function slopes(): Chart[] {
  const ones = (x: number[]) => x.map(() => 1)
  const functions = {
    'sigmoid′': (x: number[]) => sigmoidBackward(ones(x), sigmoid(x)),
    'tanh′': (x: number[]) => tanhBackward(ones(x), tanh(x)),
    'ReLU′': (x: number[]) => reluBackward(ones(x), x),
    'GELU′': (x: number[]) => geluBackward(ones(x), x),
  }
  return curves(functions, {
    title: 'Their derivatives',
    description: 'The slope of each function at x, from −4 to 4.',
    y: { label: 'dy/dx', range: [-0.2, 1.2] },
  })
}

/** How strong the gradient is in each layer, before the first step. */
function norms(): Chart {
  const networks = Array.from({ length: STARTS }, (_, seed) => drawNetwork(SIZES, rng(seed + 1)))
  const measured = names.map(name => ({ name, y: gradientNorms(networks, name, set, on) }))
  console.log(`\nThe norm of the gradient in layers 1 to ${SIZES.length - 1}:`)
  for (const { name, y } of measured)
    console.log(`${name.padEnd(8)} ${y.map(norm => norm.toExponential(1)).join('  ')}`)
  return bars({
    title: `The gradient in each layer: the mean over ${STARTS} starts`,
    names: SIZES.slice(1).map((_, l) => `layer ${l + 1}`),
    series: Object.fromEntries(measured.map(({ name, y }) => [name, y])),
    x: { label: 'norm of the gradient', scale: 'log' },
  })
}

/** An op for the tensor library, made of one of your functions and its backward pass. */
const op = (
  name: string,
  forward: (x: number[]) => number[],
  back: (dy: number[], x: number[], y: number[]) => number[],
) =>
  defineOp(name, 1, {
    shape: ([x]) => x,
    forward: (backend, [x]) => backend.write(forward(numbers(x))),
    backward: (dy, [x], y) => [() => tensor(back(numbers(dy), numbers(x), numbers(y)), { on, shape: x.shape })],
    examples: [],
  })
const numbers = (x: Tensor): number[] => [...x.dataSync()]

const yours: Record<ActivationName, (x: Tensor) => Tensor> = {
  linear: x => x,
  sigmoid: op('sigmoid', sigmoid, (dy, _, y) => sigmoidBackward(dy, y)),
  tanh: op('tanh', tanh, (dy, _, y) => tanhBackward(dy, y)),
  relu: op('relu', relu, (dy, x) => reluBackward(dy, x)),
}

interface Trained {
  name: ActivationName
  losses: number[]
  boundary: Chart
  layers: Layer[]
}

/** Trains one network with Adam on all points at once, with your functions between its layers. */
function train(name: ActivationName): Trained {
  const layers = drawNetwork(SIZES, rng(SEED)).map(({ W, b }) => ({
    W: new Parameter(tensor(W, { on })),
    b: new Parameter(tensor(b, { on })),
  }))
  const scores = (points: number[][]) => {
    const x = tensor(points, { on })
    return layers.reduce((h, { W, b }, l) => add(matmul(l === 0 ? h : yours[name](h), W.value), b.value), x)
  }
  const labels = set.labels.map(label => [(label + 1) / 2])
  const targets = tensor(labels, { on })
  const adam = new Adam(parameters(layers), { learningRate: LEARNING_RATE })
  const losses: number[] = []
  for (let step = 0; step < STEPS; step += 1) {
    const loss = bceWithLogits(scores(set.points), targets)
    losses.push(loss.dataSync()[0])
    backward(loss)
    adam.step()
  }

  const right = numbers(scores(set.points)).filter((score, i) => score * set.labels[i] > 0).length
  const plane = grid({ x: [-6, 6], y: [-6, 6], columns: 40, rows: 40 })
  const boundary = decisionBoundary({
    title: `${name}: ${right} of ${COUNT} right`,
    description: `${right} of ${COUNT} points are on the side of their class.`,
    points: set.points,
    labels: set.labels,
    score: { grid: plane, values: noGrad(() => scores(plane.points.map(([x1, x2]) => [x1, x2]))).dataSync() },
    x: 'x₁',
    y: 'x₂',
  })
  const plainLayers = layers.map(({ W, b }, l) => {
    const flat = numbers(W.value)
    const rows = Array.from({ length: SIZES[l] }, (_, i) => flat.slice(i * SIZES[l + 1], (i + 1) * SIZES[l + 1]))
    return { W: rows, b: numbers(b.value) }
  })
  return { name, losses, boundary, layers: plainLayers }
}

const print = (chart: Chart) => console.log(`\n${toTerminal(chart, terminalOptions(process.stdout))}`)

/** Saves a picture in the folder named by BACKPROP_PICTURES. */
async function keep(name: string, chart: Chart): Promise<void> {
  const folder = process.env.BACKPROP_PICTURES
  if (folder) await saveSvg(join(folder, `${name}.svg`), chart)
}

async function show(name: string, chart: Chart): Promise<void> {
  print(chart)
  await keep(name, chart)
}

const functions = [...bends(), ...slopes()]
if (functions.length > 0) await show('activations', sideBySide(functions))

const gradients = attempt('the gradients', norms)
if (gradients) await show('gradients', gradients)

console.log(`\nNow four networks learn the ${SET}, ${STEPS} steps each …`)
const trained = names.flatMap(name => attempt(`a network with ${name}`, () => train(name)) ?? [])
const boundaries = trained.map(({ boundary }) => boundary)
print(sideBySide(boundaries, { columns: 2 }))
for (const { name, boundary } of trained) await keep(`spiral-${name}`, boundary)
await show(
  'learning',
  lineChart({
    title: 'What they learn, step by step',
    series: Object.fromEntries(trained.map(({ name, losses }) => [name, losses])),
    x: 'step',
    y: 'loss',
  }),
)

attempt('the linear network as one layer', () => {
  const { W, b } = collapse(trained[0].layers)
  const [w1, w2, bias] = [...W.flat(), ...b].map(value => value.toFixed(3))
  console.log(
    `\nThe ${SIZES.length - 1} layers of the linear network are one, with the weights ${w1} and ${w2} and the bias ${bias}.`,
  )
})
