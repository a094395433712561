import { argmax, backward, maxPool2d, mul, noGrad, relu, sub, sum, tensor } from '@backprop/core'
import { backendContract } from '@backprop/core/contract'
import { expect } from '@backprop/testkit'
import { afterAll, describe, test } from 'vitest'
import { BackendUnavailable, webgpu, type WebGpuBackend } from '../src/index.ts'

const available = await webgpu({ allowSoftware: true }).catch((error: unknown) => {
  if (error instanceof BackendUnavailable) return error
  throw error
})

if (available instanceof BackendUnavailable) {
  // Most machines without a GPU have no software Vulkan either; the test's name says why, and what to do.
  test.skip(`webgpu keeps the contract of a backend (skipped: ${available.reason}; ${available.fix})`)
} else {
  const { isSoftware, description } = available
  const slow = { test: 'training learns, and keeps its memory flat', reason: 'its 300 steps take minutes in software' }
  const skip = [
    { test: /^long sums: /, reason: 'its kernels add float32 one by one' },
    { test: /of infinities, NaN and zeros$/, reason: 'WGSL lets a device assume that these do not occur' },
    { test: /masked out by −∞$|with −∞, ∞ or NaN at each place$/, reason: 'the same' },
    ...(isSoftware ? [slow] : []),
  ]
  backendContract({ name: description, make: () => Promise.resolve(available), skip })
  describe(description, () => ownTests(available))
  afterAll(() => available.close())
}

function ownTests(on: WebGpuBackend): void {
  test('reports its device and driver', async () => {
    expect(on.device).not.toBe('')
    expect(on.driver).not.toBe('')
    if (on.isSoftware) await expect(webgpu()).rejects.toMatchObject({ code: 'software-adapter' })
  })

  test('cannot read without waiting', () => {
    expect(() => tensor([1, 2], { on }).dataSync()).toThrow('cannot read without waiting')
  })

  test('keeps its memory flat while it trains', async () => {
    let w = tensor([1, -2, 3, -4], { on, shape: [2, 2], requiresGrad: true })
    const live: number[] = []
    for (let step = 0; step < 12; step++) {
      const loss = sum(mul(relu(w), w))
      backward(loss)
      loss.release()
      const next = noGrad(() => sub(w, mul(w.grad!, 0.1))).toLeaf()
      w.grad?.release()
      w.release()
      w = next
      live.push(on.stats().liveSlots)
    }
    // dL/dw = 2 w where w > 0, so each step takes a fifth of it away.
    expect(await w.data()).toBeNear([0.8 ** 12, -2, 3 * 0.8 ** 12, -4], { relative: 1e-5, absolute: 0 })
    expect(new Set(live.slice(2)).size).toBe(1)
  })

  test('argmax is the first of equal numbers in rows of any length', async () => {
    const width = 700
    const x = Float32Array.from({ length: 2 * width }, (_, i) => (i % width === 3 || i % width >= 64 ? 9 : 1))
    expect(await argmax(tensor(x, { on, shape: [2, width] }))).toBeNear([3, 3])
  })

  test('overlapping windows of equal numbers give the gradient to their first', async () => {
    const x = tensor(new Float32Array(9).fill(2), { on, shape: [1, 1, 3, 3], requiresGrad: true })
    backward(sum(maxPool2d(x, { kernel: 2, stride: 1 })))
    expect(await x.grad?.data()).toBeNear([1, 1, 0, 1, 1, 0, 0, 0, 0])
  })
}
