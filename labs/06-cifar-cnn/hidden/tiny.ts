/**
 * The tiny network of the lab in plain JavaScript numbers, example by example, trained with Adam: kernels of 3 × 3 with
 * padding 1, ReLU, max pooling 2 × 2, a layer of neurons. All its parameters are in one list: kernels, their biases,
 * the dense weights row by row, their biases.
 */
import type { Rng } from '@backprop/core'
import type { EpochResult, Examples } from '#lab/network'
import { convolve, convolveBack, imageOf, pool, poolBack } from './reference.ts'

export interface Size {
  shape: Examples['shape']
  kernels: number
  classes: number
}

/** A network in training: its parameters, and what Adam remembers. */
export interface State {
  theta: number[]
  m: number[]
  v: number[]
  steps: number
}

export const started = (theta: number[]): State => ({
  theta,
  m: theta.map(() => 0),
  v: theta.map(() => 0),
  steps: 0,
})

/** The shapes of the four parameters, in their order. */
export function shapesOf({ shape: [channels, rows, cols], kernels, classes }: Size): number[][] {
  const inputs = kernels * Math.floor(rows / 2) * Math.floor(cols / 2)
  return [[kernels, channels, 3, 3], [kernels], [inputs, classes], [classes]]
}

/** Examples with normal pixels and random labels, with at least one of each class. */
export function examples(count: number, { shape, classes }: Size, rng: Rng): Examples {
  const size = shape[0] * shape[1] * shape[2]
  return {
    images: Float32Array.from({ length: count * size }, () => rng.normal()),
    shape,
    labels: Uint8Array.from({ length: count }, (_, i) => (i < classes ? i : rng.integer(classes))),
  }
}

const SAME = { stride: 1, padding: 1 }

/** One example: its loss and whether it was right; adds its gradient to `gradient`. */
function example(theta: number[], size: Size, pixels: ArrayLike<number>, label: number, gradient: number[]) {
  const { shape, kernels, classes } = size
  const [C, H, W] = shape
  const [inputs] = shapesOf(size)[2]
  const [biases, dense, offsets] = [
    kernels * C * 9,
    kernels * C * 9 + kernels,
    kernels * C * 9 + kernels + inputs * classes,
  ]

  const x = imageOf(C, H, W, (c, i, j) => pixels[(c * H + i) * W + j])
  const w = Array.from({ length: kernels }, (_, o) =>
    imageOf(C, 3, 3, (c, m, n) => theta[((o * C + c) * 3 + m) * 3 + n]),
  )
  const before = convolve(x, w, theta.slice(biases, dense), SAME)
  const bent = before.map(plane => plane.map(row => row.map(value => Math.max(0, value))))
  const row = pool(bent, 2).flat(2)
  const logits = Array.from({ length: classes }, (_, k) =>
    row.reduce((sum, value, i) => sum + value * theta[dense + i * classes + k], theta[offsets + k]),
  )

  const top = Math.max(...logits)
  const total = logits.reduce((sum, z) => sum + Math.exp(z - top), 0)
  const slopes = logits.map((z, k) => Math.exp(z - top) / total - (k === label ? 1 : 0))
  slopes.forEach((slope, k) => (gradient[offsets + k] += slope))
  const below = row.map((value, i) => {
    slopes.forEach((slope, k) => (gradient[dense + i * classes + k] += value * slope))
    return slopes.reduce((sum, slope, k) => sum + slope * theta[dense + i * classes + k], 0)
  })
  const [rows, cols] = [Math.floor(H / 2), Math.floor(W / 2)]
  const toPool = imageOf(kernels, rows, cols, (o, i, j) => below[(o * rows + i) * cols + j])
  const toBend = poolBack(bent, toPool, 2)
  const toConvolution = imageOf(kernels, H, W, (o, i, j) => (before[o][i][j] > 0 ? toBend[o][i][j] : 0))
  const { dw, db } = convolveBack(x, w, toConvolution, SAME)
  dw.flat(3).forEach((slope, k) => (gradient[k] += slope))
  db.forEach((slope, o) => (gradient[biases + o] += slope))
  return { loss: top + Math.log(total) - logits[label], right: logits.indexOf(top) === label }
}

/** The same examples with labels such that the network gets every other one right, starting with the first. */
export function everyOtherRight(data: Examples, { theta }: State, size: Size): Examples {
  const pixels = data.images.length / data.labels.length
  const labels = data.labels.map((_, i) => {
    const image = data.images.subarray(i * pixels, (i + 1) * pixels)
    const classes = Array.from({ length: size.classes }, (_, label) => label)
    const found = classes.findIndex(label => example(theta, size, image, label, [...theta]).right)
    return (found + (i % 2)) % size.classes
  })
  return { ...data, labels }
}

/** One epoch in the given order; updates `state`. Returns its means, and the loss of each of its batches. */
export function epoch(
  state: State,
  size: Size,
  { images, labels, shape }: Examples,
  { order, batchSize, learningRate }: { order: number[]; batchSize: number; learningRate: number },
): EpochResult & { batches: number[] } {
  const pixels = shape[0] * shape[1] * shape[2]
  const batches: number[] = []
  let [loss, right] = [0, 0]
  for (let begin = 0; begin < order.length; begin += batchSize) {
    const batch = order.slice(begin, begin + batchSize)
    const gradient = state.theta.map(() => 0)
    let sum = 0
    for (const i of batch) {
      const result = example(state.theta, size, images.subarray(i * pixels, (i + 1) * pixels), labels[i], gradient)
      sum += result.loss
      right += result.right ? 1 : 0
    }
    loss += sum
    batches.push(sum / batch.length)
    adam(
      state,
      gradient.map(slope => slope / batch.length),
      learningRate,
    )
  }
  return { loss: loss / order.length, accuracy: right / order.length, batches }
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
  const extend = (left: number[]): number[][] =>
    left.length === 0
      ? [[]]
      : subsets(left, Math.min(size, left.length)).flatMap(batch =>
          extend(left.filter(i => !batch.includes(i))).map(rest => [...batch, ...rest]),
        )
  return extend(Array.from({ length: count }, (_, i) => i))
}

const subsets = ([first, ...rest]: number[], size: number): number[][] => {
  if (size === 0) return [[]]
  if (rest.length < size - 1 || first === undefined) return []
  return [...subsets(rest, size - 1).map(set => [first, ...set]), ...(rest.length >= size ? subsets(rest, size) : [])]
}
