import { effect, signal } from '@preact/signals'
import { FEATURES } from '../../setup/setup.ts'
import { frame, handEdits, type Neuron, pause, pointed, selected, setSetup, setup } from '../state.ts'
import { follow, type Seen, TOUR } from './tour-steps.ts'

/** Where the tour stands; null while it is closed. */
export const stepIndex = signal<number | null>(null)
export const answerShown = signal(false)
/** The ids of the questions whose tasks were all done at some time, in this browser. */
export const doneSteps = signal<ReadonlySet<string>>(new Set(restored()))

const seen = signal<Seen>({ attempts: [], looked: new Set() })

/** For each task of the step on the screen, whether it was done since the step was opened. */
export const doneTasks = signal<readonly boolean[]>([])

/** Opens a question: sets up its network, and counts from here. */
export function openStep(index: number): void {
  seen.value = { attempts: [], looked: new Set() }
  doneTasks.value = TOUR[index].tasks.map(() => false)
  answerShown.value = false
  stepIndex.value = index
  pause()
  setSetup({ ...TOUR[index].setup, showTestData: setup.value.showTestData, discretize: setup.value.discretize })
}

export function closeTour(): void {
  stepIndex.value = null
}

/** One key forward, as a lecturer's remote control sends it: the answer first, then the next question. */
export function forward(): void {
  if (stepIndex.value === null) return openStep(0)
  if (!answerShown.value) answerShown.value = true
  else if (stepIndex.value < TOUR.length - 1) openStep(stepIndex.value + 1)
}

export function back(): void {
  if (answerShown.value) answerShown.value = false
  else if (stepIndex.value !== null && stepIndex.value > 0) openStep(stepIndex.value - 1)
}

/** The name of a picture in `Seen.looked`. */
export const pictureName = ({ layer, index }: Neuron): string => `${layer}:${layer === 0 ? FEATURES[index] : index}`

/** Follows the page from now on. */
export function followPage(): void {
  effect(() => {
    const shown = frame.value
    if (!shown || stepIndex.peek() === null) return
    const moment = { setup: setup.peek(), frame: shown, byHand: handEdits.peek() > 0 }
    seen.value = { ...seen.peek(), attempts: follow(seen.peek().attempts, moment) }
  })
  effect(() => {
    const neuron = pointed.value ?? selected.value
    if (!neuron || stepIndex.peek() === null) return
    seen.value = { ...seen.peek(), looked: new Set([...seen.peek().looked, pictureName(neuron)]) }
  })
  effect(() => {
    const now = seen.value
    const index = stepIndex.peek()
    if (index === null) return
    const { id, tasks } = TOUR[index]
    doneTasks.value = tasks.map(({ isDone }, i) => doneTasks.peek()[i] || isDone(now))
    if (doneTasks.value.includes(false) || doneSteps.peek().has(id)) return
    doneSteps.value = new Set([...doneSteps.peek(), id])
    keep(doneSteps.value)
  })
}

const KEY = 'backprop-playground-tour'

/** A browser may forbid storage: then the marks last as long as the page. */
function restored(): string[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(value) ? value.filter(id => typeof id === 'string') : []
  } catch {
    return []
  }
}

function keep(ids: ReadonlySet<string>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify([...ids]))
  } catch {
    // See above.
  }
}
