import { add, backward, crossEntropy, matmul, relu, tensor, type Backend } from '@backprop/core'
import { GraderFault } from '../errors.ts'
import { isOwn, makeBackend, type BackendName } from './device/backends.ts'
import { openDevice } from './device/open-device.ts'

/**
 * How fast a backend computes here, compared with the machine that the limits of the labs were made for. A slow backend is
 * no slow student: limits of time are multiplied by it.
 */

/**
 * Milliseconds of one step of training there: a network of 784, 128, 64 and 10 numbers on a batch of 100. Suites ask less
 * of the plain backend, so it is compared with itself; every other has to do what wasm does.
 */
const REFERENCE_MS = { plain: 18, others: 1.7 }

/** Limits leave room for as much; and a measurement is never exact. */
const ROOM = 1.5

/** Factors that limits are multiplied by. Few, so that two measurements of one machine mostly agree. */
const FACTORS = [1, 2, 4, 8, 16] as const

/** For how long steps are measured, and how many at least. */
const MEASURE = { ms: 150, steps: 5 }

const measured = new Map<BackendName, Promise<number>>()

/** The factor for a backend, measured once per process. Throws `GraderFault` where grading would be too slow to be sensible. */
export async function slownessOf(name: BackendName): Promise<number> {
  const known = measured.get(name) ?? measure(name)
  measured.set(name, known)
  return factorFor(name, await known)
}

async function measure(name: BackendName): Promise<number> {
  if (isOwn(name)) return stepMs(await makeBackend(name))
  const device = await openDevice({ name })
  try {
    return await stepMs(device.on)
  } finally {
    device.close()
  }
}

/** The factor that follows from the milliseconds of a step. */
export function factorFor(name: BackendName, ms: number): number {
  const ratio = ms / (name === 'plain' ? REFERENCE_MS.plain : REFERENCE_MS.others)
  if (ratio <= ROOM) return 1
  const factor = FACTORS.find(each => each >= ratio)
  if (factor !== undefined) return factor
  throw new GraderFault(
    `the backend "${name}" computes ${Math.round(ratio)} times slower here than the labs' limits are made for, and nobody ` +
      `would be graded fairly. Take another one with --backend ("pnpm grade doctor" lists them), or end what ` +
      `else keeps this machine busy and try again.`,
  )
}

/** The quickest step: the others tell how busy the machine was, which is not the backend's doing. */
async function stepMs(on: Backend): Promise<number> {
  const step = training(on)
  let best = Infinity
  const end = performance.now() + MEASURE.ms
  for (let i = 0; i < MEASURE.steps || performance.now() < end; i++) {
    const begun = performance.now()
    await step()
    best = Math.min(best, performance.now() - begun)
  }
  return best
}

/** Forwards, backwards, and the first gradient read. */
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
