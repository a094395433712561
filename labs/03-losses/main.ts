import { join } from 'node:path'
import { type Chart, lineChart, sideBySide, toTerminal } from '@backprop/plots'
import { saveSvg, terminalOptions } from '@backprop/plots/node'
import { NotImplemented } from '@backprop/testkit/todo'
import { maeGradient, mseGradient } from '#lab/gradients'
import { bce, bceWithLogits, mae, mse, zeroOne } from '#lab/losses'

// Eight cars: power in 100 hp, top speed in 100 km/h. The seventh lost a digit: it goes 2.12. Change what you like.
const POWER = [0.6, 0.8, 1.0, 1.2, 1.4, 1.6, 1.8, 2.0]
const SPEED = [1.51, 1.6, 1.74, 1.82, 1.93, 2.04, 0.21, 2.23]
const STEPS = 4000

/** `count` numbers from `low` to `high`, evenly spaced. */
const span = (low: number, high: number, count: number) =>
  Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1))

/** The loss of one example of class 1, as its score goes from clearly wrong to clearly right. */
function byMargin(): Chart {
  const x = span(-3, 3, 121)
  const curve = (loss: (score: number) => number) => ({ x, y: x.map(loss) })
  return lineChart({
    title: 'What a score costs where +1 is right',
    description:
      'Squared and absolute loss are 0 at 1 and rise on both sides; logistic falls all the way; 0–1 has one step.',
    series: {
      '0–1': curve(score => zeroOne([score < 0 ? -1 : 1], [1])),
      squared: curve(score => mse([score], [1])),
      absolute: curve(score => mae([score], [1])),
      logistic: curve(score => bceWithLogits([score], [1])),
    },
    x: 'score',
    y: { label: 'loss', range: [0, 6] },
  })
}

/** The loss of one example, as the predicted probability of class 1 goes from 0 to 1. */
function byProbability(): Chart {
  const x = span(0.005, 0.995, 100)
  return lineChart({
    title: 'What a probability costs',
    description: 'Minus the logarithm of p grows without bound towards p = 0; the squared error never exceeds 1.',
    series: {
      'label 1: −log p': { x, y: x.map(p => bce([p], [1])) },
      'label 0: −log(1 − p)': { x, y: x.map(p => bce([p], [0])) },
      'label 1: (p − 1)²': { x, y: x.map(p => mse([p], [1])) },
    },
    x: 'p',
    y: 'loss',
  })
}

type Gradient = (predictions: number[], targets: number[]) => number[]

/** The line a·x + b through the cars, by gradient descent with ever smaller steps. */
function fit(gradient: Gradient): { a: number; b: number } {
  let [a, b] = [0, 0]
  for (let step = 0; step < STEPS; step += 1) {
    const learningRate = 0.3 / (1 + step / 100)
    const slopes = gradient(
      POWER.map(x => a * x + b),
      SPEED,
    )
    a -= learningRate * slopes.reduce((sum, slope, i) => sum + slope * POWER[i], 0)
    b -= learningRate * slopes.reduce((sum, slope) => sum + slope, 0)
  }
  return { a, b }
}

/** Seven cars lie near a line; the eighth has lost a digit. */
function withOutlier(): Chart {
  const line = (gradient: Gradient) => {
    const { a, b } = fit(gradient)
    return { x: POWER, y: POWER.map(x => a * x + b) }
  }
  return lineChart({
    title: 'One car of eight is mistyped: 21 km/h instead of 212',
    description: 'MAE finds the line through the seven others; with MSE the one car pulls the whole line down.',
    series: {
      cars: { x: POWER, y: SPEED },
      'trained with MSE': line(mseGradient),
      'trained with MAE': line(maeGradient),
    },
    x: 'power in 100 hp',
    y: { label: 'top speed in 100 km/h', range: [0, 2.5] },
  })
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

await show('losses', () => sideBySide([byMargin(), byProbability()]))
await show('outlier', withOutlier)
