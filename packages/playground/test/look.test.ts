import { plain, rng, tensor } from '@backprop/core'
import { parameters } from '@backprop/nn'
import { expect, test } from '@backprop/testkit'
import fc from 'fast-check'
import { ImageNetwork, type LayerPlan } from '../src/images/image-network.ts'
import { attackDirection, indexOfMost, logitGradient, look, lossGradient, moved, probabilitiesOf, type Reader, SWEEP } from '../src/images/look.ts' // prettier-ignore
import { PHOTOGRAPHS, pixelsOf, type Task } from '../src/images/task.ts'

const on = plain({ dtype: 'float64' })
const TINY: Task = { ...PHOTOGRAPHS, shape: [3, 8, 8] }
const PLAN: readonly LayerPlan[] = [
  { kind: 'convolution', kernels: 4, size: 3, padding: 0 },
  { kind: 'pooling' },
  { kind: 'dense', neurons: 12 },
  { kind: 'dense', neurons: 10 },
]

function readerOf(seed: number): { reader: Reader; pixels: Float32Array } {
  const random = rng(seed)
  const reader = { task: TINY, network: new ImageNetwork(PLAN, TINY.shape, { on, rng: random }), on }
  return { reader, pixels: Float32Array.from({ length: pixelsOf(TINY) }, () => random.uniform()) }
}

/** The logits, computed by hand from the input that the network takes. */
function logits({ network, task }: Reader, pixels: Float32Array | Float64Array): ArrayLike<number> {
  const [, rows, cols] = task.shape
  const values = Float64Array.from(pixels, (pixel, i) => {
    const channel = Math.floor(i / (rows * cols))
    return (pixel - task.mean[channel]) / task.std[channel]
  })
  return network.forward(tensor(values, { on, shape: [1, ...task.shape] })).dataSync()
}

const lossOf = (reader: Reader, pixels: Float64Array, label: number): number => {
  const z = Array.from(logits(reader, pixels))
  return Math.log(z.reduce((sum, one) => sum + Math.exp(one), 0)) - z[label]
}

/** (f(x + h) − f(x − h)) / 2h in one pixel. */
function slope(f: (pixels: Float64Array) => number, pixels: Float32Array, at: number): number {
  const h = 1e-9
  const [above, below] = [Float64Array.from(pixels), Float64Array.from(pixels)]
  above[at] += h
  below[at] -= h
  return (f(above) - f(below)) / (2 * h)
}

const seed = fc.integer({ min: 0, max: 0xffffffff })
const place = fc.integer({ min: 0, max: pixelsOf(TINY) - 1 })
const classIndex = fc.integer({ min: 0, max: 9 })

test('the gradients of loss and logit are slopes, and the attack follows the sign', () => {
  fc.assert(
    fc.property(seed, fc.array(place, { minLength: 3, maxLength: 3 }), classIndex, (seed, places, label) => {
      const { reader, pixels } = readerOf(seed)
      const ofLoss = lossGradient(reader, pixels, label)
      const ofLogit = logitGradient(reader, pixels, label)
      const away = attackDirection(reader, pixels, label, false)
      const towards = attackDirection(reader, pixels, label, true)
      for (const at of places) {
        const expected = slope(x => lossOf(reader, x, label), pixels, at)
        // Pixels are float32 and gradients are returned as such, and a bend of ReLU or pooling within h = 1e-9 has a chance below 1e-5.
        expect(ofLoss[at]).toBeNear(expected, { absolute: 1e-4, relative: 1e-3 })
        expect(ofLogit[at]).toBeNear(
          slope(x => logits(reader, x)[label], pixels, at),
          { absolute: 1e-4, relative: 1e-3 },
        )
        if (Math.abs(expected) > 1e-3) expect(away[at]).toBe(Math.sign(expected))
        expect(towards[at] === -away[at]).toBe(true)
      }
    }),
    { numRuns: 20 },
  )
})

test('a look shows probabilities, layers and saliency of the attacked image, and leaves no gradients behind', () => {
  const { reader, pixels } = readerOf(5)
  const before = pixels.slice()
  const epsilon = SWEEP[10]
  const seen = look(reader, pixels, { epsilon, target: null })
  expect(pixels).toEqual(before)
  const answer = indexOfMost(seen.clean)
  const direction = attackDirection(reader, pixels, answer, false)
  expect(seen.image).toEqual(moved(pixels, direction, epsilon))
  expect(seen.image.every(pixel => pixel >= 0 && pixel <= 1)).toBe(true)
  expect(seen.probabilities).toBeNear(probabilitiesOf(reader, seen.image), { absolute: 1e-6 })
  expect(seen.probabilities.reduce((a, b) => a + b)).toBeNear(1, { absolute: 1e-5 })
  expect(seen.sweep.slice(0, 10)).toBeNear(seen.clean, { absolute: 1e-6 })
  expect(seen.sweep.slice(100, 110)).toBeNear(seen.probabilities, { absolute: 1e-6 })
  expect(seen.layers.map(({ shape }) => shape)).toEqual([[4, 6, 6], [4, 3, 3], [12], [10]])
  const gradient = logitGradient(reader, seen.image, indexOfMost(seen.probabilities))
  const largest = Array.from({ length: 64 }, (_, i) => Math.max(...[0, 64, 128].map(c => Math.abs(gradient[c + i]))))
  expect(seen.saliency).toBeNear(largest, { absolute: 1e-6 })
  expect([...parameters(reader.network).values()].every(({ value }) => value.grad === null)).toBe(true)
})

test('noise towards a class makes it likelier while ε is small', () => {
  const { reader, pixels } = readerOf(7)
  for (let target = 0; target < 10; target++) {
    const { clean, probabilities } = look(reader, pixels, { epsilon: 0.001, target })
    expect(probabilities[target]).toBeGreaterThan(clean[target])
  }
})
