import { expect } from '@backprop/testkit'
import type { Backend, Shape, Tensor } from '../src/index.ts'
import * as core from '../src/index.ts'
import type { Check } from './values.ts'

/**
 * Long sums of equal numbers. One float32 that takes a million terms one by one ends up 1 % off: once the total is
 * large, every addition rounds the same way. A kernel sums in blocks of some hundred terms, or in float64; then at most
 * 256 roundings of 2⁻²⁴ each add up, which is 1.5e-5.
 */
const LONG = { relative: 1.5e-5, absolute: 0 }

const TENTH = Math.fround(0.1)

const filled = (on: Backend, shape: Shape, value = 1, requiresGrad = false): Tensor =>
  core.tensor(new Float32Array(core.sizeOf(shape)).fill(value), { on, shape, requiresGrad })

/** Whether all numbers of a tensor are `value`. */
async function allAre(x: Tensor | null, value: number): Promise<void> {
  const data = (await x?.data()) ?? []
  let [low, high] = [Infinity, -Infinity]
  for (const one of data) [low, high] = [Math.min(low, one), Math.max(high, one)]
  expect([low, high]).toBeNear([value, value], LONG)
}

/** The gradients of a convolution's kernels and bias count the places that they see. */
async function kernelGradient(on: Backend, images: Shape, kernels: Shape): Promise<void> {
  const w = filled(on, kernels, 1, true)
  const b = filled(on, [kernels[0]], 0, true)
  core.backward(core.sum(core.conv2d(filled(on, images, TENTH), w, b)))
  const places = images[0] * (images[2] - kernels[2] + 1) * (images[3] - kernels[3] + 1)
  await allAre(w.grad, TENTH * places)
  await allAre(b.grad, places)
}

export function longSums(check: Check): void {
  check('long sums: products that add up a million terms', async on => {
    for (const [M, K, N] of [
      [1, 1_000_000, 1],
      [2, 100_000, 9],
      [13, 50_000, 17],
    ]) {
      await allAre(core.matmul(filled(on, [M, K], TENTH), filled(on, [K, N])), TENTH * K)
      // The same with both operands as they come out of a transpose.
      const [a, b] = [filled(on, [K, M], TENTH), filled(on, [N, K])]
      await allAre(core.matmul(core.transpose(a), core.transpose(b)), TENTH * K)
      await allAre(core.linear(filled(on, [M, K], TENTH), filled(on, [K, N]), filled(on, [N], 100)), TENTH * K + 100)
    }
  })

  check('long sums: a convolution of many channels, and its gradient for the input', async on => {
    const channels = 20_000
    const x = filled(on, [1, channels, 3, 3], TENTH)
    await allAre(core.conv2d(x, filled(on, [2, channels, 3, 3]), filled(on, [2], 0)), TENTH * 9 * channels)
    const one = filled(on, [1, 1, 6, 6], 1, true)
    core.backward(core.sum(core.conv2d(one, filled(on, [channels, 1, 1, 1], TENTH), filled(on, [channels], 0))))
    await allAre(one.grad, TENTH * channels)
  })

  check('long sums: the gradient of kernels that see many places', async on => {
    // One large image, and many small ones.
    await kernelGradient(on, [1, 1, 600, 600], [1, 1, 1, 1])
    await kernelGradient(on, [4000, 1, 10, 10], [2, 1, 3, 3])
  })

  check('long sums: sums, means and averages of a million numbers', async on => {
    const x = filled(on, [1_000_000], TENTH)
    await allAre(core.sum(x), TENTH * 1e6)
    await allAre(core.mean(x), TENTH)
    await allAre(core.sum(core.reshape(x, [100_000, 10]), { axis: 0 }), TENTH * 1e5)
    await allAre(core.avgPool2d(core.reshape(x, [1, 1, 1000, 1000]), { kernel: 1000, stride: 1 }), TENTH)
  })

  check('long sums: softmax over a million classes', async on => {
    const logits = filled(on, [1, 1_000_000], 3)
    await allAre(core.softmax(logits), 1e-6)
    await allAre(core.logSoftmax(logits), -Math.log(1e6))
    await allAre(core.crossEntropy(logits, [7]), Math.log(1e6))
  })

  check('long sums: layerNorm of 100,000 numbers, in one row and in many', async on => {
    for (const [R, S] of [
      [1, 100_000],
      [12_500, 8],
    ]) {
      const pair = core.tensor(Float32Array.from({ length: R * S }, (_, i) => (i % 2 === 0 ? 2.1 : 0.1)), { on, shape: [R, S] }) // prettier-ignore
      const [scale, shift] = [filled(on, [S], 1, true), filled(on, [S], 3, true)]
      const y = core.layerNorm(pair, scale, shift)
      const halves = core.reshape(y, [(R * S) / 2, 2])
      await allAre(core.slice(halves, [[], [0, 1]]), 3 + 1 / Math.sqrt(1 + 1e-5))
      core.backward(core.sum(core.mul(y, TENTH)))
      await allAre(shift.grad, TENTH * R)
      const [first] = (await scale.grad?.data()) ?? []
      expect(first).toBeNear((TENTH * R) / Math.sqrt(1 + 1e-5), LONG)
    }
  })

  check('long sums: the gradient of a row that was picked very often', async on => {
    for (const width of [1, 7]) {
      const table = filled(on, [2, width], 1, true)
      const indices = new Int32Array(1_000_000 / width)
      core.backward(core.sum(core.mul(core.gather(table, { indices }), TENTH)))
      const [first] = (await table.grad?.data()) ?? []
      expect(first).toBeNear(TENTH * indices.length, LONG)
    }
  })
}
