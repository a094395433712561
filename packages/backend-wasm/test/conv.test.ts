import { type Backend, backward, conv2d, mul, plain, sum, tensor } from '@backprop/core'
import { expect, test } from '@backprop/testkit'
import fc from 'fast-check'
import { wasm } from '../src/index.ts'

const exact = plain({ dtype: 'float64' })
const numbers = (n: number, seed: number) =>
  Float32Array.from({ length: n }, (_, i) => ((Math.sin(i * 12.9898 + seed) * 43758.5453) % 1) - 0.1)

interface Case {
  readonly N: number
  readonly C: number
  readonly O: number
  readonly H: number
  readonly W: number
  readonly padding: number
}

/** The results of a 3 × 3 convolution, and the gradients of its three inputs. */
function run(on: Backend, { N, C, O, H, W, padding }: Case) {
  const leaf = (shape: number[], seed: number) => {
    const size = shape.reduce((a, b) => a * b, 1)
    return tensor(numbers(size, seed), { on, shape, requiresGrad: true })
  }
  const [x, w, b] = [leaf([N, C, H, W], 1), leaf([O, C, 3, 3], 2), leaf([O], 3)]
  const y = conv2d(x, w, b, { padding })
  const value = y.dataSync()
  const weights = tensor(numbers(value.length, 4), { on, shape: y.shape })
  backward(sum(mul(y, weights)))
  return { y: value, dx: x.grad!.dataSync(), dw: w.grad!.dataSync(), db: b.grad!.dataSync() }
}

// From 16 channels on, wide images use Winograd's algorithm, whose errors are several times larger; others use im2col.
test.each([true, false])('3 × 3 convolutions with many channels (relaxed SIMD: %s)', async relaxed => {
  const on = await wasm({ relaxed })
  const shape = fc.record({
    N: fc.constantFrom(1, 2, 5, 17),
    C: fc.integer({ min: 14, max: 24 }),
    O: fc.integer({ min: 14, max: 24 }),
    H: fc.integer({ min: 3, max: 21 }),
    W: fc.integer({ min: 3, max: 34 }),
    padding: fc.integer({ min: 0, max: 3 }),
  })
  fc.assert(
    fc.property(shape, at => {
      const [ours, truth] = [run(on, at), run(exact, at)]
      for (const key of ['y', 'dx', 'dw', 'db'] as const) {
        let largest = 0
        for (const v of truth[key]) largest = Math.max(largest, Math.abs(v))
        expect(ours[key], key).toBeNear(truth[key], { relative: 1e-4, absolute: 1e-5 * largest })
      }
    }),
    { numRuns: 25 },
  )
})

// Winograd's algorithm with more blocks of sums than are folded at a time.
test.each([1, 3])('the gradient of kernels applied at a hundred thousand positions, on %s thread(s)', async threads => {
  const on = await wasm({ threads, share: 'always' })
  const filled = (shape: number[], value: number) => {
    const size = shape.reduce((a, b) => a * b, 1)
    return tensor(new Float32Array(size).fill(value), { on, shape, requiresGrad: true })
  }
  for (const [N, size] of [
    [1, 322],
    [400, 18],
  ]) {
    const w = filled([16, 16, 3, 3], 1)
    backward(sum(conv2d(filled([N, 16, size, size], 0.1), w, filled([16], 0))))
    const positions = N * (size - 2) ** 2
    // The transforms multiply by sixths and quarters, which costs a digit more than a plain sum.
    const expected = new Float64Array(16 * 16 * 9).fill(Math.fround(0.1) * positions)
    expect(w.grad!.dataSync()).toBeNear(expected, { relative: 5e-5, absolute: 0 })
  }
  on.close()
})
