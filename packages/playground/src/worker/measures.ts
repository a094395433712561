import { manyClasses, usedLoss } from '../setup/setup.ts'
import type { Chunk, Run } from './run.ts'

/** Answers of a neuron that differ by less are the same. */
const SAME_ANSWER = 1e-6

/** What a pass over points finds out about their classes. */
export interface Classified {
  /** The share of right classes, 0 to 1; NaN for regression and without points. */
  readonly accuracy: number
  /** For several classes: `[classes, classes]` counts, rows are the right classes. */
  readonly confusion: number[] | null
}

/** Compares the classes that the run answers with the right ones. */
export function classify(run: Run, chunks: readonly Chunk[]): Classified {
  if (run.setup.problem === 'regression') return { accuracy: NaN, confusion: null }
  const many = manyClasses(run.setup)
  const width = many ? run.setup.classes : 1
  const confusion = many ? Array<number>(width * width).fill(0) : null
  let right = 0
  let count = 0
  for (const { x, target, n } of chunks) {
    const output = run.network.forward(run.theta, x, n)
    for (let i = 0; i < n; i += 1) {
      const answer = many ? largestOf(output, i, n, width) : output[i] >= 0 ? 1 : -1
      if (answer === target[i]) right += 1
      if (confusion) confusion[target[i] * width + answer] += 1
    }
    count += n
  }
  return { accuracy: right / count, confusion }
}

function largestOf(output: Float64Array, i: number, n: number, width: number): number {
  let best = 0
  for (let j = 1; j < width; j += 1) if (output[j * n + i] > output[best * n + i]) best = j
  return best
}

/** The share of each hidden layer's neurons that answer the same for all training points. */
export function deadShares(run: Run): number[] {
  const hidden = run.network.layers.slice(0, -1)
  const lowest = hidden.map(({ outputs }) => new Float64Array(outputs).fill(Infinity))
  const highest = hidden.map(({ outputs }) => new Float64Array(outputs).fill(-Infinity))
  for (const { x, n } of run.trainChunks) {
    run.network.forward(run.theta, x, n)
    for (const [l, { outputs }] of hidden.entries()) {
      const answers = run.network.answers(l)
      for (let k = 0; k < outputs * n; k += 1) {
        const j = Math.floor(k / n)
        if (answers[k] < lowest[l][j]) lowest[l][j] = answers[k]
        if (answers[k] > highest[l][j]) highest[l][j] = answers[k]
      }
    }
  }
  return hidden.map(({ outputs }, l) => {
    const dead = lowest[l].reduce((sum, low, j) => sum + (highest[l][j] - low < SAME_ANSWER ? 1 : 0), 0)
    return dead / outputs
  })
}

/** ‖∂J/∂W‖ of each layer at the last batch. */
export function gradientNorms(run: Run): number[] {
  return run.network.layers.map(({ inputs, outputs, weights }) => {
    let sum = 0
    for (let i = weights; i < weights + inputs * outputs; i += 1) sum += run.gradient[i] * run.gradient[i]
    return Math.sqrt(sum)
  })
}

/** ‖a − b‖ */
export function distanceBetween(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i += 1) sum += (a[i] - b[i]) * (a[i] - b[i])
  return Math.sqrt(sum)
}

/**
 * The run's output at the points of chunks: values from −1 to 1 for two classes, probabilities `[N, classes]` for
 * several, any values for regression.
 */
export function outputsAt(run: Run, chunks: readonly Chunk[]): Float32Array {
  const width = run.network.layers[run.network.layers.length - 1].outputs
  const total = chunks.reduce((sum, { n }) => sum + n, 0)
  const values = new Float32Array(total * width)
  const loss = usedLoss(run.setup)
  let from = 0
  for (const { x, n } of chunks) {
    const output = run.network.forward(run.theta, x, n)
    if (width > 1) {
      const shares = run.probabilities(output, n, width)
      for (let i = 0; i < n; i += 1)
        for (let j = 0; j < width; j += 1) values[(from + i) * width + j] = shares[j * n + i]
    } else if (loss === 'logistic') {
      // A logit z stands for the probability σ(z) of class +1; 2σ(z) − 1 = tanh(z/2) goes from −1 to 1.
      for (let i = 0; i < n; i += 1) values[from + i] = Math.tanh(output[i] / 2)
    } else values.set(output.subarray(0, n), from)
    from += n
  }
  return values
}

/** The answers of all hidden neurons at the points of chunks, layer by layer: `[neurons, N]` */
export function neuronsAt(run: Run, chunks: readonly Chunk[]): Float32Array {
  const hidden = run.network.layers.slice(0, -1)
  const total = chunks.reduce((sum, { n }) => sum + n, 0)
  const values = new Float32Array(hidden.reduce((sum, { outputs }) => sum + outputs, 0) * total)
  let from = 0
  for (const { x, n } of chunks) {
    run.network.forward(run.theta, x, n)
    let row = 0
    for (const [l, { outputs }] of hidden.entries()) {
      const answers = run.network.answers(l)
      for (let j = 0; j < outputs; j += 1, row += 1)
        values.set(answers.subarray(j * n, (j + 1) * n), row * total + from)
    }
    from += n
  }
  return values
}
