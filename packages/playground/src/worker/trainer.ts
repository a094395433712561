import { makePoints, type Points } from '../data/points.ts'
import { streamOf } from '../data/streams.ts'
import { type Functions, OUR_FUNCTIONS } from '../engine/functions.ts'
import { layerSizes, type Setup } from '../setup/setup.ts'
import { comparing } from '../slots/comparing.ts'
import { type LoadModule, SlotSet } from '../slots/slot-set.ts'
import type { Slot } from '../slots/slots.ts'
import type { SlotStatus, StudentFile } from '../slots/student-file.ts'
import { Diverged, SlotFault } from '../slots/student-function.ts'
import { frameOf, Grids, oursBeside } from './frame.ts'
import { type CurvePoint, History, isRecorded } from './history.ts'
import { landscape } from './landscape.ts'
import type { Difference, Frame, FromWorker, ToWorker, Unit } from './protocol.ts'
import { Run } from './run.ts'
import { trainSeeds } from './seeds.ts'
import { StoppingWatch } from './stopping-watch.ts'

/** What a trainer needs from outside. */
export interface Surroundings {
  /** Sends a message to the page; the buffers in `transfer` go with it and are empty here afterwards. */
  readonly send: (message: FromWorker, transfer?: ArrayBuffer[]) => void
  /** Now, in milliseconds. */
  readonly clock: () => number
  /** Runs the code of a student's file. */
  readonly loadModule: LoadModule
}

/** How many examples are trained on, at least, between two looks at the clock. */
const EXAMPLES_BETWEEN_LOOKS = 100

/** Trains as the page asks: it answers messages, and between them works for a few milliseconds at a time. */
export class Trainer {
  readonly #around: Surroundings
  readonly #slots: SlotSet
  #use = { yours: true, compare: false }
  #own: Points | undefined
  #run: Run | null = null
  /** With `compare`, the same run with our functions. */
  #twin: Run | null = null
  #difference: Difference | null = null
  #history = new History()
  #losses: CurvePoint[] = []
  /** How many of the losses were sent. */
  #sent = 0
  #stopping: StoppingWatch | null = null
  #batch: Uint32Array = new Uint32Array(0)
  #playing = false
  /** Whether a function's fault has stopped a run that goes on once it is repaired. */
  #interrupted = false
  /** Whether the weights have grown without bound, so that students' functions aren't asked about them. */
  #diverged = false
  #stepping = false
  #stepsPerFrame = Infinity
  /** How many steps may be made before the next frame. */
  #allowance = 0
  #counted = { steps: 0, since: 0 }
  readonly #grids = new Grids()
  readonly #ourGrids = new Grids()
  /** Work that takes long: the landscape, and runs with several seeds. */
  #jobs: Generator<FromWorker | null, void>[] = []

  constructor(around: Surroundings) {
    this.#around = around
    this.#slots = new SlotSet(around.loadModule)
  }

  /** Whether there is something to do without a message. */
  get busy(): boolean {
    return this.#jobs.length > 0 || (this.#run !== null && this.#playing && this.#allowance > 0)
  }

  /** Says that messages are answered from now on. */
  ready(): void {
    this.#around.send({ kind: 'ready' })
  }

  /** Answers a message of the page. The promise is for `functions`, whose modules take a moment; others are done at once. */
  async handle(message: ToWorker): Promise<void> {
    if (message.kind === 'functions') await this.#load(message.files, message.stuck)
    else this.#guard(() => this.#answer(message))
  }

