import { Tensor } from '@backprop/core'
import { Parameter } from '@backprop/nn'
import { expect } from '@backprop/testkit'

/** The numbers of the result, which must be a tensor and not a list of the same shape. */
export function valuesOf(result: unknown): number[] {
  expect(result, 'a tensor').toBeInstanceOf(Tensor)
  return [...(result as Tensor).dataSync()]
}

/** The result as a model with a `forward` function; its parts stay on the other side of the wall. */
export function layerOf<T extends object>(result: T): T {
  const { forward } = (result ?? {}) as { forward?: unknown }
  expect(typeof forward, 'a model has a forward function').toBe('function')
  return result
}

/**
 * The numbers of a network's parameters, by shape, in the requested order. The result may be anything, whatever its
 * type says.
 */
export function numbersOf(weights: unknown, shapes: readonly (readonly number[])[]): number[][] {
  expect(weights, 'the parameters by name').toBeInstanceOf(Map)
  const tensors = [...(weights as Map<unknown, unknown>).values()].map(parameter => {
    expect(parameter, 'each parameter is a Parameter').toBeInstanceOf(Parameter)
    const { value } = parameter as Parameter
    expect(value, 'a Parameter holds a tensor').toBeInstanceOf(Tensor)
    return value
  })
  const name = (shape: readonly number[]) => `[${shape.join(', ')}]`
  const found = tensors.map(({ shape }) => name(shape)).sort()
  // Both sides are short texts, so printing them is fine.
  expect(found.slice(0, 50).join(' '), 'the shapes of all parameters').toBe(shapes.map(name).sort().join(' '))
  return shapes.map(shape => {
    const tensor = tensors.find(each => name(each.shape) === name(shape))
    return [...(tensor?.dataSync() ?? [])]
  })
}
