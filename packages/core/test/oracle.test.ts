import { expect, test } from '@backprop/testkit'
import { describe } from 'vitest'
import * as core from '../src/index.ts'
import type { Backend, Tensor } from '../src/index.ts'

interface Values {
  shape: number[]
  data: number[]
}
interface Case {
  op: string
  args: { axis?: number | null; shape?: number[]; labels?: number[] }
  inputs: Values[]
  output: Values
  outputGradient: Values
  inputGradients: Values[]
}
interface Oracle {
  source: string
  ops: Case[]
  mlp: {
    x: Values
    labels: number[]
    initial: Record<Weight, Values>
    final: Record<Weight, Values>
    learningRate: number
    losses: number[]
  }
}
type Weight = 'W1' | 'b1' | 'W2' | 'b2'
type Call = (inputs: Tensor[], args: Case['args']) => Tensor

// The only thing that we ask of Node; the package itself knows no platform.
declare const process: { readonly env: Readonly<Record<string, string | undefined>> }
const path = process.env.ORACLE ?? './oracle/pytorch-1.json'
const oracle = ((await import(/* @vite-ignore */ path, { with: { type: 'json' } })) as { default: Oracle }).default

const { add, sub, mul, div, neg, exp, log, sqrt, square, relu, sigmoid, tanh, matmul, crossEntropy } = core
const calls: Record<string, Call | undefined> = {
  ...mapValues(
    { add, sub, mul, div, matmul },
    op =>
      ([a, b]) =>
        op(a, b),
  ),
  ...mapValues(
    { neg, exp, log, sqrt, square, relu, sigmoid, tanh },
    op =>
      ([x]) =>
        op(x),
  ),
  ...mapValues(
    { sum: core.sum, mean: core.mean, max: core.max },
    op =>
      ([x], { axis }) =>
        op(x, axisOption(axis)),
  ),
  ...mapValues(
    { softmax: core.softmax, logSoftmax: core.logSoftmax },
    op =>
      ([x], { axis }) =>
        op(x, axis ?? -1),
  ),
  reshape: ([x], { shape = [] }) => core.reshape(x, shape),
  transpose: ([x]) => core.transpose(x),
  crossEntropy: ([x], { labels = [] }) => crossEntropy(x, labels),
}

const settings: [Backend, { relative: number; absolute: number }][] = [
  [core.plain({ dtype: 'float64' }), { relative: 1e-6, absolute: 1e-8 }],
  [core.plain(), { relative: 1e-4, absolute: 1e-6 }],
]
// Another file may ask for ops that do not exist yet.
const cases = oracle.ops.filter(({ op }) => calls[op]).map(one => ({ ...one, title: `${one.op} ${titleOf(one)}` }))

describe.each(settings)(`${oracle.source} on $dtype`, (on, tolerance) => {
  test.each(cases)('$title', one => {
    const inputs = one.inputs.map(x => tensorOf(x, on, true))
    const y = calls[one.op]!(inputs, one.args) // those without a call were left out above
    expect(y).toHaveShape(one.output.shape)
    expect(y.dataSync(), 'the value').toBeNear(one.output.data, tolerance)
    core.backward(core.sum(core.mul(y, tensorOf(one.outputGradient, on))))
    for (const [i, { shape, data }] of one.inputGradients.entries()) {
      expect(inputs[i].grad).toHaveShape(shape)
      expect(inputs[i].grad?.dataSync(), `the gradient of input ${i}`).toBeNear(data, tolerance)
    }
  })

  test('ten steps of a small MLP', () => {
    const { mlp } = oracle
    const x = tensorOf(mlp.x, on)
    let weights = mapValues(mlp.initial, values => tensorOf(values, on, true))
    for (const expected of mlp.losses) {
      const { W1, b1, W2, b2 } = weights
      const loss = crossEntropy(add(matmul(relu(add(matmul(x, W1), b1)), W2), b2), mlp.labels)
      expect(loss.dataSync()[0], 'the loss').toBeNear(expected, tolerance)
      core.backward(loss)
      weights = mapValues(weights, w => core.noGrad(() => sub(w, mul(w.grad!, mlp.learningRate))).toLeaf())
    }
    for (const [name, w] of Object.entries(weights)) {
      expect(w.dataSync(), name).toBeNear(mlp.final[name as Weight].data, tolerance)
    }
  })
})

function tensorOf({ shape, data }: Values, on: Backend, requiresGrad = false): Tensor {
  return core.tensor(data, { on, shape, requiresGrad })
}

function axisOption(axis: number | null | undefined): core.Reduction {
  return axis === null || axis === undefined ? {} : { axis }
}

function titleOf({ args, inputs }: Case): string {
  return JSON.stringify([...inputs.map(x => x.shape), args])
}

function mapValues<K extends string, A, B>(of: Record<K, A>, f: (value: A) => B): Record<K, B> {
  const entries = Object.entries<A>(of).map(([key, value]) => [key, f(value)])
  return Object.fromEntries(entries) as Record<K, B> // the keys are those of `of`
}
