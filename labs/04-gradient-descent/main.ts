import { join } from 'node:path'
import { rng } from '@backprop/core'
import { type Chart, landscape, lineChart, sideBySide, toTerminal } from '@backprop/plots'
import { saveSvg, terminalOptions } from '@backprop/plots/node'
import { NotImplemented } from '@backprop/testkit/todo'
import { batches, bowl, type Gradient, sgd, stabilityLimit, step } from '#lab/descent'
import { backprop, gradientCheck, hiddenSpread, type Network } from '#lab/network'
import { adam, momentum, rmsprop, type Update } from '#lab/optimizers'

// Change what you like here: the ravines, the start, the learning rates, the settings of the optimizers.
const RAVINE = ravine(10)
const STEEPER = ravine(40)
const START = [4, 1]
const RATES = { 'too small': 0.01, good: 0.18, 'too large': 0.21 }
const OPTIMIZERS: Record<string, () => Update> = {
  'gradient descent': () => descent(0.045),
  momentum: () => momentum({ learningRate: 0.025, momentum: 0.8 }),
  RMSProp: () => rmsprop({ learningRate: 0.15 }),
  Adam: () => adam({ learningRate: 0.3 }),
}

interface Ravine {
  steep: number
  loss: (w1: number, w2: number) => number
  gradient: Gradient
}

/** A bowl with curvature 1 along w₁ and `steep` along w₂. */
function ravine(steep: number): Ravine {
  const A = [
    [1, 0],
    [0, steep],
  ]
  return { steep, loss: (w1, w2) => (w1 * w1 + steep * w2 * w2) / 2, gradient: bowl(A, [0, 0]) }
}

/** Your `step` as an optimizer that remembers nothing. */
function descent(learningRate: number): Update {
  return (w, gradient) => step(w, gradient, learningRate)
}

/** The weights before the first step, after it, and so on. `[steps + 1, 2]` */
function walk({ gradient }: Ravine, update: Update, steps: number): number[][] {
  const way = [START]
  for (let k = 0; k < steps; k += 1) way.push(update(way[k], gradient(way[k])))
  return way
}

/** The same paths as positions on the landscape and as losses over the steps. */
function waysAndLosses({ loss }: Ravine, [title, beside]: [string, string], paths: Record<string, number[][]>): Chart {
  const series = Object.entries(paths).map(([name, way]) => {
    // A log axis cannot show 0.
    const y = way.map(([w1, w2]) => Math.max(1e-12, loss(w1, w2)))
    return [name, { x: way.map((_, k) => k), y }] as const
  })
  const x = { label: 'w₁', range: [-1.5, 5] } as const
  const y = { label: 'w₂', range: [-2, 2] } as const
  return sideBySide([
    landscape({ title, loss, paths, x, y }),
    lineChart({ title: beside, series: Object.fromEntries(series), x: 'step', y: { label: 'loss', scale: 'log' } }),
  ])
}

async function show(file: string, chart: Chart): Promise<void> {
  console.log(`\n${toTerminal(chart, terminalOptions(process.stdout))}`)
  const folder = process.env.BACKPROP_PICTURES
  if (folder) await saveSvg(join(folder, `${file}.svg`), chart)
}

async function learningRates(): Promise<void> {
  const paths: Record<string, number[][]> = {}
  for (const [name, rate] of Object.entries(RATES)) paths[`η = ${rate}, ${name}`] = walk(RAVINE, descent(rate), 30)
  await show('learning-rates', waysAndLosses(RAVINE, ['Three learning rates', 'Their losses'], paths))
}

function limit(): void {
  const measured = stabilityLimit(RAVINE.gradient, START)
  console.log(`\nYou measured a limit of ${measured.toPrecision(3)} for this ravine; 2 / L is ${2 / RAVINE.steep}.`)
}

