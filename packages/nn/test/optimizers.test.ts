import { backward, mul, plain, square, sum, tensor } from '@backprop/core'
import type { Backend } from '@backprop/core'
import { expect, test } from '@backprop/testkit'
import { describe } from 'vitest'
import { Adam, Parameter, SGD } from '../src/index.ts'
import type { Optimizer } from '../src/index.ts'

interface Run {
  optimizer: string
  hyperparameters: { lr: number; momentum?: number; betas?: [number, number]; eps?: number }
  /** sum(0.5 c w² + d w) */
  objective: { c: number[]; d: number[] }
  /** w before each step, and after the last one. */
  trajectory: number[][]
}

// The only thing that we ask of Node; the package itself knows no platform.
declare const process: { readonly env: Readonly<Record<string, string | undefined>> }
const path = process.env.ORACLE ?? './oracle/pytorch-1.json'
const imported = (await import(/* @vite-ignore */ path, { with: { type: 'json' } })) as {
  default: { source: string; optimizers: Run[] }
}
const { source, optimizers } = imported.default

const makers: Record<string, ((parameters: Parameter[], run: Run['hyperparameters']) => Optimizer) | undefined> = {
  sgd: (parameters, { lr }) => new SGD(parameters, { learningRate: lr }),
  momentum: (parameters, { lr, momentum }) => new SGD(parameters, { learningRate: lr, momentum }),
  adam: (parameters, { lr, betas: [beta1, beta2] = [0.9, 0.999], eps }) =>
    new Adam(parameters, { learningRate: lr, beta1, beta2, epsilon: eps }),
}
const runs = optimizers.filter(run => makers[run.optimizer])

const float64 = plain({ dtype: 'float64' })
const settings: [string, Backend, { relative: number; absolute: number }][] = [
  ['float64', float64, { relative: 1e-9, absolute: 1e-12 }],
  ['float64 without fused kernels', { ...float64, fused: undefined }, { relative: 1e-9, absolute: 1e-12 }],
  // Twenty steps, each with a rounding error of 6e-8 or so.
  ['float32', plain(), { relative: 1e-5, absolute: 1e-6 }],
]

describe.each(settings)(`${source} on %s`, (_, on, tolerance) => {
  test.each(runs)('$optimizer takes the same path', run => {
    const { c, d } = run.objective
    const w = new Parameter(tensor(run.trajectory[0], { on }))
    const optimizer = makers[run.optimizer]!([w], run.hyperparameters) // the others were left out above
    for (const [step, expected] of run.trajectory.slice(1).entries()) {
      // Two losses, so that gradients from two graphs add up.
      backward(sum(mul(mul(square(w.value), tensor(c, { on })), 0.5)))
      backward(sum(mul(w.value, tensor(d, { on }))))
      optimizer.step()
      expect(w.value.dataSync(), `step ${step + 1}`).toBeNear(expected, tolerance)
      expect(w.value.grad).toBe(null)
    }
  })
})
