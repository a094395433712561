import type { Rng } from '@backprop/core/random'
import type { FromWorker } from './protocol.ts'
import type { Run } from './run.ts'

/** In the plane of the path, the path reaches this far from the middle. */
const PATH_REACH = 0.8

/** How many rounds of power iteration find a direction of the path. */
const ROUNDS = 50

/** Two directions in the space of the parameters, and the point in the middle. */
interface Plane {
  readonly kind: 'path' | 'random'
  readonly centre: Float64Array
  readonly right: Float64Array
  readonly up: Float64Array
}

/**
 * The training loss in a plane through the current parameters, from −1 to 1 in both directions. Yields null after each
 * row, and finally the message.
 *
 * @param path the parameters at earlier moments, in order
 */
export function* landscape(
  run: Run,
  path: readonly Float64Array[],
  size: number,
  asked: 'path' | 'random',
  rng: Rng,
): Generator<FromWorker | null, void> {
  const plane = (asked === 'path' ? pathPlane(run.theta, path) : null) ?? randomPlane(run, rng)
  const { centre, right, up } = plane
  const losses = new Float32Array(size * size)
  const theta = new Float64Array(centre.length)
  const at = (k: number) => (size === 1 ? 0 : (2 * k) / (size - 1) - 1)
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const [x, y] = [at(column), -at(row)]
      for (let i = 0; i < theta.length; i += 1) theta[i] = centre[i] + x * right[i] + y * up[i]
      losses[row * size + column] = run.loss(run.trainChunks, theta)
    }
    yield null
  }
  const positions = path.flatMap(moment => [coordinate(moment, centre, right), coordinate(moment, centre, up)])
  yield { kind: 'landscape', size, directions: plane.kind, losses, path: Float32Array.from(positions) }
}

/**
 * Two random directions, in which each neuron's weights are scaled to the size of the neuron's own, so that the picture
 * doesn't depend on how large the weights happen to be (Li et al. 2018, filter normalisation).
 */
function randomPlane({ theta, network }: Run, rng: Rng): Plane {
  const direction = () => {
    const way = new Float64Array(theta.length)
    for (const { inputs, outputs, weights } of network.layers)
      for (let j = 0; j < outputs; j += 1) {
        const indices = Array.from({ length: inputs }, (_, i) => weights + i * outputs + j)
        for (const i of indices) way[i] = rng.normal()
        const scale = normOf(theta, indices) / (normOf(way, indices) || 1)
        for (const i of indices) way[i] *= scale
      }
    return way
  }
  return { kind: 'random', centre: theta.slice(), right: direction(), up: direction() }
}

/** The two directions in which the path is longest: its principal components. Null for a path that is too short. */
function pathPlane(theta: Float64Array, path: readonly Float64Array[]): Plane | null {
  const steps = path.map(moment => moment.map((value, i) => value - theta[i]))
  const right = longest(steps)
  const up = right && longest(steps.map(step => without(step, right)))
  if (!up) return null
  return { kind: 'path', centre: theta.slice(), right: reaching(right, steps), up: reaching(up, steps) }
}

/** The unit vector along which vectors are longest, by power iteration; null if all are 0. */
function longest(steps: readonly Float64Array[]): Float64Array | null {
  let way = steps.reduce((a, b) => (dot(a, a) >= dot(b, b) ? a : b), new Float64Array(steps[0]?.length ?? 0))
  for (let round = 0; round < ROUNDS; round += 1) {
    const length = Math.sqrt(dot(way, way))
    if (length < 1e-9) return null
    const unit = way.map(value => value / length)
    way = new Float64Array(unit.length)
    for (const step of steps) {
      const along = dot(step, unit)
      for (let i = 0; i < way.length; i += 1) way[i] += along * step[i]
    }
  }
  const length = Math.sqrt(dot(way, way))
  return way.map(value => value / length)
}

const without = (step: Float64Array, unit: Float64Array): Float64Array => {
  const along = dot(step, unit)
  return step.map((value, i) => value - along * unit[i])
}

/** A direction as long as it must be so that the furthest of the vectors is at `PATH_REACH`. */
function reaching(unit: Float64Array, steps: readonly Float64Array[]): Float64Array {
  const furthest = Math.max(...steps.map(step => Math.abs(dot(step, unit))))
  return unit.map(value => (value * furthest) / PATH_REACH)
}

function coordinate(moment: Float64Array, centre: Float64Array, way: Float64Array): number {
  const square = dot(way, way)
  return square === 0 ? 0 : dot(moment.map((value, i) => value - centre[i]), way) / square // prettier-ignore
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i += 1) sum += a[i] * b[i]
  return sum
}

const normOf = (values: Float64Array, indices: readonly number[]): number =>
  Math.sqrt(indices.reduce((sum, i) => sum + values[i] * values[i], 0))