async function optimizers(): Promise<void> {
  const paths: Record<string, number[][]> = {}
  for (const [name, make] of Object.entries(OPTIMIZERS))
    await attempt(name, () => {
      paths[name] = walk(STEEPER, make(), 40)
    })
  if (Object.keys(paths).length > 0)
    await show('optimizers', waysAndLosses(STEEPER, ['Four paths down a steeper ravine', 'Their losses'], paths))
}

/** A line y = w₁ x + w₂ through noisy points: with a column of ones, the second weight is the bias. */
async function fullAndMiniBatches(): Promise<void> {
  const random = rng(4)
  const X = Array.from({ length: 48 }, (_, i) => [i / 12 - 1, 1])
  const y = X.map(([x]) => 1.5 * x - 1 + random.normal())
  const loss = (w1: number, w2: number) => X.reduce((sum, [x], i) => sum + (w1 * x + w2 - y[i]) ** 2 / 2, 0) / X.length
  const way = (epochs: number[][][]) => {
    const places = [[-1, 2]]
    for (const batch of epochs.flat())
      places.push(sgd(X, y, places[places.length - 1], { batches: [batch], learningRate: 0.15 }).w)
    return places
  }
  const paths = {
    'all 48 examples in each step': way(batches(48, 48, { epochs: 60, rng: random })),
    'batches of 4': way(batches(48, 4, { epochs: 5, rng: random })),
  }
  const axes = { x: { label: 'w₁' }, y: { label: 'w₂' } }
  await show('batches', landscape({ title: '60 steps with all examples or with four', loss, paths, ...axes }))
}

/** XOR: the answer is +1 where the two inputs differ. */
const XOR = {
  X: [
    [-1, -1],
    [-1, 1],
    [1, -1],
    [1, 1],
  ],
  y: [-1, 1, 1, -1],
}

function networkOf(number: () => number): Network {
  const row = () => Array.from({ length: 4 }, number)
  return { W1: [row(), row()], b1: row(), w2: row(), b2: number() }
}

function check(): void {
  const random = rng(6)
  const network = networkOf(() => random.normal())
  const f = (w2: number[]) => backprop({ ...network, w2 }, XOR.X, XOR.y).loss
  const { error } = gradientCheck(f, network.w2, backprop(network, XOR.X, XOR.y).gradient.w2)
  console.log(`\nYour gradient check of your own ∂J/∂w2: error ${error.toExponential(1)}.`)
}

async function neurons(): Promise<void> {
  const random = rng(6)
  const starts = {
    'all zeros': networkOf(() => 0),
    'all alike': networkOf(() => 0.5),
    random: networkOf(() => random.normal() / 2),
  }
  const spreads: Record<string, number[]> = {}
  const losses: Record<string, number[]> = {}
  for (const [name, start] of Object.entries(starts)) {
    losses[name] = []
    const gradientOf = (network: Network) => {
      const { loss, gradient } = backprop(network, XOR.X, XOR.y)
      losses[name].push(loss)
      return gradient
    }
    spreads[name] = hiddenSpread(start, gradientOf, { learningRate: 0.3, steps: 200 })
  }
  const charts = [
    lineChart({ title: 'How different the hidden neurons are', series: spreads, x: 'step', y: 'spread' }),
    lineChart({ title: 'The loss on XOR', series: losses, x: 'step', y: 'loss' }),
  ]
  await show('neurons', sideBySide(charts))
}

/** Does one part of the show, or skips it if a function it needs is not written yet. */
async function attempt(what: string, part: () => void | Promise<void>): Promise<void> {
  try {
    await part()
  } catch (error) {
    if (!(error instanceof NotImplemented)) throw error
    console.log(`\nNo picture of ${what} yet: ${error.message}`)
  }
}

await attempt('three learning rates', learningRates)
await attempt('the limit', limit)
await optimizers()
await attempt('mini-batches', fullAndMiniBatches)
await attempt('the gradient check', check)
await attempt('equal neurons', neurons)
