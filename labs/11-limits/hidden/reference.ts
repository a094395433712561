import { type Backend, type Rng, tensor } from '@backprop/core'
import { Parameter } from '@backprop/nn'
import type { Layer } from '#lab/network'

/**
 * The reference of this lab in plain numbers of 64 bits: a multi-layer perceptron, its gradients, Adam and attacks. It
 * shares no code with core, so an error there would show.
 */

/** A layer as plain numbers: row i of the weights starts at i · outSize. */
export interface Dense {
  readonly inSize: number
  readonly outSize: number
  readonly weight: Float64Array
  readonly bias: Float64Array
}

export type Net = readonly Dense[]

/** Gradients of all layers, in the same form. */
type Gradients = Net

/** Random layers between these sizes; the biases are not 0. */
export function randomNet(sizes: readonly number[], rng: Rng): Net {
  return sizes.slice(1).map((outSize, l) => {
    const scale = Math.sqrt(2 / sizes[l])
    return {
      inSize: sizes[l],
      outSize,
      weight: Float64Array.from({ length: sizes[l] * outSize }, () => scale * rng.normal()),
      bias: Float64Array.from({ length: outSize }, () => 0.1 * rng.normal()),
    }
  })
}

/** The same layers as a submission gets them. */
export const layersOf = (net: Net, on: Backend): Layer[] =>
  net.map(({ inSize, outSize, weight, bias }) => ({
    weight: new Parameter(tensor(weight, { on, shape: [inSize, outSize] })),
    bias: new Parameter(tensor(bias, { on, shape: [outSize] })),
  }))

function through({ outSize, weight, bias }: Dense, input: ArrayLike<number>): Float64Array {
  const output = Float64Array.from(bias)
  for (let i = 0; i < input.length; i += 1) {
    const value = input[i]
    // Most pixels are background, and many neurons output 0.
    if (value === 0) continue
    const row = i * outSize
    for (let j = 0; j < outSize; j += 1) output[j] += value * weight[row + j]
  }
  return output
}

/** The inputs of each layer, and the logits at the end. */
function values(net: Net, x: ArrayLike<number>): Float64Array[] {
  const all: Float64Array[] = [Float64Array.from(x)]
  for (const [l, layer] of net.entries()) {
    const out = through(layer, all[l])
    all.push(l === net.length - 1 ? out : out.map(value => (value > 0 ? value : 0)))
  }
  return all
}

export const logitsOf = (net: Net, x: ArrayLike<number>): Float64Array => values(net, x).at(-1)!

/** The class with the largest logit. */
export function classOf(net: Net, x: ArrayLike<number>): number {
  const logits = logitsOf(net, x)
  return logits.indexOf(Math.max(...logits))
}

function softmax(logits: Float64Array): Float64Array {
  const top = Math.max(...logits)
  const powers = logits.map(value => Math.exp(value - top))
  const total = powers.reduce((sum, value) => sum + value, 0)
  return powers.map(value => value / total)
}

/** The cross-entropy of one example. */
export function lossOf(net: Net, x: ArrayLike<number>, label: number): number {
  const logits = logitsOf(net, x)
  const top = Math.max(...logits)
  return Math.log(logits.reduce((sum, value) => sum + Math.exp(value - top), 0)) + top - logits[label]
}

/** Takes dL/dlogits back to dL/dx, and adds the parameters' gradients to `into` on the way, times `factor`. */
function backwards(net: Net, all: readonly Float64Array[], dLogits: Float64Array, into?: Gradients): Float64Array {
  let dy = dLogits
  for (let l = net.length - 1; l >= 0; l -= 1) {
    const { inSize, outSize, weight } = net[l]
    const input = all[l]
    const dx = new Float64Array(inSize)
    for (let i = 0; i < inSize; i += 1) {
      const row = i * outSize
      // ReLU came before all layers but the first: where it gave 0, nothing goes back.
      if (l === 0 || input[i] > 0) {
        let sum = 0
        for (let j = 0; j < outSize; j += 1) sum += dy[j] * weight[row + j]
        dx[i] = sum
      }
      if (into && input[i] !== 0) for (let j = 0; j < outSize; j += 1) into[l].weight[row + j] += input[i] * dy[j]
    }
    if (into) for (let j = 0; j < outSize; j += 1) into[l].bias[j] += dy[j]
    dy = dx
  }
  return dy
}

