import { Tensor } from '@backprop/core'
import { Parameter } from '@backprop/nn'
import { expect, type Numbers, type Tolerance } from '@backprop/testkit'
import type { Dense, Net } from './reference.ts'

/** A student's function may return anything, whatever its type says: these check its kind before its numbers. */

/** The backends compute in 32 bits, the reference in 64. */
export const SINGLE: Tolerance = { relative: 1e-4, absolute: 1e-5 }
/** Both sides compute in 64 bits. */
export const DOUBLE: Tolerance = { relative: 1e-9, absolute: 1e-12 }

/** Asserts that the result is a tensor near the expected rows. */
export function expectRows(actual: unknown, expected: readonly ArrayLike<number>[], why: string, close = SINGLE): void {
  expect(actual, `${why}: a tensor`).toBeInstanceOf(Tensor)
  const rows = expected.map(row => Array.from(row))
  expect(actual as Tensor, why).toBeNear(rows, close)
}

/** The rows of a result of this shape. */
export function rowsOf(actual: unknown, [rows, cols]: readonly [number, number], why: string): Float64Array[] {
  expect(actual, `${why}: a tensor`).toBeInstanceOf(Tensor)
  expect(actual as Tensor, why).toHaveShape([rows, cols])
  const values = (actual as Tensor).dataSync()
  return Array.from({ length: rows }, (_, i) => Float64Array.from(values.subarray(i * cols, (i + 1) * cols)))
}

/** Asserts that the result is a list of numbers near the expected ones. */
export function expectNumbers(actual: unknown, expected: Numbers, why: string, close = DOUBLE): void {
  expect(Array.isArray(actual), `${why}: a list`).toBe(true)
  expect(actual, why).toBeNear(expected, close)
}

/** Asserts that the result is a number near the expected one. */
export function expectNumber(actual: unknown, expected: number, why: string, close = DOUBLE): void {
  expect(typeof actual, `${why}: a number`).toBe('number')
  expect(actual, why).toBeNear(expected, close)
}

/** The result, as an object with fields. */
export function fields<T extends object>(result: T): { [K in keyof T]: unknown } {
  expect(typeof result === 'object' && result !== null, 'an object with the documented fields').toBe(true)
  return result
}

const MOST_PARAMETERS = 200_000
const MOST_LAYERS = 10

/**
 * The layers that a student's function returned, as plain numbers with which this side computes: a network that answers
 * at random, or whose gradients are hidden by code, is not among them.
 */
export function netOf(found: unknown, inSize: number, outSize: number): Net {
  expect(Array.isArray(found), 'a list of layers').toBe(true)
  const layers = found as unknown[]
  expect(layers.length >= 1 && layers.length <= MOST_LAYERS, `1 to ${MOST_LAYERS} layers`).toBe(true)
  const net: Dense[] = []
  for (const layer of layers) net.push(denseOf(layer, net.at(-1)?.outSize ?? inSize))
  expect(net.at(-1)?.outSize, 'the last layer has one neuron per class').toBe(outSize)
  const count = net.reduce((sum, { weight, bias }) => sum + weight.length + bias.length, 0)
  expect(count, 'the weights and biases of the network').toBeLessThanOrEqual(MOST_PARAMETERS)
  return net
}

function denseOf(layer: unknown, inSize: number): Dense {
  const bias = numbersOf(layer, 'bias', 1)
  const weight = numbersOf(layer, 'weight', 2)
  const [outSize] = bias.shape
  expect(weight.shape.join(), 'a layer takes as many numbers as the one before it returns').toBe(
    [inSize, outSize].join(),
  )
  return { inSize, outSize, weight: weight.values, bias: bias.values }
}

function numbersOf(layer: unknown, name: 'weight' | 'bias', axes: number) {
  expect(typeof layer === 'object' && layer !== null, 'a layer is an object with weight and bias').toBe(true)
  const parameter = (layer as Record<string, unknown>)[name]
  expect(parameter instanceof Parameter, `${name} is a Parameter`).toBe(true)
  const { value } = parameter as Parameter
  expect(value instanceof Tensor && value.shape.length === axes, `${name} is a tensor of ${axes} axes`).toBe(true)
  const values = Float64Array.from(value.dataSync())
  expect(values.every(Number.isFinite), `all numbers of ${name} are finite`).toBe(true)
  return { shape: value.shape, values }
}
