import { chosenColumns } from '../data/columns.ts'
import type { Points, Split } from '../data/points.ts'
import { streamOf } from '../data/streams.ts'
import type { Functions, GradientKernel } from '../engine/functions.ts'
import { initialParameters } from '../engine/initial.ts'
import { Network } from '../engine/network.ts'
import type { RuleKernel, RuleMemory } from '../engine/rules.ts'
import { expressible, fitsBackprop, layerActivations, layerSizes, type Setup, usedLoss } from '../setup/setup.ts'
import { learningRateAt } from './learning-rate.ts'

/** Points that are evaluated in one pass, feature by feature. */
export interface Chunk {
  /** `[features, n]` */
  readonly x: Float64Array
  /** `[n]` */
  readonly target: Float64Array
  readonly n: number
}

/** How many points one pass evaluates: its buffers stay in the processor's cache. */
const CHUNK = 128

/** A moment of a run that it can go back to. */
export interface Moment {
  readonly step: number
  readonly epoch: number
  /** How many examples of the epoch were used. */
  readonly position: number
  readonly theta: Float64Array
  readonly memory: RuleMemory | null
}

/** One training: its points, its network, and where it stands. */
export class Run {
  readonly split: Split
  /** The parameters at the start. */
  readonly first: Float64Array
  theta: Float64Array
  step = 0
  epoch = 0
  position = 0
  network!: Network
  trainChunks!: readonly Chunk[]
  testChunks!: readonly Chunk[]
  /** ∂J/∂θ of the last batch. */
  gradient: Float64Array
  #setup: Setup
  #functions: Functions
  #rule: RuleKernel | null = null
  #gradient!: GradientKernel
  #columns!: Float64Array
  #order: Uint32Array = new Uint32Array(0)
  #orderEpoch = -1
  #x = new Float64Array(0)
  #target = new Float64Array(0)
  /** The parameters before a step, for L1. */
  readonly #before: Float64Array
  /** Weights that L1 has put to 0: they stay there. */
  #dead: Uint8Array

  constructor(setup: Setup, split: Split, functions: Functions, theta?: Float64Array) {
    this.#setup = setup
    this.#functions = functions
    this.split = split
    const sizes = layerSizes(setup)
    this.first = theta?.slice() ?? initialParameters(setup.init, sizes, streamOf(setup.seed, 'weights'))
    this.theta = this.first.slice()
    this.gradient = new Float64Array(this.theta.length)
    this.#before = new Float64Array(this.theta.length)
    this.#dead = new Uint8Array(this.theta.length)
    this.use(functions)
  }

  get setup(): Setup {
    return this.#setup
  }

  /** Goes on with other functions, from the same parameters. */
  use(functions: Functions): void {
    this.#functions = functions
    this.#columns = this.#columnsOf(this.split.train.at)
    this.trainChunks = this.#chunks(this.split.train, this.#columns)
    this.testChunks = this.#chunks(this.split.test, this.#columnsOf(this.split.test.at))
    this.#build()
    this.#renewRule()
  }

  /** Goes on with another set-up that has the same points and layers. */
  change(setup: Setup): void {
    const before = this.#setup
    this.#setup = setup
    if (setup.penalty !== before.penalty) this.#dead.fill(0)
    this.#build()
    if (setup.rule !== before.rule || decayOf(setup) !== decayOf(before)) this.#renewRule()
  }

