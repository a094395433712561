/**
 * Given (there is nothing to write here): the layers of a deep network for deep.ts, computed with tensors. Read what
 * they can do. Each layer is 64 neurons wide and normalises its batch, as in batch-norm.ts.
 */
import {
  add,
  type Backend,
  div,
  matmul,
  mean,
  mul,
  noGrad,
  normal,
  ones,
  relu,
  type Rng,
  sqrt,
  square,
  sub,
  type Tensor,
  zeros,
} from '@backprop/core'
import { Parameter } from '@backprop/nn'

/** Where to compute, and where random numbers come from. */
export interface Init {
  on: Backend
  rng: Rng
}

/** The number of neurons in each layer but the last. */
export const WIDTH = 64
const CLASSES = 10
const EPSILON = 1e-5
const MOMENTUM = 0.1

/** max(0, batchNorm(hW)): a layer of neurons, normalised, with ReLU. It has no biases, because β does their work. */
export class Layer {
  readonly weight: Parameter // [in, out]
  readonly gamma: Parameter // [out]
  readonly beta: Parameter // [out]
  /** Running statistics, which no optimizer sees. */
  #mean: Tensor // [out]
  #variance: Tensor // [out]

  /** Weights by He's scheme, γ = 1, β = 0. */
  constructor(inSize: number, outSize: number, { on, rng }: Init) {
    this.weight = new Parameter(normal([inSize, outSize], { on, rng, std: Math.sqrt(2 / inSize) }))
    this.gamma = new Parameter(ones([outSize], { on }))
    this.beta = new Parameter(zeros([outSize], { on }))
    this.#mean = zeros([outSize], { on })
    this.#variance = ones([outSize], { on })
  }

  /** `[N, in]` to `[N, out]`. In training it normalises by the batch, and moves the running statistics. */
  forward(h: Tensor, training: boolean): Tensor {
    const a = matmul(h, this.weight.value)
    const center = training ? mean(a, { axis: 0 }) : this.#mean
    const apart = sub(a, center)
    const variance = training ? mean(square(apart), { axis: 0 }) : this.#variance
    if (training) this.#observe(center, variance)
    const normalised = div(apart, sqrt(add(variance, EPSILON)))
    return relu(add(mul(normalised, this.gamma.value), this.beta.value))
  }

  /** Its numbers: weights row by row, γ, β, running means, running variances. */
  tensors(): Tensor[] {
    return [this.weight.value, this.gamma.value, this.beta.value, this.#mean, this.#variance]
  }

  #observe(center: Tensor, variance: Tensor): void {
    const moved = (running: Tensor, batch: Tensor) =>
      noGrad(() => add(mul(running, 1 - MOMENTUM), mul(batch, MOMENTUM))).toLeaf()
    const [mean, spread] = [moved(this.#mean, center), moved(this.#variance, variance)]
    for (const old of [this.#mean, this.#variance]) old.release('the running statistics moved')
    this.#mean = mean
    this.#variance = spread
  }
}

/** Pixels → first → the deep layers, each 64 → 64 → last, which gives ten logits. */
export class Network {
  readonly first: Layer
  readonly layers: Layer[]
  readonly #last: { weight: Parameter; bias: Parameter }
  /** Everything that an optimizer changes. */
  readonly learned: object

  /** `new Network(784, 30, { on, rng })`: the number of pixels, then the number of deep layers. */
  constructor(pixels: number, depth: number, init: Init) {
    this.first = new Layer(pixels, WIDTH, init)
    this.layers = Array.from({ length: depth }, () => new Layer(WIDTH, WIDTH, init))
    const weight = normal([WIDTH, CLASSES], { ...init, std: Math.sqrt(1 / WIDTH) })
    this.#last = { weight: new Parameter(weight), bias: new Parameter(zeros([CLASSES], { on: init.on })) }
    this.learned = { first: this.first, layers: this.layers, last: this.#last }
  }

  /** The logits, `[N, 64]` to `[N, 10]`: neither normalised nor bent. */
  last(h: Tensor): Tensor {
    return add(matmul(h, this.#last.weight.value), this.#last.bias.value)
  }

  /** A copy of all its numbers, layer after layer, in one list. */
  async numbers(): Promise<Float32Array> {
    const { weight, bias } = this.#last
    const tensors = [...[this.first, ...this.layers].flatMap(layer => layer.tensors()), weight.value, bias.value]
    const lists: number[] = []
    for (const tensor of tensors) for (const number of await tensor.data()) lists.push(number)
    return Float32Array.from(lists)
  }
}
