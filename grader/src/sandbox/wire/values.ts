import { type Backend, Tensor, tensor } from '@backprop/core'
import { Parameter } from '@backprop/nn'
import { isWord, rngBridge } from './rng-bridge.ts'
import type { ByValue } from './wire.ts'

/**
 * Our classes that cross the wall by value. `on` is this side's backend: a tensor sent from a GPU arrives on
 * whatever the other side computes with. Runs on both sides; in the grader `parts` is hostile.
 */
export function ourClasses(on: Backend): readonly ByValue[] {
  const tensors: ByValue<Tensor> = {
    tag: 'Tensor',
    is: value => value instanceof Tensor,
    takeApart: x => [x.dataSync(), [...x.shape], x.requiresGrad],
    build(parts, refuse) {
      const [data, shape, requiresGrad] = list(parts, 3, refuse)
      if (!(data instanceof Float32Array || data instanceof Float64Array))
        return refuse('a tensor whose data is not a float array')
      if (!isShape(shape) || shape.reduce((n, size) => n * size, 1) !== data.length)
        return refuse('a tensor whose shape does not fit its data')
      return tensor(data, { on, shape, requiresGrad: requiresGrad === true })
    },
  }
  const parameters: ByValue<Parameter> = {
    tag: 'Parameter',
    is: value => value instanceof Parameter,
    takeApart: parameter => parameter.value,
    build: (value, refuse) => (value instanceof Tensor ? new Parameter(value) : refuse('a parameter without a tensor')),
  }
  // A backend is not data: whichever one the sender computes on, the receiver takes its own.
  const backends: ByValue<Backend> = {
    tag: 'Backend',
    is: (value): value is Backend => value === on,
    takeApart: () => null,
    build: () => on,
  }
  return [tensors, parameters, rngBridge, backends]
}

function list(parts: unknown, length: number, refuse: (why: string) => never): unknown[] {
  return Array.isArray(parts) && parts.length === length ? parts : refuse('a value with missing parts')
}

const isShape = (shape: unknown): shape is number[] =>
  Array.isArray(shape) && shape.length <= 8 && shape.every(size => isWord(size) && size >= 0)