  get learningRate(): number {
    return learningRateAt(this.#setup, this.epoch)
  }

  /** The indices of the training points that come next, up to `count` and to the end of the epoch. */
  upcoming(count: number): Uint32Array {
    if (this.#orderEpoch !== this.epoch) {
      this.#order = streamOf(this.#setup.seed, 'order', this.epoch).permutation(this.split.train.target.length)
      this.#orderEpoch = this.epoch
    }
    return this.#order.subarray(this.position, this.position + count)
  }

  /** Trains on the next examples: a batch, unless `count` is given, or what is left of the epoch. Whether that ended it. */
  advance(count = this.#setup.batchSize): boolean {
    const indices = this.upcoming(count)
    const n = indices.length
    this.#gather(indices)
    this.#gradient(this.theta, this.#x, this.#target, n, this.gradient)
    this.#update()
    this.step += 1
    this.position += n
    if (this.position < this.split.train.target.length) return false
    this.position = 0
    this.epoch += 1
    return true
  }

  /** Puts one parameter. */
  put(index: number, value: number): void {
    this.theta[index] = value
    this.#dead[index] = 0
  }

  moment(): Moment {
    const { step, epoch, position, theta } = this
    return { step, epoch, position, theta: theta.slice(), memory: this.#rule?.memory() ?? null }
  }

  goTo(moment: Moment): void {
    this.step = moment.step
    this.epoch = moment.epoch
    this.position = moment.position
    this.theta = moment.theta.slice()
    this.#dead.fill(0)
    this.#build()
    this.#rule = this.#makeRule()
    if (moment.memory) this.#rule.restore(moment.memory)
  }

  /** The mean loss of all chunks, with these parameters or the run's; NaN when there are no chunks. */
  loss(chunks: readonly Chunk[], theta = this.theta): number {
    let sum = 0
    let count = 0
    for (const { x, target, n } of chunks) {
      sum += n * this.network.loss(theta, x, target, n)
      count += n
    }
    return sum / count
  }

  /** The points of a grid, or any others without a target, in chunks. `[N, 2]` */
  chunksAt(at: Float64Array): Chunk[] {
    return this.#chunks({ at, target: new Float64Array(at.length / 2) }, this.#columnsOf(at))
  }

  /** All seven features of points `[N, 2]`: `[7, N]` */
  features(at: Float64Array): Float64Array {
    return this.#functions.features(at)
  }

  /** The probabilities of the classes, for logits `[width, n]`. */
  probabilities(logits: Float64Array, n: number, width: number): Float64Array {
    const into = new Float64Array(n * width)
    this.#functions.softmax(logits, into, n, width)
    return into
  }

  #columnsOf(at: Float64Array): Float64Array {
    return chosenColumns(this.#functions.features(at), this.#setup.features)
  }

  #chunks({ target }: Points, columns: Float64Array): Chunk[] {
    const total = target.length
    const features = this.#setup.features.length
    return Array.from({ length: Math.ceil(total / CHUNK) }, (_, c) => {
      const from = c * CHUNK
      const n = Math.min(CHUNK, total - from)
      const x = new Float64Array(features * n)
      for (let f = 0; f < features; f += 1) x.set(columns.subarray(f * total + from, f * total + from + n), f * n)
      return { x, target: target.slice(from, from + n), n }
    })
  }

  #build(): void {
    const setup = this.#setup
    const functions = this.#functions
    this.network = new Network({
      sizes: layerSizes(setup),
      activations: layerActivations(setup).map((name, l) => functions.activation(name, l)),
      loss: functions.loss(usedLoss(setup)),
      dropouts: setup.layers.map(({ dropout }, l) =>
        dropout > 0
          ? functions.dropout(dropout, streamOf(setup.seed, 'dropout', this.step * setup.layers.length + l))
          : null,
      ),
    })
    this.#gradient = this.#gradientKernel()
  }

  /** Back-propagation as lab 04 has it where that fits, then lab 08's engine, and otherwise the network's own. */
  #gradientKernel(): GradientKernel {
    const { network } = this
    const graph = expressible(this.#setup)
    return (
      (fitsBackprop(this.#setup) ? this.#functions.backprop(network.layers) : null) ??
      (graph && this.#functions.autodiff(graph)) ??
      ((theta, x, target, n, into) => network.gradient(theta, x, target, n, into))
    )
  }

  /** Makes the rule anew, with the memory of the one before where it has one that can be read. */
  #renewRule(): void {
    const memory = this.#rule?.memory()
    this.#rule = this.#makeRule()
    if (memory) this.#rule.restore(memory)
  }

  #makeRule(): RuleKernel {
    const { layers, count } = this.network
    const { rule, learningRate } = this.#setup
    return this.#functions.rule({ rule, layers, count, learningRate, decay: decayOf(this.#setup) })
  }

  #gather(indices: Uint32Array): void {
    const n = indices.length
    const features = this.#setup.features.length
    const all = this.split.train.target
    if (this.#target.length < n) {
      this.#target = new Float64Array(n)
      this.#x = new Float64Array(features * n)
    }
    for (let k = 0; k < n; k += 1) this.#target[k] = all[indices[k]]
    for (let f = 0; f < features; f += 1)
      for (let k = 0; k < n; k += 1) this.#x[f * n + k] = this.#columns[f * all.length + indices[k]]
  }

  #update(): void {
    const { penalty, penaltyRate, rule } = this.#setup
    const rate = this.learningRate
    if (penalty === 'L2' && rule !== 'adamw')
      this.#functions.addL2(this.theta, this.gradient, this.network.layers, penaltyRate)
    if (penalty !== 'L1') {
      this.#rule?.update(this.theta, this.gradient, rate)
      return
    }
    this.#before.set(this.theta)
    this.#rule?.update(this.theta, this.gradient, rate)
    this.#pullL1(this.#before, rate * penaltyRate)
  }

  /** L1 pulls each weight towards 0. As in TensorFlow Playground, a weight that it pulls across 0 stays at 0. */
  #pullL1(before: Float64Array, pull: number): void {
    for (const { inputs, outputs, weights } of this.network.layers)
      for (let i = weights; i < weights + inputs * outputs; i += 1) {
        const pulled = this.theta[i] - pull * Math.sign(before[i])
        if (this.#dead[i] === 1 || this.theta[i] * pulled < 0) {
          this.theta[i] = 0
          this.#dead[i] = 1
        } else this.theta[i] = pulled
      }
  }
}

/** λ of AdamW's decoupled decay: with this rule, L2 is no part of the loss. */
const decayOf = ({ rule, penalty, penaltyRate }: Setup): number =>
  rule === 'adamw' && penalty === 'L2' ? penaltyRate : 0
