import { gridPoints } from '../data/columns.ts'
import { makePoints, type Points } from '../data/points.ts'
import { type Functions, OUR_FUNCTIONS } from '../engine/functions.ts'
import { layerSizes, type Setup } from '../setup/setup.ts'
import { type CurvePoint, History, isRecorded } from './history.ts'
import { classify, deadShares, distanceTravelled, gradientNorms, neuronsAt, outputsAt } from './measures.ts'
import type { Frame, FromWorker, ToWorker, Unit } from './protocol.ts'
import { type Chunk, Run } from './run.ts'

/** What a trainer needs from outside. */
export interface Surroundings {
  /** Sends a message to the page; the buffers in `transfer` go with it and are empty here afterwards. */
  readonly send: (message: FromWorker, transfer?: ArrayBuffer[]) => void
  /** Now, in milliseconds. */
  readonly clock: () => number
}

/** How many steps are made between two looks at the clock: this many examples at least. */
const EXAMPLES_BETWEEN_LOOKS = 100

/** Trains as the page asks: it answers messages, and between them works for a few milliseconds at a time. */
export class Trainer {
  readonly #around: Surroundings
  #functions: Functions = OUR_FUNCTIONS
  #own: Points | undefined
  #run: Run | null = null
  #history = new History()
  #playing = false
  #stepsPerFrame = Infinity
  /** How many steps may be made before the next frame. */
  #allowance = 0
  #curve: CurvePoint[] = []
  #batch: Uint32Array = new Uint32Array(0)
  #grids = new Map<number, Chunk[]>()
  #counted = { steps: 0, since: 0 }

  constructor(around: Surroundings) {
    this.#around = around
  }

  /** Whether there is something to do without a message. */
  get busy(): boolean {
    return this.#run !== null && this.#playing && this.#allowance > 0
  }

  /** Says that messages are answered from now on. */
  ready(): void {
    this.#around.send({ kind: 'ready' })
  }

