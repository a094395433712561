import type { Rng } from '@backprop/core/random'
import { type Init, parameterLayout } from '../setup/setup.ts'

/** With `same`, every weight starts at this number, and every bias at 0. */
const SAME_WEIGHT = 0.3

/** How TensorFlow Playground starts: weights between ± this, and this bias. */
const UNIFORM_LIMIT = 0.5
const UNIFORM_BIAS = 0.1

/** The first weight of a layer with so many inputs and outputs. */
const DRAW: Readonly<Record<Init, (rng: Rng, inputs: number, outputs: number) => number>> = {
  uniform: rng => UNIFORM_LIMIT * (2 * rng.uniform() - 1),
  glorot: (rng, inputs, outputs) => Math.sqrt(6 / (inputs + outputs)) * (2 * rng.uniform() - 1),
  he: (rng, inputs) => Math.sqrt(2 / inputs) * rng.normal(),
  zeros: () => 0,
  same: () => SAME_WEIGHT,
}

/** The parameters that a network starts with, in the order of `parameterLayout`. */
export function initialParameters(init: Init, sizes: readonly number[], rng: Rng): Float64Array {
  const { layers, count } = parameterLayout(sizes)
  const theta = new Float64Array(count)
  for (const { inputs, outputs, weights, biases } of layers) {
    for (let i = 0; i < inputs * outputs; i += 1) theta[weights + i] = DRAW[init](rng, inputs, outputs)
    theta.fill(init === 'uniform' ? UNIFORM_BIAS : 0, biases, biases + outputs)
  }
  return theta
}