  /** Trains for about so many milliseconds, if there is something to do. */
  work(milliseconds: number): void {
    const until = this.#around.clock() + milliseconds
    do {
      this.#guard(() => this.#workABit())
    } while (this.busy && this.#around.clock() < until)
  }

  #answer(message: Exclude<ToWorker, { kind: 'functions' }>): void {
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
        this.#interrupted = false
        return
      case 'step':
        return this.#step(message.unit)
      case 'frame':
        this.#allowance = this.#stepsPerFrame
        return this.#frame(message.grid, message.neuronGrid)
      case 'weight':
        for (const run of [this.#run, this.#twin]) run?.put(message.index, message.value)
        return this.#recover()
      case 'seek':
        if (this.#run) this.#history.seek(this.#run, message.moment)
        return this.#recover()
      case 'use':
        this.#use = { yours: message.yours, compare: message.compare }
        this.#applyFunctions()
        return this.#stopIfPlaying()
      case 'shared':
        return this.#slots.share(message.running)
      case 'landscape':
        return this.#startLandscape(message.size, message.directions ?? 'path')
      case 'seeds':
        if (this.#run) this.#jobs.push(trainSeeds(this.#run, this.#functions(), message))
        return
    }
  }

  /** Does something; when a student's function fails in it, puts ours in its place, stops the run, and does it again. */
  #guard(action: () => void): void {
    for (;;)
      try {
        return action()
      } catch (error) {
        if (error instanceof SlotFault) this.#slots.fail(error)
        else if (error instanceof Diverged) this.#diverged = true
        else throw error
        const stepping = this.#stepping
        this.#stepping = false
        this.#jobs = []
        this.#applyFunctions()
        this.#stopForFault()
        if (stepping) return
      }
  }

  #workABit(): void {
    const [job] = this.#jobs
    if (job) this.#doJob(job)
    const most = Math.ceil(EXAMPLES_BETWEEN_LOOKS / (this.#run?.setup.batchSize ?? 1))
    for (let i = 0; i < most && this.#playing && this.#allowance > 0; i += 1) {
      this.#advance()
      this.#allowance -= 1
    }
  }

  #doJob(job: Generator<FromWorker | null, void>): void {
    const { done, value } = job.next()
    if (done) this.#jobs = this.#jobs.filter(other => other !== job)
    else if (value) this.#around.send(value)
  }

  async #load(files: readonly StudentFile[], stuck?: readonly string[]): Promise<void> {
    await this.#slots.load(files, stuck)
    this.#guard(() => {
      this.#applyFunctions()
      this.#stopIfPlaying()
      if (!this.#interrupted || this.#failing()) return
      this.#interrupted = false
      this.#play(this.#stepsPerFrame)
    })
    const slots = this.#run ? this.#slots.statuses(usedBy(this.#run.setup), this.#use.yours) : []
    this.#around.send({ kind: 'loaded', playing: this.#playing, slots })
  }

