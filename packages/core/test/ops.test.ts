import { expect, gradcheck, test } from '@backprop/testkit'
import { describe } from 'vitest'
import { allOps, type Backend, backward, type Example, mul, noGrad, plain, sum, tensor } from '../src/index.ts'
import { sizeOf } from '../src/shape.ts'
import { draw, leaves } from './draw.ts'

const float64 = plain({ dtype: 'float64' })
/** The same loops without the fused kernels, so that core composes them. */
const composing: Backend = { ...float64, fused: undefined }
const backends: [string, Backend, { relative: number; absolute: number }][] = [
  ['plain without fused kernels', composing, { relative: 1e-12, absolute: 1e-13 }],
  // Six digits: float32 keeps seven, and the longest of the examples loses one.
  ['plain in float32', plain(), { relative: 1e-5, absolute: 1e-6 }],
]

// A function has no fields that `$opName` in a title would find, so the name comes first.
describe.each(allOps.map(op => [op.opName, op.examples] as const))('%s', (_name, examples) => {
  test.each(examples)('has the gradient that central differences see: $text', async example => {
    const at = draw(example.shapes, example.domain)
    const { gradients } = run(example, float64)
    const f = (values: readonly Float64Array[]) => noGrad(() => weightedSum(example, values, float64)).dataSync()[0]
    await gradcheck({ f, gradients, at })
  })

  describe.each(backends)('on %s', (_, on, tolerance) => {
    test.each(examples)('gives what plain gives in float64: $text', example => {
      const [actual, expected] = [run(example, on), run(example, float64)]
      expect(actual.shape).toEqual(expected.shape)
      expect(actual.value).toBeNear(expected.value, tolerance)
      for (const [i, gradient] of actual.gradients.entries()) {
        expect(gradient, `the gradient of input ${i}`).toBeNear(expected.gradients[i], tolerance)
      }
    })
  })
})

/** Weights make dL/dy differ from place to place, so a gradient that lands in the wrong place shows. */
function weightedSum(example: Example, values: readonly ArrayLike<number>[], on: Backend) {
  return weigh(example.run(values.map((flat, i) => tensor(flat, { on, shape: example.shapes[i] }))))
}

function weigh(y: ReturnType<Example['run']>) {
  const weights = Array.from({ length: sizeOf(y.shape) }, (_, i) => 0.5 + (i % 7) / 3)
  return sum(mul(y, tensor(weights, { on: y.on, shape: y.shape })))
}

function run(example: Example, on: Backend) {
  const inputs = leaves(draw(example.shapes, example.domain), example.shapes, on)
  const y = example.run(inputs)
  const value = y.dataSync()
  if (y.requiresGrad) backward(weigh(y))
  const gradients = inputs.map(x => x.grad?.dataSync() ?? new Float64Array(sizeOf(x.shape)))
  return { shape: y.shape, value, gradients }
}
