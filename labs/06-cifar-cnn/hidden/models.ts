import { Tensor } from '@backprop/core'
import { Parameter } from '@backprop/nn'
import { expect } from '@backprop/testkit'

/** The numbers of what came back, which must be a tensor and no list of the same shape. */
export function valuesOf(result: unknown): number[] {
  expect(result, 'a tensor').toBeInstanceOf(Tensor)
  return [...(result as Tensor).dataSync()]
}

/** What came back, as something that can be asked forward; what it is made of stays on the other side. */
export function layerOf<T extends object>(result: T): T {
  const { forward } = (result ?? {}) as { forward?: unknown }
  expect(typeof forward, 'a model has a function forward').toBe('function')
  return result
}

/**
 * The numbers of a network's parameters, by their shapes, in the order in which they were asked for. What came back may
 * be anything, whatever its type says.
 */
export function numbersOf(weights: unknown, shapes: readonly (readonly number[])[]): number[][] {
  expect(weights, 'all that the network learns, by name').toBeInstanceOf(Map)
  const tensors = [...(weights as Map<unknown, unknown>).values()].map(parameter => {
    expect(parameter, 'what learns is a Parameter').toBeInstanceOf(Parameter)
    const { value } = parameter as Parameter
    expect(value, 'a Parameter holds a tensor').toBeInstanceOf(Tensor)
    return value
  })
  const name = (shape: readonly number[]) => `[${shape.join(', ')}]`
  const found = tensors.map(({ shape }) => name(shape)).sort()
  // Both sides are short texts, so they may be printed.
  expect(found.slice(0, 50).join(' '), 'the shapes of all parameters').toBe(shapes.map(name).sort().join(' '))
  return shapes.map(shape => {
    const tensor = tensors.find(each => name(each.shape) === name(shape))
    return [...(tensor?.dataSync() ?? [])]
  })
}