  /** The functions that the next step uses. */
  #functions(): Functions {
    return this.#use.yours && !this.#diverged ? this.#slots.functions() : OUR_FUNCTIONS
  }

  /** Goes on from the same weights with the functions that the slots hold now. */
  #applyFunctions(): void {
    this.#difference = null
    this.#twin = null
    this.#grids.clear()
    if (!this.#run) return
    const compare = this.#use.yours && this.#use.compare
    this.#run.use(compare ? this.#compared(this.#run.setup) : this.#functions())
    if (compare) this.#startTwin()
    this.#watchStopping()
  }

  #compared(setup: Setup): Functions {
    return comparing(this.#functions(), layerSizes(setup), {
      active: () => this.#stepping && this.#difference === null,
      report: found => (this.#difference ??= { step: (this.#run?.step ?? 0) + 1, ...found }),
    })
  }

  #startTwin(): void {
    if (!this.#run) return
    this.#ourGrids.clear()
    this.#twin = new Run(this.#run.setup, this.#run.split, OUR_FUNCTIONS, this.#run.first)
    this.#twin.goTo(this.#run.moment())
  }

  #reset(setup: Setup, theta?: Float64Array): void {
    this.#slots.retry()
    this.#diverged = false
    this.#jobs = []
    const split = makePoints(setup, this.#own)
    this.#run = new Run(setup, split, OUR_FUNCTIONS, theta)
    this.#history = new History()
    this.#history.record(this.#run)
    this.#batch = new Uint32Array(0)
    this.#losses = []
    this.#sent = 0
    this.#around.send({ kind: 'points', ...split })
    this.#guard(() => this.#applyFunctions())
    this.#recordLosses()
  }

  #change(setup: Setup): void {
    if (!this.#run || newStartNeeded(this.#run.setup, setup)) return this.#reset(setup)
    for (const run of [this.#run, this.#twin]) run?.change(setup)
    this.#stopIfPlaying()
  }

  #play(stepsPerFrame: number): void {
    this.#stepsPerFrame = stepsPerFrame
    this.#allowance = stepsPerFrame
    if (!this.#mayTrain()) return
    this.#playing = true
    this.#counted = { steps: 0, since: this.#around.clock() }
  }

  #step(unit: Unit): void {
    this.#playing = false
    if (!this.#mayTrain()) return
    if (unit !== 'epoch') this.#advance(unit === 'example' ? 1 : undefined)
    else while (!this.#advance());
  }

  /** Says why not, if not. */
  #mayTrain(): boolean {
    if (!this.#run) return false
    if (this.#run.split.train.target.length === 0) {
      this.#stop('There are no points to train on. Paint some, or raise the share of the training data.')
      return false
    }
    this.#stopForFault()
    return !this.#failing() && !this.#diverged
  }

  #failing(): SlotStatus | undefined {
    return this.#use.yours && this.#run ? this.#slots.failing(usedBy(this.#run.setup)) : undefined
  }

  /** Stops, and says why, if a function that is in use fails, or the weights have grown without bound. */
  #stopForFault(): void {
    const slot = this.#failing()
    if (slot) {
      this.#interrupted ||= this.#playing
      this.#stop(slot.why ?? `${slot.id} fails.`, slot)
    } else if (this.#diverged && this.#run) {
      const { learningRate } = this.#run.setup
      this.#stop(
        `The weights have grown without bound by step ${this.#run.step}. ` +
          `Start again with a learning rate below ${learningRate}, or go back to an earlier moment.`,
      )
    }
  }

  /** After a change of functions or of the set-up: a function that was not used may be in use now, and fail. */
  #stopIfPlaying(): void {
    if (this.#playing) this.#stopForFault()
  }

  #stop(why: string, slot: SlotStatus | null = null): void {
    this.#playing = false
    this.#around.send({ kind: 'stopped', slot, why })
  }

  /** After the weights were changed from outside: they may be finite again. */
  #recover(): void {
    if (this.#diverged) {
      this.#diverged = false
      this.#applyFunctions()
    } else if (this.#twin) this.#startTwin()
  }

  /** One step. Whether it ended an epoch. */
  #advance(count?: number): boolean {
    const run = this.#run
    if (!run) return true
    this.#batch = run.upcoming(count ?? run.setup.batchSize)
    this.#stepping = true
    const ended = run.advance(count)
    this.#stepping = false
    this.#twin?.advance(count)
    this.#history.record(run)
    this.#counted.steps += 1
    if (ended && isRecorded(run.epoch)) this.#recordLosses()
    return ended || !this.#run || this.#diverged
  }

  #recordLosses(): void {
    const run = this.#run
    if (!run) return
    const train = run.loss(run.trainChunks)
    const point = [run.epoch, train, run.loss(run.testChunks)] as const
    // After a seek the run goes on from an earlier moment, so what came later is no longer true.
    const kept = this.#losses.filter(([epoch]) => epoch < run.epoch)
    const wentBack = kept.length < this.#losses.length
    this.#losses = [...kept, point]
    this.#sent = Math.min(this.#sent, kept.length)
    if (wentBack) this.#watchStopping()
    else this.#stopping?.add(run.epoch, point[2])
    if (Number.isFinite(train) || run.trainChunks.length === 0) return
    this.#diverged = true
    this.#stopForFault()
  }

  /** Watches the recorded losses anew, as early stopping would see them. */
  #watchStopping(): void {
    const stopping = new StoppingWatch(this.#functions().earlyStopping, (error: unknown) => {
      if (this.#stopping !== stopping) return
      this.#guard(() => {
        throw error
      })
    })
    this.#stopping = stopping
    for (const [epoch, , test] of this.#losses) if (epoch > 0) stopping.add(epoch, test)
  }

  #startLandscape(size: number, directions: 'path' | 'random'): void {
    if (!this.#run) return
    const path = this.#history.path(this.#run)
    this.#jobs.push(landscape(this.#run, path, size, directions, streamOf(this.#run.setup.seed, 'landscape')))
  }

  #frame(grid: number, neuronGrid: number): void {
    const run = this.#run
    if (!run) return
    const frame: Frame = {
      ...frameOf(run, this.#grids, { grid, neuronGrid }),
      playing: this.#playing,
      batch: this.#batch.slice(),
      wouldStopAt: this.#stopping?.stoppedAt ?? null,
      slots: this.#slots.statuses(usedBy(run.setup), this.#use.yours),
      moments: this.#history.count(run),
      moment: this.#history.index(run),
      curve: this.#losses.slice(this.#sent),
      speed: this.#speed(),
      difference: this.#difference,
      ours: this.#twin && oursBeside(this.#twin, run, this.#ourGrids, grid),
    }
    this.#sent = this.#losses.length
    const { theta, batch, output, inputs, neurons, ours } = frame
    const arrays = [theta, batch, output, inputs, neurons, ...(ours ? [ours.output] : [])]
    this.#around.send(frame, arrays.map(({ buffer }) => buffer as ArrayBuffer)) // prettier-ignore
  }

  /** Steps per second since the last frame. */
  #speed(): number {
    const now = this.#around.clock()
    const { steps, since } = this.#counted
    this.#counted = { steps: 0, since: now }
    return this.#playing && now > since ? (1000 * steps) / (now - since) : 0
  }
}

const usedBy =
  (setup: Setup) =>
  ({ used }: Slot): boolean =>
    used(setup)

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
