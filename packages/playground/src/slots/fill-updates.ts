import type { Functions, GradientKernel, RuleOptions } from '../engine/functions.ts'
import type { RuleKernel } from '../engine/rules.ts'
import type { LayerPlace, Rule } from '../setup/setup.ts'
import { type Filling, listOf, matrixOf, rowsOf } from './filling.ts'
import type { StudentFunction } from './student-function.ts'

/** Lab 04's `step(w, gradient, learningRate)`, on all parameters in one list. */
export const step: Filling = {
  fill: (functions, student) =>
    replaced(functions, 'sgd', () =>
      forgetful((theta, gradient, learningRate) => {
        const count = theta.length
        student.numbers(theta, count, listOf(theta, count), listOf(gradient, count), learningRate)
      }),
    ),
  probe: student => {
    student.numbers(new Float64Array(2), 2, [4, 1], [4, 10], 0.15)
  },
}

/** Lab 04's optimizers: a function that takes settings and returns an update with its own memory. */
export const optimizer = (rule: Rule): Filling => ({
  fill: (functions, student) =>
    replaced(functions, rule, ({ learningRate }) => {
      const update = student.returned(student.call({ learningRate }), 'the update')
      return scaled(learningRate, (theta, gradient, into) => {
        const count = theta.length
        update.numbers(into, count, listOf(theta, count), listOf(gradient, count))
      })
    }),
  probe: student => {
    const update = student.returned(student.call({ learningRate: 0.1 }), 'the update')
    for (let k = 0; k < 2; k += 1) update.numbers(new Float64Array(2), 2, [4, 1], [4, -10])
  },
})

/** Lab 07's `adamW`. It decays all that it is given, so weights and biases, which don't decay, get one each. */
export const adamW: Filling = {
  fill: (functions, student) =>
    replaced(functions, 'adamw', ({ learningRate, decay, layers }) => {
      const makeUpdate = (strength: number) =>
        student.returned(student.call({ learningRate, decay: strength }), 'the update')
      const groups = [
        { update: makeUpdate(decay), indices: weightIndices(layers) },
        { update: makeUpdate(0), indices: biasIndices(layers) },
      ]
      return scaled(learningRate, (theta, gradient, into) => {
        for (const { update, indices } of groups) {
          const next = new Float64Array(indices.length)
          update.numbers(next, next.length, indices.map(i => theta[i]), indices.map(i => gradient[i])) // prettier-ignore
          for (let k = 0; k < next.length; k += 1) into[indices[k]] = next[k]
        }
      })
    }),
  probe: student => {
    const update = student.returned(student.call({ learningRate: 0.1, decay: 0.5 }), 'the update')
    for (let k = 0; k < 2; k += 1) update.numbers(new Float64Array(2), 2, [1, 1], [10, 0.1])
  },
}

/** Lab 04's `backprop`, for a network of one hidden layer and one output. */
export const backprop: Filling = {
  fill: (functions, student) => ({ ...functions, backprop: layers => backpropKernel(student, layers) }),
  probe: student => {
    const [hidden, output] = [
      { inputs: 1, outputs: 2, weights: 0, biases: 2 },
      { inputs: 2, outputs: 1, weights: 4, biases: 6 },
    ]
    const theta = Float64Array.of(0.5, -1, 0.1, 0.2, 5, 1, 1)
    const kernel = backpropKernel(student, [hidden, output])
    kernel(theta, Float64Array.of(2, 1), Float64Array.of(3, -1), 2, new Float64Array(7))
  },
}

function backpropKernel(student: StudentFunction, [hidden, output]: readonly LayerPlace[]): GradientKernel {
  const { inputs, outputs: neurons } = hidden
  return (theta, x, target, n, into) => {
    const network = {
      W1: matrixOf(theta, hidden.weights, inputs, neurons),
      b1: listOf(theta, neurons, hidden.biases),
      w2: listOf(theta, neurons, output.weights),
      b2: theta[output.biases],
    }
    const args = [network, rowsOf(x, n, inputs), listOf(target, n)]
    const { W1, b1, w2, b2 } = student.fields(student.fields(student.call(...args), ['gradient']).gradient, [
      'W1',
      'b1',
      'w2',
      'b2',
    ])
    const rows = student.list(W1, inputs)
    for (let i = 0; i < inputs; i += 1) student.copy(rows[i], into, hidden.weights + i * neurons, neurons, args)
    student.copy(b1, into, hidden.biases, neurons, args)
    student.copy(w2, into, output.weights, neurons, args)
    student.copy([b2], into, output.biases, 1, args)
  }
}

function replaced(functions: Functions, name: Rule, make: (options: RuleOptions) => RuleKernel): Functions {
  return { ...functions, rule: options => (options.rule === name ? make(options) : functions.rule(options)) }
}

/** A student's rule keeps its memory in variables that can't be read, so going back starts it anew. */
const forgetful = (update: RuleKernel['update']): RuleKernel => ({
  update,
  memory: () => null,
  restore: () => undefined,
})

/**
 * A rule that was made with one learning rate η₀ and is used with others, because a schedule or the page changes η: each
 * of these rules moves θ by η times something that doesn't depend on η, so η/η₀ of its move is the right one.
 */
function scaled(
  first: number,
  next: (theta: Float64Array, gradient: Float64Array, into: Float64Array) => void,
): RuleKernel {
  let into = new Float64Array(0)
  return forgetful((theta, gradient, learningRate) => {
    if (into.length !== theta.length) into = new Float64Array(theta.length)
    next(theta, gradient, into)
    if (learningRate === first) theta.set(into)
    else for (let i = 0; i < theta.length; i += 1) theta[i] += (learningRate / first) * (into[i] - theta[i])
  })
}

const range = (start: number, count: number): number[] => Array.from({ length: count }, (_, i) => start + i)

const weightIndices = (layers: readonly LayerPlace[]): number[] =>
  layers.flatMap(({ inputs, outputs, weights }) => range(weights, inputs * outputs))

const biasIndices = (layers: readonly LayerPlace[]): number[] =>
  layers.flatMap(({ outputs, biases }) => range(biases, outputs))
