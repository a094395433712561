import type { ActivationKernel } from '../engine/activations.ts'
import type { Functions } from '../engine/functions.ts'
import type { Activation } from '../setup/setup.ts'
import { type Filling, listOf } from './filling.ts'

/** Inputs on both sides of 0, small and large. */
const PROBED = Float64Array.of(-30, -1.5, 0, 0.25, 2, 30)

/** An activation function of lab 02: a list of any numbers to a list of the same length. */
export const activation = (name: Activation): Filling => ({
  fill: (functions, student) =>
    replaced(functions, name, kernel => ({
      ...kernel,
      forward(z, y, count) {
        student.numbers(y, count, listOf(z, count))
      },
    })),
  probe: student => {
    student.numbers(new Float64Array(PROBED.length), PROBED.length, [...PROBED])
  },
})

/** Its derivative: dL/dx from dL/dy, and from what the function returned (`y`) or was given (`x`). */
export const derivative = (name: Activation, saved: 'x' | 'y'): Filling => ({
  fill: (functions, student) =>
    replaced(functions, name, kernel => ({
      ...kernel,
      backward(dy, z, y, count) {
        student.numbers(dy, count, listOf(dy, count), listOf(saved === 'x' ? z : y, count))
      },
    })),
  probe: student => {
    const values = saved === 'x' ? [...PROBED] : PROBED.map(Math.tanh)
    student.numbers(new Float64Array(PROBED.length), PROBED.length, [1, -1, 2, 0, 0.5, 1], [...values])
  },
})

function replaced(
  functions: Functions,
  name: Activation,
  change: (kernel: ActivationKernel) => ActivationKernel,
): Functions {
  const kernel = change(functions.activation(name))
  return { ...functions, activation: (asked, layer) => (asked === name ? kernel : functions.activation(asked, layer)) }
}
