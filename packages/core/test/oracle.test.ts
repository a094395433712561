import { expect, test } from '@backprop/testkit'
import { describe } from 'vitest'
import type { Backend, Tensor } from '../src/index.ts'
import * as core from '../src/index.ts'

interface Values {
  shape: number[]
  data: number[]
}
interface Arguments {
  axis?: number | number[] | null
  keepdims?: boolean
  shape?: number[]
  order?: number[]
  labels?: number[]
  stride?: number
  padding?: number
  layout?: string
  kernelLayout?: string
  kernel?: number
  indices?: number[]
  min?: number
  max?: number
  weights?: number[]
  ignore?: number
  each?: boolean
  eps?: number
  training?: boolean
  /** A description of the entry. */
  note?: string
}
interface Case {
  op: string
  args: Arguments
  inputs: Values[]
  output: Values
  outputGradient: Values
  inputGradients: Values[]
}
interface Oracle {
  source: string
  ops: Case[]
  mlp: Mlp
}
interface Mlp {
  x: Values
  labels: number[]
  initial: Record<Weight, Values>
  final: Record<Weight, Values>
  learningRate: number
  losses: number[]
}
type Weight = 'W1' | 'b1' | 'W2' | 'b2'
type Call = (inputs: Tensor[], args: Arguments) => Tensor

// The only thing that we ask of Node; the package itself knows no platform.
declare const process: { readonly env: Readonly<Record<string, string | undefined>> }
const path = process.env.ORACLE ?? './oracle/pytorch-1.json'
const oracle = await read<Oracle>(path)
/** Made by oracle/make.py. */
const layers = await read<Pick<Oracle, 'source' | 'ops'>>('./oracle/pytorch-layers.json')

const unary = each(core, [
  'neg',
  'exp',
  'log',
  'sqrt',
  'square',
  'abs',
  'relu',
  'sigmoid',
  'tanh',
  'gelu',
  'erf',
  'sign',
])
const binary = each(core, ['add', 'sub', 'mul', 'div', 'maximum', 'matmul', 'mse', 'mae', 'bce', 'bceWithLogits'])
const others = each(core, ['minimum', 'maskedSoftmax'])
const reductions = each(core, ['sum', 'mean', 'max'])
const along = each(core, ['softmax', 'logSoftmax'])
const pools = each(core, ['maxPool2d', 'avgPool2d'])

/** How to make each call of an oracle file; an op that is not listed here fails. */
const calls: Record<string, Call> = {
  ...mapValues(
    unary,
    op =>
      ([x]: Tensor[]) =>
        op(x),
  ),
  ...mapValues(
    { ...binary, ...others },
    op =>
      ([a, b]: Tensor[]) =>
        op(a, b),
  ),
  ...mapValues(
    reductions,
    op =>
      ([x]: Tensor[], { axis, keepdims }: Arguments) =>
        op(x, { axis: axis ?? undefined, keepdims }),
  ),
  ...mapValues(
    along,
    op =>
      ([x]: Tensor[], { axis }: Arguments) =>
        op(x, axis as number | undefined),
  ),
  ...mapValues(
    pools,
    op =>
      ([x]: Tensor[], { kernel = 2, stride = kernel }: Arguments) =>
        op(x, { kernel, stride }),
  ),
  gelu_tanh: ([x]) => core.geluTanh(x),
  reshape: ([x], { shape = [] }) => core.reshape(x, shape),
  transpose: ([x], { order }) => core.transpose(x, order),
  clamp: ([x], { min, max }) => core.clamp(x, { min, max }),
  embedding: ([table], { indices = [], shape = [] }) => core.embedding(table, { indices, shape }),
  crossEntropy: ([x], { labels = [], weights, ignore, each }) =>
    core.crossEntropy(x, each === undefined ? labels : { labels, weights, ignore, each }),
  conv2d: ([x, w, bias], { stride, padding, layout = 'NCHW', kernelLayout = 'OIHW' }) => {
    expect([layout, kernelLayout]).toEqual(['NCHW', 'OIHW'])
    return core.conv2d(x, w, bias ?? 0, { stride: stride ?? 1, padding: padding ?? 0 })
  },
  layerNorm: ([x, scale, shift], { eps }) => core.layerNorm(x, scale, shift, { epsilon: eps }),
  batchNorm: ([x, scale, shift, mean, variance], { eps, training = true }) =>
    core.batchNorm(x, scale, shift, { epsilon: eps, statistics: training ? undefined : { mean, variance } }),
}
const known =
  'axis keepdims shape order labels stride padding layout kernelLayout kernel indices min max weights ignore each eps training note'.split(
    ' ',
  )

