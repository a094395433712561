import { Tensor } from '@backprop/core'
import { Parameter } from '@backprop/nn'
import { expect } from '@backprop/testkit'

/**
 * The network that `fit` returned, computed on this side: the held-out images are read by a list of numbers that cannot
 * memorise the training images, because 60,000 of them are far too many for it.
 */
export const MOST_PARAMETERS = 500_000
const MOST_LAYERS = 10

/** A layer as plain numbers: row i of the weights starts at i · outSize. */
export interface Dense {
  readonly inSize: number
  readonly outSize: number
  readonly weight: ArrayLike<number>
  readonly bias: ArrayLike<number>
}

/** The result as layers of a network; it may be anything, whatever its type says. */
export function denseLayers(found: unknown, inSize: number, outSize: number): Dense[] {
  expect(Array.isArray(found), 'fit returns a list of layers').toBe(true)
  const layers = found as unknown[]
  expect(layers.length >= 1 && layers.length <= MOST_LAYERS, `1 to ${MOST_LAYERS} layers`).toBe(true)
  const network: Dense[] = []
  for (const layer of layers) network.push(denseLayer(layer, network.at(-1)?.outSize ?? inSize))
  expect(network.at(-1)?.outSize, 'the last layer has one neuron per digit').toBe(outSize)
  const count = network.reduce((sum, { weight, bias }) => sum + weight.length + bias.length, 0)
  expect(count, 'the parameters of the network').toBeLessThanOrEqual(MOST_PARAMETERS)
  return network
}

function denseLayer(layer: unknown, inSize: number): Dense {
  const bias = numbersOf(layer, 'bias', 1)
  const weight = numbersOf(layer, 'weight', 2)
  const outSize = bias.shape[0]
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
  const values = value.dataSync()
  expect(values.every(Number.isFinite), `all numbers of ${name} are finite`).toBe(true)
  return { shape: value.shape, values }
}

/** The digit with the largest logit for each image, with bytes scaled to 0 to 1. */
export function readWith(network: readonly Dense[], images: Uint8Array): number[] {
  const pixels = network[0].inSize
  return Array.from({ length: images.length / pixels }, (_, n) => {
    const image = images.subarray(n * pixels, (n + 1) * pixels)
    const logits = network.reduce(
      (h: Float64Array, layer, l) => through(layer, l === 0 ? h : h.map(value => Math.max(0, value))),
      Float64Array.from(image, byte => byte / 255),
    )
    return logits.indexOf(Math.max(...logits))
  })
}

function through({ outSize, weight, bias }: Dense, input: Float64Array): Float64Array {
  const output = Float64Array.from({ length: outSize }, (_, j) => bias[j])
  for (const [i, value] of input.entries()) {
    // Most pixels are background, and most neurons output 0.
    if (value === 0) continue
    for (let j = 0; j < outSize; j += 1) output[j] += value * weight[i * outSize + j]
  }
  return output
}
