import { batch, computed, effect, signal } from '@preact/signals'
import { readHash, writeHash } from '../setup/hash.ts'
import { layerSizes, parameterLayout, type Setup } from '../setup/setup.ts'
import { SLOTS } from '../slots/slots.ts'
import type { CurvePoint } from '../worker/history.ts'
import type { Frame, FromWorker, Points, SlotStatus, StudentFile, Unit } from '../worker/protocol.ts'
import { Curve } from './curve.ts'
import { TrainingWorker } from './training-worker.ts'

/** Cells of the output's picture in each direction: fewer while it moves. */
const GRID = { playing: 64, still: 128 } as const
const NEURON_GRID = 24
const SEED_DIGITS = 5

/** A new page or new data begins at random; the seed is shown, and gives the same run again. */
const freshSeed = (): string => Math.random().toFixed(SEED_DIGITS)

const opened = readHash(location.hash, freshSeed())

/** What is being trained. Change it with `setSetup` or `change`. */
export const setup = signal<Setup>(opened.setup)
/** Controls that the link hides, such as `learningRate`. */
export const hidden = signal<ReadonlySet<string>>(new Set(opened.hidden))
export const hideText = signal(opened.hideText)
/** What the link said that could not be used. */
export const ignored = signal<readonly string[]>(opened.ignored)

const NO_POINTS: Points = { at: new Float64Array(0), target: new Float64Array(0) }
export const painted = signal<Points>(NO_POINTS)
const fromFile = signal<Points>(NO_POINTS)
/** What is painted: +1 blue, −1 orange; 0 erases. */
export const brush = signal<1 | -1 | 0>(1)
/** The user's own points, if the set-up uses them. */
export const own = computed<Points | undefined>(() => {
  const { dataset } = setup.value
  return dataset === 'painted' ? painted.value : dataset === 'file' ? fromFile.value : undefined
})
/** The points in use, once the worker has made them. */
export const points = signal<{ readonly train: Points; readonly test: Points } | null>(null)
/** The last state of the run. */
export const frame = signal<Frame | null>(null)
export const playing = signal(false)
/** Steps between two pictures; Infinity is as fast as it goes. */
export const stepsPerFrame = signal(25)
/** Why the run stopped by itself. */
export const stopped = signal<{ readonly slot: SlotStatus | null; readonly why: string } | null>(null)
export const landscape = signal<Extract<FromWorker, { kind: 'landscape' }> | null>(null)
export const seeds = signal<Extract<FromWorker, { kind: 'seeds' }> | null>(null)

/** Whether the student's functions are used, and whether ours run beside them. */
export const useYours = signal(true)
export const compare = signal(false)
export const studentFiles = signal<readonly StudentFile[]>([])

/** A picture of the network: layer 0 are the features (index in FEATURES), the last layer the outputs. */
export interface Neuron {
  readonly layer: number
  readonly index: number
}

/** A neuron, and the neuron of the layer before from which the link comes. */
export interface Link extends Neuron {
  readonly from: number
}

/** What the pointer or the keyboard is on, and whose numbers are shown. */
export const pointed = signal<Neuron | null>(null)
export const pointedLink = signal<Link | null>(null)
export const selected = signal<Neuron | null>(null)

/** Whether the points of the last step are marked: after a single example or batch. */
export const showsBatch = signal(false)

/** How many weights and biases were set by hand since the last reset. */
export const handEdits = signal(0)
/** Loss over epochs since the last reset. */
export const curve = new Curve()

/** A run that was kept to compare with. */
export interface KeptRun {
  readonly setup: Setup
  readonly classes: number
  readonly frame: Frame
  readonly curve: readonly CurvePoint[]
}

export const keptRuns = signal<readonly KeptRun[]>([])

export function keepRun(): void {
  const now = frame.value
  if (!now) return
  const run = { setup: setup.value, classes: outputCount.value, frame: now, curve: [...curve.points] }
  keptRuns.value = [...keptRuns.value, run]
}

export const step = computed(() => frame.value?.step ?? 0)
export const epoch = computed(() => frame.value?.epoch ?? 0)
export const sizes = computed(() => layerSizes(setup.value))
export const layout = computed(() => parameterLayout(sizes.value))
/** How many outputs there are: 1, or one for each class. */
export const outputCount = computed(() => sizes.value.at(-1) ?? 1)

/** The slots of the last frame, with those that never came back. */
export const slots = computed<readonly SlotStatus[]>(() =>
  (frame.value?.slots ?? []).map(slot => failed.value.get(slot.id) ?? slot),
)
const failed = signal<ReadonlyMap<string, SlotStatus>>(new Map())