const settings: [Backend, { relative: number; absolute: number }][] = [
  [core.plain({ dtype: 'float64' }), { relative: 1e-6, absolute: 1e-8 }],
  [core.plain(), { relative: 1e-4, absolute: 1e-6 }],
]
const cases = [...oracle.ops, ...layers.ops].map(one => ({ ...one, title: `${one.op} ${titleOf(one)}` }))

describe.each(settings)(`${oracle.source} on $dtype`, (on, tolerance) => {
  test.each(cases)('$title', one => {
    expect(Object.keys(calls), 'the ops that this test knows').toContain(one.op)
    expect(known, 'the arguments that this test knows').toEqual(expect.arrayContaining(Object.keys(one.args)))
    const inputs = one.inputs.map(x => tensorOf(x, on, true))
    const y = calls[one.op](inputs, one.args)
    expect(y).toHaveShape(one.output.shape)
    expect(y.dataSync(), 'the value').toBeNear(one.output.data, tolerance)
    core.backward(core.sum(core.mul(y, tensorOf(one.outputGradient, on))))
    for (const [i, { shape, data }] of one.inputGradients.entries()) {
      expect(inputs[i].grad).toHaveShape(shape)
      expect(inputs[i].grad?.dataSync(), `the gradient of input ${i}`).toBeNear(data, tolerance)
    }
    const chosen = inputs.slice(0, one.inputGradients.length)
    if (chosen.length === 0) return
    const again = core.sum(core.mul(calls[one.op](inputs, one.args), tensorOf(one.outputGradient, on)))
    for (const [i, gradient] of core.grad(again, chosen).entries())
      expect(gradient.dataSync(), `grad for input ${i}`).toEqual(inputs[i].grad?.dataSync())
  })

  test('ten steps of a small MLP', () => {
    const { mlp } = oracle
    const x = tensorOf(mlp.x, on)
    let weights = mapValues(mlp.initial, values => tensorOf(values, on, true))
    for (const expected of mlp.losses) {
      const { W1, b1, W2, b2 } = weights
      const loss = core.crossEntropy(core.linear(core.relu(core.linear(x, W1, b1)), W2, b2), mlp.labels)
      expect(loss.dataSync()[0], 'the loss').toBeNear(expected, tolerance)
      core.backward(loss)
      weights = mapValues(weights, w => core.noGrad(() => core.sub(w, core.mul(w.grad!, mlp.learningRate))).toLeaf())
    }
    for (const [name, w] of Object.entries(weights)) {
      expect(w.dataSync(), name).toBeNear(mlp.final[name as Weight].data, tolerance)
    }
  })
})

async function read<T>(file: string): Promise<T> {
  return ((await import(/* @vite-ignore */ file, { with: { type: 'json' } })) as { default: T }).default
}

function tensorOf({ shape, data }: Values, on: Backend, requiresGrad = false): Tensor {
  return core.tensor(data, { on, shape, requiresGrad })
}

function titleOf({ args, inputs }: Case): string {
  return JSON.stringify([...inputs.map(x => x.shape), args])
}

function mapValues<K extends string, A, B>(of: Record<K, A>, f: (value: A) => B): Record<K, B> {
  const entries = Object.entries<A>(of).map(([key, value]) => [key, f(value)])
  return Object.fromEntries(entries) as Record<K, B> // the keys are those of `of`
}

/** The named members of `of`. */
function each<T, K extends keyof T>(of: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map(key => [key, of[key]])) as Pick<T, K> // the keys are those that were asked for
}
