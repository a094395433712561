/**
 * A multi-layer perceptron with Adam in plain JavaScript numbers, example by example. All parameters are in one list,
 * layer after layer: first the weights `[in, out]`, row after row, then the biases `[out]`.
 */
import { type Backend, type Rng, tensor } from '@backprop/core'
import { Parameter } from '@backprop/nn'
import type { EpochResult, Examples, Layer } from '#lab/mlp'

/** A network in training: its parameters, and what Adam remembers. */
export interface State {
  theta: number[]
  m: number[]
  v: number[]
  steps: number
}

const offsets = (sizes: number[]): number[] =>
  sizes.slice(1).reduce((starts, size, l) => [...starts, starts[l] + sizes[l] * size + size], [0])

export function start(sizes: number[], rng: Rng): State {
  const theta = Array.from({ length: offsets(sizes).at(-1)! }, () => rng.normal() / 2)
  return { theta, m: theta.map(() => 0), v: theta.map(() => 0), steps: 0 }
}

/** The same parameters in the form that the student's code takes. */
export function layersOf({ theta }: State, sizes: number[], on: Backend): Layer[] {
  return offsets(sizes)
    .slice(0, -1)
    .map((from, l) => {
      const split = from + sizes[l] * sizes[l + 1]
      const weight = tensor(theta.slice(from, split), { on, shape: [sizes[l], sizes[l + 1]], requiresGrad: true })
      const bias = tensor(theta.slice(split, split + sizes[l + 1]), { on, shape: [sizes[l + 1]], requiresGrad: true })
      return { weight: new Parameter(weight), bias: new Parameter(bias) }
    })
}

/** Examples with normal pixels and random labels, with at least one of each class. */
export function examples(count: number, pixels: number, classes: number, rng: Rng): Examples {
  return {
    images: Float32Array.from({ length: count * pixels }, () => rng.normal()),
    labels: Uint8Array.from({ length: count }, (_, i) => (i < classes ? i : rng.integer(classes))),
  }
}

/** The same examples with labels such that the network gets every other one right, starting with the first. */
export function everyOtherRight({ images }: Examples, { theta }: State, sizes: number[]): Examples {
  const [pixels, classes] = [sizes[0], sizes.at(-1)!]
  const labels = Uint8Array.from({ length: images.length / pixels }, (_, i) => {
    const found = logits(theta, sizes, [...images.subarray(i * pixels, (i + 1) * pixels)])
    return (found.indexOf(Math.max(...found)) + (i % 2)) % classes
  })
  return { images, labels }
}

/** The logits of one example, and the input of each layer. */
function pass(theta: number[], sizes: number[], x: number[]) {
  const from = offsets(sizes)
  const inputs = [x]
  let logits: number[] = []
  for (let l = 0; l < sizes.length - 1; l += 1) {
    const [rows, cols] = [sizes[l], sizes[l + 1]]
    logits = Array.from({ length: cols }, (_, j) =>
      inputs[l].reduce((sum, h, i) => sum + h * theta[from[l] + i * cols + j], theta[from[l] + rows * cols + j]),
    )
    inputs.push(logits.map(z => Math.max(0, z)))
  }
  return { inputs, logits }
}

export const logits = (theta: number[], sizes: number[], x: number[]): number[] => pass(theta, sizes, x).logits

/** One example: its loss and whether it was right; adds its gradient to `gradient`. */
function example(theta: number[], sizes: number[], x: number[], label: number, gradient: number[]) {
  const from = offsets(sizes)
  const { inputs, logits } = pass(theta, sizes, x)
  const top = Math.max(...logits)
  const total = logits.reduce((sum, z) => sum + Math.exp(z - top), 0)
  let delta = logits.map((z, j) => Math.exp(z - top) / total - (j === label ? 1 : 0))
  for (let l = sizes.length - 2; l >= 0; l -= 1) {
    const [rows, cols] = [sizes[l], sizes[l + 1]]
    const below = inputs[l].map((h, i) => {
      const row = from[l] + i * cols
      delta.forEach((d, j) => (gradient[row + j] += h * d))
      return h > 0 ? delta.reduce((sum, d, j) => sum + d * theta[row + j], 0) : 0
    })
    delta.forEach((d, j) => (gradient[from[l] + rows * cols + j] += d))
    delta = below
  }
  return { loss: top + Math.log(total) - logits[label], right: logits.indexOf(top) === label }
}

/** One epoch in the given order; updates `state`. */
export function epoch(
  state: State,
  sizes: number[],
  data: Examples,
  { order, batchSize, learningRate }: { order: number[]; batchSize: number; learningRate: number },
): EpochResult {
  const pixels = sizes[0]
  let [loss, right] = [0, 0]
  for (let begin = 0; begin < order.length; begin += batchSize) {
    const batch = order.slice(begin, begin + batchSize)
    const gradient = state.theta.map(() => 0)
    for (const i of batch) {
      const x = [...data.images.subarray(i * pixels, (i + 1) * pixels)]
      const result = example(state.theta, sizes, x, data.labels[i], gradient)
      loss += result.loss
      right += result.right ? 1 : 0
    }
    adam(
      state,
      gradient.map(g => g / batch.length),
      learningRate,
    )
  }
  return { loss: loss / order.length, accuracy: right / order.length }
}

/** Kingma and Ba, 2015, algorithm 1. */
function adam(state: State, gradient: number[], learningRate: number): void {
  const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8]
  state.steps += 1
  state.m = state.m.map((m, k) => beta1 * m + (1 - beta1) * gradient[k])
  state.v = state.v.map((v, k) => beta2 * v + (1 - beta2) * gradient[k] ** 2)
  state.theta = state.theta.map((value, k) => {
    const m = state.m[k] / (1 - beta1 ** state.steps)
    const v = state.v[k] / (1 - beta2 ** state.steps)
    return value - (learningRate * m) / (Math.sqrt(v) + epsilon)
  })
}

/** Every way to split 0 … count − 1 into batches of `size`; the order within a batch makes no difference. */
export function deals(count: number, size: number): number[][] {
  const extend = (left: number[]): number[][] => {
    if (left.length === 0) return [[]]
    return subsets(left, Math.min(size, left.length)).flatMap(batch =>
      extend(left.filter(i => !batch.includes(i))).map(rest => [...batch, ...rest]),
    )
  }
  return extend(Array.from({ length: count }, (_, i) => i))
}

const subsets = ([first, ...rest]: number[], size: number): number[][] => {
  if (size === 0) return [[]]
  if (rest.length < size - 1 || first === undefined) return []
  return [...subsets(rest, size - 1).map(set => [first, ...set]), ...(rest.length >= size ? subsets(rest, size) : [])]
}