let trainer = startTrainer()

function startTrainer(): TrainingWorker {
  return new TrainingWorker({ message: receive, stuck: goOnWithOurs, broken: why => stop(null, why) })
}

const GENTLE: ReadonlySet<keyof Setup> = new Set<keyof Setup>([
  'learningRate',
  'rule',
  'schedule',
  'penalty',
  'penaltyRate',
  'batchSize',
  'showTestData',
  'discretize',
])

/** Whether a training has to start again to follow a change. */
function startsAgain(before: Setup, after: Setup): boolean {
  const keys = Object.keys(after) as (keyof Setup)[]
  return keys.some(key => {
    if (GENTLE.has(key) || before[key] === after[key]) return false
    return key === 'layers'
      ? shape(before) !== shape(after)
      : JSON.stringify(before[key]) !== JSON.stringify(after[key])
  })
}

const shape = ({ layers }: Setup): string =>
  layers.map(({ neurons, activation = '' }) => `${neurons} ${activation}`).join()

/** Uses another set-up. The run starts again unless only the learning rate, rule, penalty, batch size or dropout changed. */
export function setSetup(next: Setup): void {
  const before = setup.value
  setup.value = next
  if (startsAgain(before, setup.value)) reset()
  else trainer.send({ kind: 'change', setup: setup.value })
  askForFrame()
}

export const change = (part: Partial<Setup>): void => setSetup({ ...setup.value, ...part })

/** Opens a link: the part of an address after `#`. */
export function openLink(hash: string): void {
  const link = readHash(hash, setup.value.seed)
  batch(() => {
    hidden.value = new Set(link.hidden)
    hideText.value = link.hideText
    ignored.value = link.ignored
    setup.value = link.setup
  })
  reset()
}

/** Starts over: the same points and the same first weights. */
export function reset(theta?: Float64Array): void {
  batch(() => {
    playing.value = false
    showsBatch.value = false
    stopped.value = null
    handEdits.value = 0
    landscape.value = null
    seeds.value = null
    curve.clear()
  })
  resetting = true
  trainer.send({ kind: 'pause' })
  trainer.send({ kind: 'reset', setup: setup.value, own: own.value, theta })
  askForFrame()
}

/** Other points, and other first weights. */
export const newSeed = (): void => change({ seed: freshSeed() })

/** The same points with other first weights: the part of a seed after `/` decides the weights alone. */
export function newWeights(): void {
  const [, points, run = '0'] = /^(.*?)(?:\/(\d+))?$/.exec(setup.value.seed) ?? []
  change({ seed: `${points}/${Number(run) + 1}` })
}

/** Points of a file that was dropped on the page or chosen. */
export function useFile(next: Points): void {
  fromFile.value = next
  setup.value = { ...setup.value, problem: 'classification', dataset: 'file' }
  reset()
}

/** Shows painted points; once a stroke is done, the training starts again with them. */
export function paintPoints(next: Points, done: boolean): void {
  painted.value = next
  if (done) reset()
  else points.value = { train: next, test: NO_POINTS }
}

export const clearPainted = (): void => paintPoints(NO_POINTS, true)

export function play(): void {
  showsBatch.value = false
  stopped.value = null
  playing.value = true
  trainer.send({ kind: 'play', stepsPerFrame: stepsPerFrame.value })
  askForFrame()
}

export function pause(): void {
  playing.value = false
  trainer.send({ kind: 'pause' })
  askForFrame()
}

export const playOrPause = (): void => (playing.value ? pause() : play())

export function stepOne(unit: Unit): void {
  if (playing.value) pause()
  stopped.value = null
  showsBatch.value = unit !== 'epoch'
  trainer.send({ kind: 'step', unit })
  askForFrame()
}

export function setSpeed(steps: number): void {
  stepsPerFrame.value = steps
  if (playing.value) trainer.send({ kind: 'play', stepsPerFrame: steps })
}

/** Puts a weight or bias, by its index in the flat list of parameters. */
export function setWeight(index: number, value: number): void {
  handEdits.value += 1
  trainer.send({ kind: 'weight', index, value })
  askForFrame()
}

/** Back to an earlier moment of the run. */
export function seek(moment: number): void {
  if (playing.value) pause()
  showsBatch.value = false
  trainer.send({ kind: 'seek', moment })
  askForFrame()
}

export const askForLandscape = (size: number, directions: 'path' | 'random'): void =>
  trainer.send({ kind: 'landscape', size, directions })

