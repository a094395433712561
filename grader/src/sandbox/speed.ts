import { setTimeout as sleep } from 'node:timers/promises'
import { add, type Backend, backward, crossEntropy, matmul, relu, tensor } from '@backprop/core'
import { GraderFault } from '../errors.ts'
import { waitingOf } from './deadline.ts'
import { type BackendName, isOwn, makeBackend } from './device/backends.ts'
import { openDevice } from './device/open-device.ts'

/**
 * How slow a backend is here compared with the machine that the labs' time limits were set on. Time limits are
 * multiplied by it, so that students don't pay for a slow backend.
 */

/**
 * Milliseconds per training step on that machine: a network of 784, 128, 64 and 10 neurons on a batch of 100. Suites
 * train less on the plain backend, so it is compared with itself; all others are compared with wasm.
 */
const REFERENCE_MS = { plain: 18, others: 1.7 }

/** How much slower than the reference is still fine: the limits leave room, and measurements vary. */
const ROOM = 1.5

/** Factors that limits are multiplied by: few, so that two measurements of a machine usually agree. */
const FACTORS = [1, 2, 4, 8, 16] as const

/**
 * For how long steps are measured, unless a batch of them is fast enough earlier: the first ones are slow while the code is
 * being compiled. A batch is long because processor time is coarse on some systems.
 */
const MEASURE = { ms: 600, batchMs: 50 }

/** How often a slow backend is measured before it is refused, with pauses: its device may be busy for a moment. */
const BEFORE_REFUSING = { times: 6, pauseMs: 500 }

const measured = new Map<BackendName, Promise<number>>()

/** The factor for a backend, measured once per process. Throws `GraderFault` if grading would be unreasonably slow. */
export async function slownessOf(name: BackendName): Promise<number> {
  const known = measured.get(name) ?? measure(name)
  measured.set(name, known)
  return factorFor(name, await known)
}

async function measure(name: BackendName): Promise<number> {
  // Clocks that hardly advance while other programs have the processor, so that a busy machine doesn't look slow. A backend
  // with several threads takes more processor time than the step lasts; a device takes next to none of this process.
  if (isOwn(name)) return quickest(name, await makeBackend(name), [presentClock(), processorClock])
  try {
    const device = await openDevice({ name })
    try {
      return await quickest(name, device.on, [presentClock(device.pid)])
    } finally {
      device.close()
    }
  } catch (error) {
    throw new GraderFault(`the backend "${name}" could not be timed: ${(error as Error).message}`)
  }
}

const quickest = (name: BackendName, on: Backend, clocks: readonly Clock[]) =>
  quickestOf(() => stepMs(training(on), clocks, ROOM * referenceMs(name)), most(name))

/** The fastest of several measurements in milliseconds; stops at the first that is at most `most`. */
export async function quickestOf(
  measureOnce: () => Promise<number>,
  most: number,
  { times, pauseMs } = BEFORE_REFUSING,
): Promise<number> {
  let best = await measureOnce()
  for (let i = 1; i < times && best > most; i++) {
    await sleep(pauseMs)
    best = Math.min(best, await measureOnce())
  }
  return best
}

const referenceMs = (name: BackendName) => (name === 'plain' ? REFERENCE_MS.plain : REFERENCE_MS.others)

/** The slowest step, in milliseconds, that still allows grading. */
const most = (name: BackendName) => referenceMs(name) * Math.max(...FACTORS)

/** The factor for a step that takes `ms` milliseconds. */
export function factorFor(name: BackendName, ms: number): number {
  const ratio = ms / referenceMs(name)
  if (ratio <= ROOM) return 1
  const factor = FACTORS.find(each => each >= ratio)
  if (factor !== undefined) return factor
  throw new GraderFault(
    `the backend "${name}" is ${Math.round(ratio)} times slower here than the labs' limits allow for, so grades would ` +
      `not be fair. Choose another one with --backend ("pnpm grade doctor" lists them), or grade on a faster machine.`,
  )
}

/** Milliseconds since some moment. */
type Clock = () => number

/** Processor time of all threads of this process, however long they wait for a processor. */
const processorClock: Clock = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** The time of day without what this thread, and a process, have waited for a processor, where the system reports it. */
function presentClock(pid?: number): Clock {
  const waiting = waitingOf(pid)
  return () => performance.now() - 1000 * waiting.now()
}

/** Milliseconds per step in the fastest batch, by the clock that counts fewest; stops at a batch that is fast enough. */
export async function stepMs(step: () => Promise<unknown>, clocks: readonly Clock[], enough = 0): Promise<number> {
  const start = () => {
    const begun = clocks.map(clock => clock())
    return () => Math.min(...clocks.map((clock, i) => clock() - begun[i]))
  }
  let best = Infinity
  const measured = start()
  do {
    const taken = start()
    let steps = 0
    do {
      await step()
      steps++
    } while (taken() < MEASURE.batchMs)
    best = Math.min(best, taken() / steps)
  } while (best > enough && measured() < MEASURE.ms)
  return best
}

/** One step: forward, backward, and the first gradient is read. */
function training(on: Backend): () => Promise<unknown> {
  const draw = (shape: number[], requiresGrad: boolean) => {
    const size = shape.reduce((product, n) => product * n, 1)
    const values = Float32Array.from({ length: size }, (_, i) => Math.sin(i) / 10)
    return tensor(values, { on, shape, requiresGrad })
  }
  const sizes = [784, 128, 64, 10]
  const layers = sizes.slice(1).map((size, i) => ({ weight: draw([sizes[i], size], true), bias: draw([size], true) }))
  const x = draw([100, 784], false)
  const labels = Uint8Array.from({ length: 100 }, (_, i) => i % 10)
  return () => {
    const logits = layers.reduce((h, { weight, bias }, i) => add(matmul(i === 0 ? h : relu(h), weight), bias), x)
    for (const { weight, bias } of layers) weight.grad = bias.grad = null
    backward(crossEntropy(logits, labels))
    return Promise.resolve(layers[0].weight.grad?.data())
  }
}
