import { rng } from '@backprop/core'
import { toy } from '@backprop/datasets'
import type { ToyName } from '@backprop/datasets'
import { NotImplemented } from '@backprop/testkit/todo'
import { logisticRegression, perceptronRule, predict, score } from '#lab/perceptron'

// Change what you like here: another set ('gauss', 'circle', 'xor', 'spiral'), more noise (up to 0.5), other rates.
const COUNT = 60
const NOISE = 0.1

// A character is about twice as high as it is wide.
const COLUMNS = 61
const ROWS = 25

/** The plane [−6, 6]²: dots where the neuron says +1, blanks where it says −1; x and o are the data, +1 and −1. */
function picture(set: ReturnType<typeof toy>, w: number[], b: number): string {
  const coordinate = (index: number, cells: number) => -6 + (12 * (index + 0.5)) / cells
  const canvas = Array.from({ length: ROWS }, (_, row) => {
    const points = Array.from({ length: COLUMNS }, (_, column) => [coordinate(column, COLUMNS), -coordinate(row, ROWS)])
    return predict(score(points, w, b)).map((label): string => (label === 1 ? '·' : ' '))
  })
  for (const [i, [x1, x2]] of set.points.entries()) {
    const line = canvas[Math.floor(((6 - x2) / 12) * ROWS)]
    const column = Math.floor(((x1 + 6) / 12) * COLUMNS)
    // Noise may carry a point out of the picture.
    if (line && column >= 0 && column < COLUMNS) line[column] = set.labels[i] === 1 ? 'x' : 'o'
  }
  const edge = '─'.repeat(COLUMNS)
  return [`┌${edge}┐`, ...canvas.map(line => `│${line.join('')}│`), `└${edge}┘`].join('\n')
}

function show(name: ToyName): void {
  const set = toy(name, { count: COUNT, noise: NOISE, rng: rng(1) })
  console.log(`\n${name}: ${COUNT} points, x is class +1, o is class −1. Your neuron says +1 on the dotted side.`)

  attempt('the perceptron rule', () => {
    const { w, b, mistakes, converged } = perceptronRule(set.points, set.labels, { maxEpochs: 20 })
    console.log(`\nThe perceptron rule made ${mistakes.join(', ')} mistakes per epoch`)
    console.log(converged ? 'and then separated the classes.' : 'and did not separate the classes.')
    console.log(picture(set, w, b))
  })

  attempt('logistic regression', () => {
    const { w, b, losses } = logisticRegression(set.points, set.labels, { learningRate: 0.3, epochs: 200 })
    const shown = [0, 1, 5, 20, 199].map(epoch => losses[epoch].toFixed(3)).join(', ')
    const wrong = predict(score(set.points, w, b)).filter((label, i) => label !== set.labels[i]).length
    console.log(`\nLogistic regression: the loss before steps 1, 2, 6, 21 and 200 was ${shown};`)
    console.log(`${wrong} of ${COUNT} points end up on the wrong side.`)
    console.log(picture(set, w, b))
  })
}

/** Do one part of the show; a function that is not written yet only skips that part. */
function attempt(what: string, part: () => void): void {
  try {
    part()
  } catch (error) {
    if (!(error instanceof NotImplemented)) throw error
    console.log(`\nNo picture of ${what} yet: ${error.message}`)
  }
}

show('gauss')
show('circle')