export const askForSeeds = (count: number, epochs: number, grid: number): void =>
  trainer.send({ kind: 'seeds', count, epochs, grid })

export function setUse(yours: boolean, beside: boolean): void {
  batch(() => {
    useYours.value = yours
    compare.value = beside
    failed.value = new Map()
  })
  // What never came back is tried again when you ask for it.
  if (unsent && yours) trainer.send({ kind: 'functions', files: studentFiles.value })
  unsent &&= !yours
  trainer.send({ kind: 'use', yours, compare: beside })
  askForFrame()
}

let wanted = false
let underWay = false
/** Frames of the run before are still on their way until the new points arrive. */
let resetting = false
let scheduled = false

/** At most one question is under way, and at most one is asked per picture of the screen. */
function askForFrame(): void {
  wanted = true
  if (scheduled) return
  scheduled = true
  requestAnimationFrame(() => {
    scheduled = false
    if (!wanted || underWay) return
    wanted = false
    underWay = true
    trainer.send({ kind: 'frame', grid: playing.value ? GRID.playing : GRID.still, neuronGrid: NEURON_GRID })
  })
}

function receive(message: FromWorker): void {
  switch (message.kind) {
    case 'ready':
      askForFrame()
      break
    case 'points':
      resetting = false
      points.value = { train: message.train, test: message.test }
      break
    case 'frame':
      underWay = false
      if (!resetting) showFrame(message)
      if (playing.value || wanted) askForFrame()
      break
    case 'stopped':
      stop(message.slot, message.why)
      break
    case 'loaded':
      // A save that repairs what had stopped the run lets the run go on.
      if (message.playing) {
        stopped.value = null
        playing.value = true
      }
      askForFrame()
      break
    case 'landscape':
      landscape.value = message
      break
    case 'seeds':
      seeds.value = message
  }
}

function showFrame(next: Frame): void {
  curve.add(next.curve)
  frame.value = next
}

function stop(slot: SlotStatus | null, why: string): void {
  resetting = false
  playing.value = false
  stopped.value = { slot, why }
  askForFrame()
}

/** Whether the worker hasn't got the students' files that didn't change with the last save. */
let unsent = false

/** Called when the worker did not answer for a second: names the slot that ran, and goes on with our functions. */
function goOnWithOurs(index: number | null): void {
  const last = frame.value
  const slot = index === null ? undefined : SLOTS.at(index)
  const name = slot?.id ?? 'A function'
  const why = `${name} did not come back within a second: is there a loop that never ends?`
  const status = slot && { id: slot.id, used: slot.used(setup.value), state: 'fails' as const, why }
  underWay = false
  trainer = startTrainer()
  batch(() => {
    if (status) failed.value = new Map(failed.value).set(status.id, status)
    useYours.value = false
    compare.value = false
  })
  // Without its name, any function may be the one that hangs: none is called until the next save.
  if (slot) trainer.send({ kind: 'functions', files: studentFiles.value, stuck: [...failed.value.keys()] })
  unsent = !slot
  trainer.send({ kind: 'use', yours: false, compare: false })
  trainer.send({ kind: 'reset', setup: setup.value, own: own.value, theta: last?.theta })
  stop(status ?? null, `${why} The training goes on with our functions; save the file to try yours again.`)
  if (!last?.playing) return
  playing.value = true
  trainer.send({ kind: 'play', stepsPerFrame: stepsPerFrame.value })
}

function useStudentFiles(files: readonly StudentFile[]): void {
  const all = new Map(studentFiles.value.map(file => [`${file.lab}/${file.file}`, file]))
  for (const file of files) all.set(`${file.lab}/${file.file}`, file)
  batch(() => {
    studentFiles.value = [...all.values()]
    // A save may have fixed what never came back.
    if (failed.value.size > 0 || unsent) useYours.value = true
    failed.value = new Map()
    stopped.value = null
  })
  trainer.send({ kind: 'functions', files: unsent ? studentFiles.value : files })
  unsent = false
  trainer.send({ kind: 'use', yours: useYours.value, compare: compare.value })
  askForFrame()
}

/** Connects the page: first run, links, and the student's saves where there is a dev server. */
export function start(): void {
  reset()
  effect(() => {
    const hash = writeHash({ setup: setup.value, hidden: [...hidden.value], hideText: hideText.value })
    history.replaceState(null, '', `#${hash}`)
  })
  addEventListener('hashchange', () => openLink(location.hash))
  import.meta.hot?.on('backprop:functions', (files: StudentFile[]) => useStudentFiles(files))
  import.meta.hot?.send('backprop:ready')
}