  /** Answers a message of the page. */
  handle(message: ToWorker): void {
    switch (message.kind) {
      case 'reset':
        this.#own = message.own ?? this.#own
        return this.#reset(message.setup, message.theta)
      case 'change':
        return this.#change(message.setup)
      case 'play':
        return this.#play(message.stepsPerFrame)
      case 'pause':
        this.#playing = false
        return
      case 'step':
        return this.#step(message.unit)
      case 'frame':
        this.#allowance = this.#stepsPerFrame
        return this.#frame(message.grid, message.neuronGrid)
      case 'weight':
        this.#run?.put(message.index, message.value)
        return
      case 'seek':
        if (this.#run) this.#history.seek(this.#run, message.moment)
        return
      case 'functions':
      case 'use':
      case 'shared':
      case 'landscape':
      case 'seeds':
        return
    }
  }

  /** Trains for about so many milliseconds, if there is something to do. */
  work(milliseconds: number): void {
    const until = this.#around.clock() + milliseconds
    while (this.busy) {
      const most = Math.ceil(EXAMPLES_BETWEEN_LOOKS / (this.#run?.setup.batchSize ?? 1))
      for (let i = 0; i < most && this.busy; i += 1) {
        this.#advance()
        this.#allowance -= 1
      }
      if (this.#around.clock() >= until) return
    }
  }

  #reset(setup: Setup, theta?: Float64Array): void {
    const split = makePoints(setup, this.#own)
    this.#run = new Run(setup, split, this.#functions, theta)
    this.#history = new History()
    this.#history.record(this.#run)
    this.#grids.clear()
    this.#curve = []
    this.#batch = new Uint32Array(0)
    this.#recordLosses()
    this.#around.send({ kind: 'points', ...split })
  }

  #change(setup: Setup): void {
    if (!this.#run || newStartNeeded(this.#run.setup, setup)) this.#reset(setup)
    else this.#run.change(setup)
  }

  #play(stepsPerFrame: number): void {
    this.#playing = true
    this.#stepsPerFrame = stepsPerFrame
    this.#allowance = stepsPerFrame
    this.#counted = { steps: 0, since: this.#around.clock() }
    if (this.#run?.split.train.target.length === 0) this.#stop('There are no points to train on.')
  }

  #step(unit: Unit): void {
    this.#playing = false
    if (!this.#run || this.#run.split.train.target.length === 0) return
    if (unit !== 'epoch') this.#advance(unit === 'example' ? 1 : undefined)
    else while (!this.#advance());
  }

  /** One step. Whether it ended an epoch. */
  #advance(count?: number): boolean {
    const run = this.#run
    if (!run) return true
    this.#batch = run.upcoming(count ?? run.setup.batchSize)
    const ended = run.advance(count)
    this.#history.record(run)
    this.#counted.steps += 1
    if (ended && isRecorded(run.epoch)) this.#recordLosses()
    return ended
  }

  #recordLosses(): void {
    const run = this.#run
    if (!run) return
    const train = run.loss(run.trainChunks)
    this.#curve.push([run.epoch, train, run.loss(run.testChunks)])
    if (!Number.isFinite(train) && run.trainChunks.length > 0) {
      const rate = run.setup.learningRate
      this.#stop(
        `The loss is ${train} after step ${run.step}: the weights have grown without bound. Try a learning rate below ${rate}.`,
      )
    }
  }

  #stop(why: string): void {
    this.#playing = false
    this.#around.send({ kind: 'stopped', slot: null, why })
  }

  #frame(grid: number, neuronGrid: number): void {
    const run = this.#run
    if (!run) return
    const train = classify(run, run.trainChunks)
    const test = classify(run, run.testChunks)
    const frame: Frame = {
      kind: 'frame',
      step: run.step,
      epoch: run.epoch,
      playing: this.#playing,
      lossTrain: run.loss(run.trainChunks),
      lossTest: run.loss(run.testChunks),
      accuracyTrain: train.accuracy,
      accuracyTest: test.accuracy,
      theta: run.theta.slice(),
      learningRate: run.learningRate,
      batch: this.#batch.slice(),
      output: outputsAt(run, this.#grid(grid)),
      inputs: Float32Array.from(run.features(gridPoints(neuronGrid))),
      neurons: neuronsAt(run, this.#grid(neuronGrid)),
      gradientNorms: gradientNorms(run),
      deadShares: deadShares(run),
      distance: distanceTravelled(run),
      wouldStopAt: null,
      confusion: test.confusion,
      slots: [],
      moments: this.#history.count(run),
      moment: this.#history.index(run),
      curve: this.#curve.splice(0),
      speed: this.#speed(),
      difference: null,
    }
    const { theta, batch, output, inputs, neurons } = frame
    this.#around.send(
      frame,
      [theta, batch, output, inputs, neurons].map(({ buffer }) => buffer as ArrayBuffer),
    )
  }

  #grid(size: number): Chunk[] {
    const kept = this.#grids.get(size)
    if (kept || !this.#run) return kept ?? []
    const chunks = this.#run.chunksAt(gridPoints(size))
    this.#grids.set(size, chunks)
    return chunks
  }

  /** Steps per second since the last frame. */
  #speed(): number {
    const now = this.#around.clock()
    const { steps, since } = this.#counted
    this.#counted = { steps: 0, since: now }
    return this.#playing && now > since ? (1000 * steps) / (now - since) : 0
  }
}

/** Whether a set-up has other points, features or layers, so that the weights of the old one don't fit. */
function newStartNeeded(before: Setup, after: Setup): boolean {
  const decides = (setup: Setup) => [
    setup.problem,
    setup.dataset,
    setup.regDataset,
    setup.classes,
    setup.formula,
    setup.noise,
    setup.trainShare,
    setup.seed,
    setup.features,
    layerSizes(setup),
    setup.init,
  ]
  return JSON.stringify(decides(before)) !== JSON.stringify(decides(after))
}
