import type { GradientKernel } from '../engine/functions.ts'
import { DEFAULT_SETUP, type Expressible, expressible, type Loss } from '../setup/setup.ts'
import { type Filling, listOf, rowsOf } from './filling.ts'
import type { StudentFunction } from './student-function.ts'

/** A tensor of lab 08. */
interface Tensor {
  readonly data: readonly number[]
  readonly shape: readonly number[]
  /** Whatever the student's `backward` has left there. */
  readonly grad: unknown
}

/** What lab 08's file exports: tensors, their operations, and `backward`, which fills in their `grad`. */
interface Engine {
  readonly Tensor: new (data: readonly number[], shape: readonly number[]) => Tensor
  readonly tanh: (x: Tensor) => Tensor
  readonly add: (a: Tensor, b: Tensor) => Tensor
  readonly mul: (a: Tensor, b: Tensor) => Tensor
  readonly matmul: (a: Tensor, b: Tensor) => Tensor
  readonly crossEntropy: (logits: Tensor, labels: readonly number[]) => Tensor
  readonly backward: (loss: Tensor) => void
}

/** Lab 08's `backward`, through a graph that the file's other operations have built. */
export const autodiff: Filling = {
  parts: ['Tensor', 'tanh', 'add', 'mul', 'matmul', 'crossEntropy'],
  fill: (functions, student) => ({ ...functions, autodiff: network => gradientKernel(student, network) }),
  probe: student => {
    const layers = [{ neurons: 2, dropout: 0 }]
    for (const loss of ['squared', 'logistic'] as const) {
      const network = expressible({ ...DEFAULT_SETUP, features: ['x'], layers, activation: 'tanh', loss })
      if (network === null) throw new Error('expected a network that lab 08 can express')
      const theta = Float64Array.of(0.5, -1, 0.1, 0.2, 5, 1, 1)
      gradientKernel(student, network)(theta, Float64Array.of(2, 1), Float64Array.of(1, -1), 2, new Float64Array(7))
    }
  },
}

function gradientKernel(student: StudentFunction, network: Expressible): GradientKernel {
  // The lab's signatures. Whether `backward` keeps them is seen when its gradients are copied.
  const engine = student.parts as unknown as Engine
  const places = network.layers.flatMap(({ inputs, outputs, weights, biases }) => [
    { start: weights, shape: [inputs, outputs], count: inputs * outputs },
    { start: biases, shape: [outputs], count: outputs },
  ])
  return (theta, x, target, n, into) => {
    const lists = places.map(({ start, count }) => listOf(theta, count, start))
    const rows = rowsOf(x, n, network.layers[0].inputs)
    const targets = listOf(target, n)
    const args = [lists, rows, targets]
    const parameters = student.run(() => {
      const tensors = lists.map((list, p) => new engine.Tensor(list, places[p].shape))
      engine.backward(lossOf(engine, network, tensors, { rows, targets }))
      return tensors
    }, args)
    for (const [p, { start, count }] of places.entries()) student.copy(parameters[p].grad, into, start, count, args)
  }
}

/** The mean loss of some examples, in a graph that leads back to the weights and biases of each layer. */
function lossOf(
  engine: Engine,
  { layers, activations, loss }: Expressible,
  parameters: readonly Tensor[],
  { rows, targets }: { readonly rows: readonly number[][]; readonly targets: readonly number[] },
): Tensor {
  let output = new engine.Tensor(rows.flat(), [rows.length, layers[0].inputs])
  for (const [l, name] of activations.entries()) {
    const sums = engine.add(engine.matmul(output, parameters[2 * l]), parameters[2 * l + 1])
    output = ACTIVATIONS[name](engine, sums)
  }
  return LOSSES[loss](engine, output, targets)
}

// What lab 08 has no operation for, written with those that it has.

const scalar = ({ Tensor }: Engine, value: number): Tensor => new Tensor([value], [])

/** Each number times another that depends on it and counts as a constant, such as 0 or 1 for ReLU. */
const masked = ({ Tensor, mul }: Engine, x: Tensor, factor: (value: number) => number): Tensor =>
  mul(x, new Tensor(x.data.map(factor), x.shape))

const ACTIVATIONS: Readonly<Record<Expressible['activations'][number], (engine: Engine, z: Tensor) => Tensor>> = {
  linear: (_, z) => z,
  tanh: ({ tanh }, z) => tanh(z),
  relu: (engine, z) => masked(engine, z, value => (value <= 0 ? 0 : 1)),
  /** σ(z) = ½ + ½ tanh(z/2) */
  sigmoid(engine, z) {
    const half = scalar(engine, 0.5)
    return engine.add(engine.mul(engine.tanh(engine.mul(z, half)), half), half)
  },
}

/** The mean of `[n, 1]`, as the product of a row of 1/n and this column: `[1, 1]`. */
function mean({ Tensor, matmul }: Engine, column: Tensor, n: number): Tensor {
  return matmul(new Tensor(new Array<number>(n).fill(1 / n), [1, n]), column)
}

/** ŷ − y `[n, 1]` */
const errors = ({ Tensor, add }: Engine, output: Tensor, targets: readonly number[]): Tensor =>
  add(
    output,
    new Tensor(
      targets.map(target => -target),
      [targets.length, 1],
    ),
  )

const LOSSES: Readonly<Record<Loss, (engine: Engine, output: Tensor, targets: readonly number[]) => Tensor>> = {
  squared(engine, output, targets) {
    const error = errors(engine, output, targets)
    return engine.mul(mean(engine, engine.mul(error, error), targets.length), scalar(engine, 0.5))
  },
  absolute(engine, output, targets) {
    return mean(engine, masked(engine, errors(engine, output, targets), Math.sign), targets.length)
  },
  /** Two logits, 0 and z: softmax gives the second class 1 / (1 + e⁻ᶻ). */
  logistic({ Tensor, mul, crossEntropy }, output, targets) {
    return crossEntropy(
      mul(output, new Tensor([0, 1], [1, 2])),
      targets.map(target => (target > 0 ? 1 : 0)),
    )
  },
  'cross-entropy': ({ crossEntropy }, output, targets) => crossEntropy(output, targets),
}
