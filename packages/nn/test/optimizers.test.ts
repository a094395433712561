import { type Backend, backward, crossEntropy, mul, plain, relu, rng, square, sum, tensor } from '@backprop/core'
import { expect, test } from '@backprop/testkit'
import { describe } from 'vitest'
import {
  Adam,
  evaluation,
  fromSafetensors,
  Linear,
  type Optimizer,
  Parameter,
  parameters,
  RMSProp,
  sequential,
  SGD,
  toSafetensors,
} from '../src/index.ts'

interface Values {
  shape: number[]
  data: number[]
}
interface Run {
  optimizer: string
  hyperparameters: Hyperparameters
  /** sum(0.5 c w² + d w) */
  objective: { c: number[]; d: number[] }
  /** w before each step, and after the last one. */
  trajectory: number[][]
}
interface Hyperparameters {
  lr: number
  momentum?: number
  nesterov?: boolean
  weight_decay?: number
  alpha?: number
  betas?: [number, number]
  eps?: number
}
type Weight = 'W1' | 'b1' | 'W2' | 'b2'
interface Oracle {
  source: string
  optimizers: Run[]
  mlp: {
    x: Values
    labels: number[]
    initial: Record<Weight, Values>
    final: Record<Weight, Values>
    learningRate: number
    losses: number[]
  }
}

// The only thing that we ask of Node; the package itself knows no platform.
declare const process: { readonly env: Readonly<Record<string, string | undefined>> }
const path = process.env.ORACLE ?? './oracle/pytorch-1.json'
const { source, optimizers, mlp } = (
  (await import(/* @vite-ignore */ path, { with: { type: 'json' } })) as { default: Oracle }
).default

/** The optimizer of a run by the first word of its name; `sgd_l2` is SGD with weight decay. */
function makerOf(name: string): (list: Parameter[], run: Hyperparameters) => Optimizer {
  const kind = name.split('_')[0]
  if (['sgd', 'momentum', 'nesterov'].includes(kind)) {
    return (list, { lr, momentum, nesterov, weight_decay }) =>
      new SGD(list, { learningRate: lr, momentum, nesterov, weightDecay: weight_decay })
  }
  if (kind === 'rmsprop') {
    return (list, { lr, alpha, eps, weight_decay }) =>
      new RMSProp(list, { learningRate: lr, decay: alpha, epsilon: eps, weightDecay: weight_decay })
  }
  if (kind !== 'adam' && kind !== 'adamw') throw new Error(`the oracle has a run of "${name}", an unknown optimizer`)
  return (list, { lr, betas: [beta1, beta2] = [0.9, 0.999], eps, weight_decay }) =>
    new Adam(list, {
      learningRate: lr,
      beta1,
      beta2,
      epsilon: eps,
      weightDecay: weight_decay,
      decoupled: kind === 'adamw',
    })
}

const float64 = plain({ dtype: 'float64' })
const settings: [string, Backend, { relative: number; absolute: number }][] = [
  ['float64', float64, { relative: 1e-6, absolute: 1e-9 }],
  ['float64 without fused kernels', { ...float64, fused: undefined }, { relative: 1e-6, absolute: 1e-9 }],
  // Twenty steps, each with a rounding error of 6e-8 or so, on values that cross zero.
  ['float32', plain(), { relative: 1e-4, absolute: 1e-6 }],
]

describe.each(settings)(`${source} on %s`, (_, on, tolerance) => {
  test.each(optimizers)('$optimizer takes the same path', run => {
    const { c, d } = run.objective
    const w = new Parameter(tensor(run.trajectory[0], { on }))
    const optimizer = makerOf(run.optimizer)([w], run.hyperparameters)
    for (const [step, expected] of run.trajectory.slice(1).entries()) {
      // Two losses, so that gradients from two graphs add up.
      backward(sum(mul(mul(square(w.value), tensor(c, { on })), 0.5)))
      backward(sum(mul(w.value, tensor(d, { on }))))
      optimizer.step()
      expect(w.value.dataSync(), `step ${step + 1}`).toBeNear(expected, tolerance)
      expect(w.value.grad).toBe(null)
    }
  })

  test('a small network takes the same ten steps', () => {
    const given = ({ shape, data }: Values) => tensor(data, { on, shape, requiresGrad: true })
    const sizes = mlp.initial.W1.shape
    const model = sequential(
      new Linear(sizes[0], sizes[1], { on, rng: rng(1), weight: () => given(mlp.initial.W1) }),
      relu,
      new Linear(sizes[1], mlp.initial.W2.shape[1], { on, rng: rng(1), weight: () => given(mlp.initial.W2) }),
    )
    const [W1, b1, W2, b2] = parameters(model).values()
    b1.value = given(mlp.initial.b1)
    b2.value = given(mlp.initial.b2)
    const x = tensor(mlp.x.data, { on, shape: mlp.x.shape })
    const optimizer = new SGD(parameters(model), { learningRate: mlp.learningRate })
    for (const expected of mlp.losses) {
      const loss = crossEntropy(model.forward(x, evaluation), mlp.labels)
      expect(loss.dataSync()[0]).toBeNear(expected, tolerance)
      backward(loss)
      optimizer.step()
    }
    for (const [name, { value }] of Object.entries({ W1, b1, W2, b2 })) {
      expect(value.dataSync(), name).toBeNear(mlp.final[name as Weight].data, tolerance)
    }
  })
})

const ones = () => new Parameter(tensor([1, 1], { on: float64 }))
const learn = (w: Parameter, optimizer: Optimizer, steps: number) => {
  for (let step = 0; step < steps; step++) {
    backward(sum(square(w.value)))
    optimizer.step()
  }
}

