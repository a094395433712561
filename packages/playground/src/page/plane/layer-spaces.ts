import { chosenColumns, featureColumns } from '../../data/columns.ts'
import type { Points } from '../../data/points.ts'
import { OUR_FUNCTIONS } from '../../engine/functions.ts'
import { Network } from '../../engine/network.ts'
import { layerActivations, layerSizes, type Setup, usedLoss } from '../../setup/setup.ts'

/** Points in the space of a layer, as a picture of two dimensions. */
export interface LayerSpace {
  /** Two coordinates of each point. `[N, 2]` */
  readonly at: Float64Array
  /** Half the side of the square that holds all of them. */
  readonly reach: number
}

/** Where the neurons of each hidden layer place the points; computed with our functions. */
export function layerSpaces(setup: Setup, theta: Float64Array, { at, target }: Points): LayerSpace[] {
  const sizes = layerSizes(setup)
  const network = new Network({
    sizes,
    activations: layerActivations(setup).map(name => OUR_FUNCTIONS.activation(name)),
    loss: OUR_FUNCTIONS.loss(usedLoss(setup)),
    dropouts: setup.layers.map(() => null),
  })
  const n = target.length
  if (theta.length !== network.count || n === 0) return []
  network.forward(theta, chosenColumns(featureColumns(at), setup.features), n)
  return setup.layers.map(({ neurons }, layer) => {
    const answers = network.answers(layer).subarray(0, neurons * n)
    const flat =
      neurons === 1 ? alongLine(answers, n) : neurons === 2 ? interleaved(answers, n) : principal(answers, neurons, n)
    const reach =
      Math.max(
        flat.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
        1,
      ) * 1.08
    return { at: flat, reach }
  })
}

const interleaved = (answers: Float64Array, n: number): Float64Array =>
  Float64Array.from({ length: 2 * n }, (_, i) => answers[(i % 2) * n + Math.floor(i / 2)])

/** One neuron makes a line; the points are spread a little, so that they don't hide each other. */
const alongLine = (answers: Float64Array, n: number): Float64Array =>
  Float64Array.from({ length: 2 * n }, (_, i) => (i % 2 === 0 ? answers[i / 2] : (((i * 7) % 31) / 31 - 0.5) * 0.3))

const ITERATIONS = 24

/** The two directions in which the answers spread most (principal components, by power iteration). */
function principal(answers: Float64Array, neurons: number, n: number): Float64Array {
  const rows = Array.from({ length: neurons }, (_, k) => centred(answers.subarray(k * n, (k + 1) * n)))
  const covariance = rows.map(a => rows.map(b => a.reduce((sum, value, i) => sum + value * b[i], 0) / n))
  const first = leading(covariance, [])
  const second = leading(covariance, [first])
  const along = (direction: readonly number[], i: number) =>
    direction.reduce((sum, share, k) => sum + share * rows[k][i], 0)
  return Float64Array.from({ length: 2 * n }, (_, i) => along(i % 2 === 0 ? first : second, Math.floor(i / 2)))
}

function centred(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.map(value => value - mean)
}

/** The eigenvector of the largest eigenvalue, at right angles to the ones before. */
function leading(matrix: readonly (readonly number[])[], before: readonly (readonly number[])[]): number[] {
  // The same start each time, and the sign of its largest number fixed: the picture doesn't jump from frame to frame.
  let vector = matrix.map((_, k) => 1 / (k + 1 + before.length * 0.37))
  for (let i = 0; i < ITERATIONS; i += 1) {
    const next = matrix.map(row => row.reduce((sum, value, k) => sum + value * vector[k], 0))
    for (const other of before) {
      const share = other.reduce((sum, value, k) => sum + value * next[k], 0)
      for (const k of next.keys()) next[k] -= share * other[k]
    }
    const length = Math.hypot(...next)
    if (length < 1e-12) return vector.map(() => 0)
    vector = next.map(value => value / length)
  }
  const largest = vector.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0)
  return largest < 0 ? vector.map(value => -value) : vector
}
