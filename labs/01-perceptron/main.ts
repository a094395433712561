import { join } from 'node:path'
import { rng } from '@backprop/core'
import { toy, type ToyName } from '@backprop/datasets'
import { type Chart, decisionBoundary, grid, lineChart, sideBySide, toTerminal } from '@backprop/plots'
import { saveSvg, terminalOptions } from '@backprop/plots/node'
import { NotImplemented } from '@backprop/testkit/todo'
import { features, logisticRegression, perceptronRule, predict, score, zeroOneRisk } from '#lab/perceptron'

// Change what you like here: a different set ('gauss', 'circle', 'xor', 'spiral'), more noise (up to 0.5), other rates.
const COUNT = 80
const NOISE = 0.1

type Toy = ReturnType<typeof toy>
const points = (name: ToyName): Toy => toy(name, { count: COUNT, noise: NOISE, rng: rng(1) })
const plane = grid({ x: [-6, 6], y: [-6, 6], columns: 60, rows: 60 })

/** What a neuron answers across the plane; `columns` turns a point into what the neuron sees. */
function answers(title: string, set: Toy, w: number[], b: number, columns = (X: number[][]) => X): Chart {
  const values = score(columns(plane.points.map(([x1, x2]) => [x1, x2])), w, b)
  const wrong = predict(score(columns(set.points), w, b)).filter((label, i) => label !== set.labels[i]).length
  return decisionBoundary({
    ...set,
    title: `${title}: ${wrong} of ${COUNT} wrong`,
    score: { grid: plane, values },
    x: 'x₁',
    y: 'x₂',
  })
}

/** The two ways to learn, on two clouds. */
function clouds(): Chart {
  const set = points('gauss')
  const rule = perceptronRule(set.points, set.labels, { maxEpochs: 20 })
  console.log(`The perceptron rule made ${rule.mistakes.join(', ')} mistakes per epoch.`)
  const smooth = logisticRegression(set.points, set.labels, { learningRate: 0.3, epochs: 200 })
  return sideBySide([
    answers('Perceptron rule', set, rule.w, rule.b),
    answers('Logistic regression', set, smooth.w, smooth.b),
  ])
}

function losses(): Chart {
  const loss = (name: ToyName) => {
    const set = points(name)
    const { w, b, losses } = logisticRegression(set.points, set.labels, { learningRate: 0.1, epochs: 150 })
    console.log(`${name}: risk ${zeroOneRisk(score(set.points, w, b), set.labels).toFixed(2)}`)
    return losses
  }
  return lineChart({
    title: 'A line learns the clouds, and nothing about the ring',
    series: { 'two clouds': { y: loss('gauss') }, 'disc and ring': { y: loss('circle') } },
    x: 'step',
    y: 'mean logistic loss',
  })
}

/** A disc in a ring: with the two coordinates alone, and with the handmade columns. */
function ring(): Chart {
  const set = points('circle')
  const line = logisticRegression(set.points, set.labels, { learningRate: 0.1, epochs: 200 })
  const bent = logisticRegression(features(set.points), set.labels, { learningRate: 0.01, epochs: 400 })
  return sideBySide([
    answers('x₁ and x₂', set, line.w, line.b),
    answers('Seven columns', set, bent.w, bent.b, features),
  ])
}

/** Shows one picture, or skips it if a function it needs is not written yet. */
async function show(name: string, draw: () => Chart): Promise<void> {
  try {
    const chart = draw()
    console.log(`${toTerminal(chart, terminalOptions(process.stdout))}\n`)
    const folder = process.env.BACKPROP_PICTURES
    if (folder) await saveSvg(join(folder, `${name}.svg`), chart)
  } catch (error) {
    if (!(error instanceof NotImplemented)) throw error
    console.log(`No picture "${name}" yet: ${error.message}\n`)
  }
}

await show('clouds', clouds)
await show('losses', losses)
await show('ring', ring)