test('a schedule gives each step its rate, counted from 0', () => {
  const seen: number[] = []
  const schedule = (step: number) => {
    seen.push(step)
    return step === 1 ? 0.25 : 0
  }
  for (const Kind of [SGD, RMSProp, Adam]) {
    const w = ones()
    learn(w, new Kind([w], { learningRate: schedule, weightDecay: 0 }), 3)
    expect(w.value.dataSync()[0], Kind.name).not.toBe(1)
    const rateZero = ones()
    learn(rateZero, new Kind([rateZero], { learningRate: () => 0 }), 2)
    expect(rateZero.value.dataSync(), Kind.name).toBeNear([1, 1])
  }
  expect(seen).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2])
})

test('decoupled weight decay is no L2 term: it does not depend on the gradient', () => {
  const step = (decoupled: boolean, weightDecay: number, scale: number) => {
    const w = ones()
    backward(mul(sum(w.value), scale))
    new Adam([w], { learningRate: 0.1, weightDecay, decoupled }).step()
    return w.value.dataSync()[0]
  }
  for (const scale of [1, 1000]) {
    expect(step(true, 0, scale) - step(true, 0.5, scale)).toBeNear(0.1 * 0.5)
    expect(step(false, 0, scale) - step(false, 0.5, scale)).toBeNear(0, { absolute: 1e-6 })
  }
})

test('an invalid rate is refused at once, one from a schedule at its step', () => {
  // @ts-expect-error a program that was not type-checked
  expect(() => new SGD([ones()], {})).toThrowErrorMatchingInlineSnapshot(`
    [RangeError: SGD: the learning rate is undefined, expected a finite number of at least 0.
      Hint: give it as { learningRate: 0.01 }, or as a function of the step.]
  `)
  expect(() => new Adam([ones()], { learningRate: -1 })).toThrowErrorMatchingInlineSnapshot(`
    [RangeError: Adam: the learning rate is -1, expected a finite number of at least 0.
      Hint: give it as { learningRate: 0.01 }, or as a function of the step.]
  `)
  const w = ones()
  const diverging = new SGD([w], { learningRate: step => 1 / (1 - step) })
  learn(w, diverging, 1)
  backward(sum(w.value))
  expect(() => diverging.step()).toThrowErrorMatchingInlineSnapshot(`
    [RangeError: SGD, step 1: the learning rate is Infinity, expected a finite number of at least 0.
      Hint: give it as { learningRate: 0.01 }, or as a function of the step.]
  `)
})

describe('an optimizer that was put away and taken up again', () => {
  const kinds: [string, (list: Parameter[]) => Optimizer][] = [
    ['SGD', list => new SGD(list, { learningRate: 0.1, momentum: 0.9 })],
    ['plain SGD', list => new SGD(list, { learningRate: (step: number) => 0.1 / (1 + step) })],
    ['RMSProp', list => new RMSProp(list, { learningRate: 0.1 })],
    ['Adam', list => new Adam(list, { learningRate: (step: number) => 0.1 / (1 + step) })],
    ['AdamW', list => new Adam(list, { learningRate: 0.1, weightDecay: 0.01, decoupled: true })],
  ]
  const on = float64
  const fresh = () => [[1, -2], [3]].map(values => new Parameter(tensor(values, { on })))
  /** The second parameter has a gradient in every other step only. */
  const steps = (list: Parameter[], optimizer: Optimizer, from: number, to: number) => {
    for (let step = from; step < to; step++) {
      backward(sum(square(step % 2 === 0 ? mul(list[0].value, list[1].value) : list[0].value)))
      optimizer.step()
    }
  }
  const valuesOf = (list: Parameter[]) => list.map(({ value }) => [...value.dataSync()])

  test.each(kinds)('%s goes on as if nothing had happened, through a file', async (_, make) => {
    const whole = fresh()
    steps(whole, make(whole), 0, 7)

    const first = fresh()
    const before = make(first)
    steps(first, before, 0, 3)
    const file = toSafetensors(await before.save())
    const second = valuesOf(first).map(values => new Parameter(tensor(values, { on })))
    const after = make(second)
    steps(second, after, 0, 1) // what it has done so far is forgotten
    second.forEach((parameter, i) => (parameter.value = first[i].value.detach({ requiresGrad: true })))
    after.restore(fromSafetensors(file).tensors)
    steps(second, after, 3, 7)
    expect(valuesOf(second)).toEqual(valuesOf(whole))
  })

  test('one that has not begun saves its count of steps and nothing else', async () => {
    expect([...(await new Adam(fresh()).save()).keys()]).toEqual(['steps'])
  })

  test('refuses the state of another network, and stays as it was', async () => {
    const list = fresh()
    const adam = new Adam(list)
    steps(list, adam, 0, 1)
    const state = await adam.save()
    const other = new Adam([new Parameter(tensor([1, 2, 3], { on }))])
    expect(() => other.restore(state)).toThrow(
      'Adam.restore: "0.m" holds Float64Array of shape [2], expected floats of shape [3].',
    )
    expect(() => new Adam(list.slice(0, 1)).restore(state)).toThrow('the state has 7 entries, expected 4')
    expect(() => new SGD(list, { learningRate: 1 }).restore(state)).toThrow('SGD.restore: the state lacks "0.u".')
    expect(() => adam.restore(new Map())).toThrow('the state has no count "steps"')
    expect(await adam.save()).toEqual(state)
  })
})
