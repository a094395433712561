import {
  type Backend,
  backward,
  conv2d,
  crossEntropy,
  linear,
  maxPool2d,
  plain,
  relu,
  reshape,
  sizeOf,
  tensor,
} from '@backprop/core'
import { adamStep } from '@backprop/nn'
import { expect, test } from '@backprop/testkit'
import { wasm } from '../src/index.ts'

const LEARNING_RATE = 1e-3
const EPSILON = 1e-8
const ADAM = { learningRate: LEARNING_RATE, beta1: 0.9, beta2: 0.999, epsilon: EPSILON, step: 1 }

/** Enough images and channels for Winograd's algorithm. */
const [N, C, O, SIZE] = [4, 16, 16, 16]
const SHAPES = [[O, C, 3, 3], [O], [(O * SIZE * SIZE) / 4, 10], [10]]

const numbers = (n: number, seed: number, scale: number) =>
  Float32Array.from({ length: n }, (_, i) => scale * (((Math.sin(i * 12.9898 + seed) * 43758.5453) % 1) - 0.1))

/** The first step of a small network: for each parameter its value before, its gradient, and its value after. */
function firstStep(on: Backend) {
  const leaf = (shape: number[], i: number) => tensor(numbers(sizeOf(shape), i, 0.1), { on, shape, requiresGrad: true })
  const all = SHAPES.map(leaf)
  const x = tensor(numbers(N * C * SIZE * SIZE, 9, 1), { on, shape: [N, C, SIZE, SIZE] })
  const pooled = maxPool2d(relu(conv2d(x, all[0], all[1], { padding: 1 })), { kernel: 2, stride: 2 })
  backward(crossEntropy(linear(reshape(pooled, [N, -1]), all[2], all[3]), [1, 2, 3, 4]))
  return all.map(value => {
    const [before, gradient] = [value.dataSync(), value.grad!.dataSync()]
    const moments = [0, 1].map(() => tensor(new Float32Array(before.length), { on, shape: value.shape }))
    const next = adamStep({ value: value.detach(), m: moments[0], v: moments[1] }, value.grad!, ADAM)
    return { before, gradient, after: next.value.dataSync() }
  })
}

const largest = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => Math.max(a, Math.abs(b)), 0)

// The first step of Adam is the learning rate times g / (|g| + ε), whose slope at 0 is 1 / ε = 1e8. Where exact arithmetic
// has a gradient of 0, Winograd's algorithm may have one of 1e-7, which moves the weight by nearly a whole step: so the
// losses of two backends may differ in the fifth digit after two steps. What must hold is that gradients are as accurate as
// rounding allows, and that Adam's step from these gradients is accurate to the last digits.
test.each([true, false])('the first step of a network follows its own gradients (Winograd: %s)', async winograd => {
  const exact = firstStep(plain({ dtype: 'float64' }))
  const ours = firstStep(await wasm({ winograd }))
  const UNIT = 2 ** -24
  for (const [i, { before, gradient, after }] of ours.entries()) {
    expect(gradient).toBeNear(exact[i].gradient, { absolute: 1e-5 * largest(exact[i].gradient) })
    for (const [j, g] of gradient.entries()) {
      const expected = before[j] - (LEARNING_RATE * g) / (Math.abs(g) + EPSILON)
      // Ten roundings make the step, and one more the weight.
      const allowed = 10 * UNIT * LEARNING_RATE + UNIT * Math.abs(expected)
      expect(Math.abs(after[j] - expected), `parameter ${i}, weight ${j}, gradient ${g}`).toBeLessThanOrEqual(allowed)
    }
  }
})