/** dloss/dx of one example; adds the gradients of the parameters to `into`, times `factor`. */
export function lossGradient(net: Net, x: ArrayLike<number>, label: number, into?: Gradients, factor = 1) {
  const all = values(net, x)
  const d = softmax(all.at(-1)!)
  d[label] -= 1
  return backwards(
    net,
    all,
    d.map(value => value * factor),
    into,
  )
}

/** dlogit/dx of one class. */
export function logitGradient(net: Net, x: ArrayLike<number>, label: number): Float64Array {
  const all = values(net, x)
  return backwards(
    net,
    all,
    all.at(-1)!.map((_, c) => (c === label ? 1 : 0)),
  )
}

/**
 * The gradient of the strongest wrong logit minus the right one. Unlike that of the loss it doesn't vanish where the
 * network is certain: a network that hides its gradient behind huge logits has it still.
 */
function marginGradient(net: Net, x: ArrayLike<number>, label: number): Float64Array {
  const all = values(net, x)
  const logits = all.at(-1)!
  const rivals = logits.map((value, c) => (c === label ? -Infinity : value))
  const rival = rivals.indexOf(Math.max(...rivals))
  return backwards(
    net,
    all,
    logits.map((_, c) => (c === rival ? 1 : c === label ? -1 : 0)),
  )
}

export interface Attack {
  readonly epsilon: number
  readonly stepSize: number
  readonly steps: number
}

/** Steps along the sign of `gradient`, within ε of x and within 0 to 1. */
export function climb(
  x: ArrayLike<number>,
  { epsilon, stepSize, steps }: Attack,
  gradient: (at: Float64Array) => Float64Array,
): Float64Array {
  const current = Float64Array.from(x)
  for (let k = 0; k < steps; k += 1) {
    const g = gradient(current)
    for (let i = 0; i < current.length; i += 1) {
      const moved = current[i] + stepSize * Math.sign(g[i])
      current[i] = Math.min(1, Math.max(0, Math.max(x[i] - epsilon, Math.min(x[i] + epsilon, moved))))
    }
  }
  return current
}

/** The attacks that a submission's network has to stand: the grader's own, not the student's. */
export const fast = (net: Net, x: ArrayLike<number>, label: number, epsilon: number): Float64Array =>
  climb(x, { epsilon, stepSize: epsilon, steps: 1 }, at => marginGradient(net, at, label))

export const strong = (net: Net, x: ArrayLike<number>, label: number, epsilon: number): Float64Array =>
  climb(x, { epsilon, stepSize: epsilon / 4, steps: 10 }, at => marginGradient(net, at, label))

/** Adam with its usual constants, for a network of plain numbers: each step changes it. */
export function adamFor(net: Net, learningRate: number): (gradients: Gradients) => void {
  const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8]
  const [means, squares] = [zerosLike(net), zerosLike(net)]
  let steps = 0
  return gradients => {
    steps += 1
    const [correct1, correct2] = [1 - beta1 ** steps, 1 - beta2 ** steps]
    for (const [l, layer] of net.entries())
      for (const name of ['weight', 'bias'] as const) {
        const [w, g, m, v] = [layer[name], gradients[l][name], means[l][name], squares[l][name]]
        for (let k = 0; k < w.length; k += 1) {
          m[k] = beta1 * m[k] + (1 - beta1) * g[k]
          v[k] = beta2 * v[k] + (1 - beta2) * g[k] * g[k]
          w[k] -= (learningRate * (m[k] / correct1)) / (Math.sqrt(v[k] / correct2) + epsilon)
        }
      }
  }
}

export const zerosLike = (net: Net): Net =>
  net.map(layer => ({
    ...layer,
    weight: new Float64Array(layer.weight.length),
    bias: new Float64Array(layer.bias.length),
  }))

/** Examples in plain numbers. */
export interface Data {
  /** One list of pixels for each image. */
  readonly images: readonly ArrayLike<number>[]
  readonly labels: ArrayLike<number>
}

/** Trains a network in place, plainly, in batches of 32. */
export function trainNet(net: Net, { images, labels }: Data, { epochs, rng }: { epochs: number; rng: Rng }): void {
  const step = adamFor(net, 2e-3)
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    const order = rng.permutation(images.length)
    for (let start = 0; start < order.length; start += 32) {
      const batch = order.subarray(start, start + 32)
      const gradients = zerosLike(net)
      for (const i of batch) lossGradient(net, images[i], labels[i], gradients, 1 / batch.length)
      step(gradients)
    }
  }
}
