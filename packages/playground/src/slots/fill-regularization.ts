import { rng } from '@backprop/core/random'
import type { StoppableRun, StoppingOptions } from '../engine/early-stopping.ts'
import { type Filling, listOf } from './filling.ts'
import type { StudentFunction } from './student-function.ts'

/** Lab 07's `dropout(p, rng)`: a layer of single precision with `forward` and `backward`. */
export const dropout: Filling = {
  fill: (functions, student) => ({
    ...functions,
    dropout(p, generator) {
      const { forward, backward } = layerOf(student, student.call(p, generator))
      return {
        forward(a, h, count) {
          forward.numbers(h, count, Float32Array.from(a.subarray(0, count)), true)
        },
        backward(dh, count) {
          backward.numbers(dh, count, Float32Array.from(dh.subarray(0, count)))
        },
      }
    },
  }),
  probe: student => {
    const { forward, backward } = layerOf(student, student.call(0.5, rng(1)))
    forward.numbers(new Float64Array(3), 3, Float32Array.of(1, 2, 3), true)
    backward.numbers(new Float64Array(3), 3, Float32Array.of(1, 1, 1))
  },
}

function layerOf(student: StudentFunction, layer: unknown): { forward: StudentFunction; backward: StudentFunction } {
  const { forward, backward } = student.fields(layer, ['forward', 'backward'])
  return { forward: student.returned(forward, 'forward'), backward: student.returned(backward, 'backward') }
}

/** Lab 07's `l2(w, decay)` on the weights of all layers in one list. */
export const l2: Filling = {
  fill: (functions, student) => ({
    ...functions,
    addL2(theta, gradient, layers, decay) {
      const w = layers.flatMap(({ inputs, outputs, weights }) => listOf(theta, inputs * outputs, weights))
      const slopes = penaltyGradient(student, w, decay)
      let k = 0
      for (const { inputs, outputs, weights } of layers)
        for (let i = weights; i < weights + inputs * outputs; i += 1, k += 1) gradient[i] += slopes[k]
    },
  }),
  probe: student => penaltyGradient(student, [3, -4], 0.1),
}

function penaltyGradient(student: StudentFunction, w: number[], decay: number): Float64Array {
  const into = new Float64Array(w.length)
  const { gradient } = student.fields(student.call(w, decay), ['gradient'])
  student.copy(gradient, into, 0, w.length, [w, decay])
  return into
}

/** Lab 07's `earlyStopping(run, options)`. */
export const earlyStopping: Filling = {
  fill: (functions, student) => ({ ...functions, earlyStopping: (run, options) => stopped(student, run, options) }),
  probe: student => stopped(student, rehearsal(), { patience: 2, minDelta: 0, maxEpochs: 4 }),
}

async function stopped(student: StudentFunction, run: StoppableRun, options: StoppingOptions): Promise<void> {
  const awaited: StoppableRun = {
    epoch: () => student.awaited(() => run.epoch()),
    validationLoss: () => student.awaited(() => run.validationLoss()),
    testLoss: () => student.awaited(() => run.testLoss()),
    weights: () => run.weights(),
    setWeights: weights => student.awaited(() => run.setWeights(weights)),
  }
  await student.completion(student.call(awaited, options))
}

/** How many epochs the rehearsal trains: it asks for at most 4. */
const MOST_REHEARSED = 20

function rehearsal(): StoppableRun {
  let weights: Float32Array = Float32Array.of(0)
  let epochs = 0
  return {
    epoch: async () => {
      await Promise.resolve()
      epochs += 1
      if (epochs > MOST_REHEARSED) throw new RangeError(`it trains ${epochs} epochs, where maxEpochs is 4`)
      weights = Float32Array.of(epochs)
    },
    validationLoss: () => Promise.resolve([3, 2, 2.5, 2.6][weights[0] - 1] ?? 3),
    testLoss: () => Promise.resolve(100 * weights[0]),
    weights: () => weights,
    setWeights: async next => {
      await Promise.resolve()
      weights = next
    },
  }
}
