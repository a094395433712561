import { join } from 'node:path'
import { rng } from '@backprop/core'
import { toy } from '@backprop/datasets'
import { type Chart, decisionBoundary, graph, grid, lineChart, sideBySide, toTerminal } from '@backprop/plots'
import { saveSvg, terminalOptions } from '@backprop/plots/node'
import { NotImplemented } from '@backprop/testkit/todo'
import { gradcheck } from '#lab/gradcheck'
import { forward, start, train, type Weights } from '#lab/train'
import { add, backward, exp, log, mul, order, pow, relu, tanh, Value } from '#lab/values'

// Change what you like here: the formula and where it is computed, the points, the steps that are drawn.
const INPUTS = { x: 2, y: 3 }
const FORMULA = ({ x, y }: Record<keyof typeof INPUTS, Value>): Value => pow(add(mul(x, y), x), 2)
const COUNT = 200
const NOISE = 0.05
const DRAWN_AFTER = [0, 50, 100, 400]

async function show(file: string, chart: Chart): Promise<void> {
  console.log(`\n${toTerminal(chart, terminalOptions(process.stdout))}`)
  const folder = process.env.BACKPROP_PICTURES
  if (folder) await saveSvg(join(folder, `${file}.svg`), chart)
}

const short = (value: number): string => String(Number(value.toPrecision(3))).replace('-', '−')

/** Every value with its gradient, and on every arrow what flows back through it: slope · gradient. */
async function formula(): Promise<void> {
  const leaves = { x: new Value(INPUTS.x), y: new Value(INPUTS.y) }
  const loss = FORMULA(leaves)
  backward(loss)
  const sorted = order(loss)
  const names = new Map<Value, string>(Object.entries(leaves).map(([name, leaf]) => [leaf, name]))
  const nodes = sorted.map(node => ({
    lines: [`${names.get(node) ?? node.op} = ${short(node.data)}`, `gradient ${short(node.grad)}`],
  }))
  const edges = sorted.flatMap((node, to) =>
    node.inputs.map((input, k) => ({
      from: sorted.indexOf(input),
      to,
      text: `${short(node.slopes[k])} · ${short(node.grad)}`,
    })),
  )
  await show('graph', graph({ title: 'Values go right, gradients come back', nodes, edges }))
}

/** Your `gradcheck` of your own slopes. */
function check(): void {
  const operations = { exp, log, tanh, relu, 'a³': (a: Value) => pow(a, 3), 'a · a': (a: Value) => mul(a, a) }
  console.log('')
  for (const [name, operation] of Object.entries(operations)) {
    const a = new Value(0.7)
    backward(operation(a))
    const { error } = gradcheck(([value]) => operation(new Value(value)).data, [a.data], [a.grad])
    console.log(`${name.padEnd(6)} slope ${short(a.grad).padEnd(6)} error ${error.toExponential(1)}`)
  }
}

async function spiral(): Promise<void> {
  const draw = rng(8)
  const set = toy('spiral', { count: COUNT, noise: NOISE, rng: draw })
  const heldOut = toy('spiral', { count: 1000, noise: NOISE, rng: draw })
  const plane = grid({ x: [-6, 6], y: [-6, 6], columns: 32, rows: 32 })
  const borders: Chart[] = []
  const losses: number[] = []
  const drawn = (step: number, weights: Weights) => {
    const z = forward(weights, heldOut.points).data
    const right = z.filter((value, i) => (value > 0 ? 1 : -1) === heldOut.labels[i]).length
    const share = `${((100 * right) / heldOut.points.length).toFixed(1)} %`
    borders.push(
      decisionBoundary({
        title: `after ${step} steps: ${share}`,
        description: `${share} of 1,000 other points are on the side of their arm.`,
        points: set.points.filter((_, i) => i % 2 === 0),
        labels: set.labels.filter((_, i) => i % 2 === 0),
        score: { grid: plane, values: forward(weights, plane.points.map(([x1, x2]) => [x1, x2])).data },
        x: 'x₁',
        y: 'x₂',
      }),
    ) // prettier-ignore
  }
  if (DRAWN_AFTER.includes(0)) drawn(0, start(rng(3)))
  console.log('\nA network learns the spiral …')
  train(set.points, set.labels, {
    rng: rng(3),
    onStep(step, loss, weights) {
      losses.push(loss)
      if (DRAWN_AFTER.includes(step)) drawn(step, weights)
    },
  })
  if (borders.length > 0) await show('spiral', sideBySide(borders, { columns: 2 }))
  await show('loss', lineChart({ series: { loss: losses }, x: 'step', y: { label: 'loss', scale: 'log' } }))
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

await attempt('your formula', formula)
await attempt('the check', check)
await attempt('the spiral', spiral)
