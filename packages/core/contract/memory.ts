import { expect } from '@backprop/testkit'
import {
  add,
  type Backend,
  backward,
  crossEntropy,
  linear,
  matmul,
  mul,
  noGrad,
  normal,
  relu,
  rng,
  sub,
  type Tensor,
  tensor,
  zeros,
} from '../src/index.ts'
import { type Check, draw, NEAR } from './values.ts'

/** How many slots live, where a backend can tell. */
function liveSlots(on: Backend): number | undefined {
  if (!('stats' in on) || typeof on.stats !== 'function') return undefined
  const stats: unknown = (on.stats as () => unknown).call(on)
  if (typeof stats !== 'object' || stats === null || !('liveSlots' in stats)) return undefined
  return stats.liveSlots as number
}

export function memoryTests(check: Check): void {
  check('what is written and what is read are copies', async on => {
    const given = Float32Array.of(1, 2, 3)
    const slot = on.write(given)
    given[0] = 9
    const read = await on.read(slot)
    read[1] = 9
    expect(await on.read(slot)).toBeNear([1, 2, 3])
    if (on.readSync) expect(on.readSync(slot)).toBeNear([1, 2, 3])
  })

  check('memory that is freed and used again never shows through', async on => {
    const r = rng(1)
    const held: { x: Tensor; values: Float64Array }[] = []
    for (let i = 0; i < 500; i++) {
      const n = 1 + r.integer(300)
      const values = draw([n], i + 1)
      const x = tensor(values, { on, shape: [n] })
      if (i % 5 === 0) held.push({ x, values })
      const y = noGrad(() => add(mul(x, 2), x))
      if (i % 50 === 0)
        expect(await y.data()).toBeNear(
          values.map(v => 3 * v),
          NEAR,
        )
      y.release()
      if (i % 5 !== 0) x.release()
    }
    for (const { x, values } of held) expect(await x.data()).toBeNear(values, NEAR)
    // What should be zero after memory was used again is zero.
    expect(await zeros([300], { on }).data()).toBeNear(new Float32Array(300))
    expect(
      await on.read(
        on.scatterAdd({ slot: on.write([1]), shape: [1, 1, 1], strides: [1, 1, 1], offset: 0 }, Int32Array.of(2), 200),
      ),
    ).toBeNear(Array.from({ length: 200 }, (_, i) => (i === 2 ? 1 : 0)))
    for (const { x } of held) x.release()
  })

  check('training learns, and keeps its memory flat', async on => {
    const r = rng(2)
    const x = normal([16, 5], { on, rng: r })
    const labels = Array.from({ length: 16 }, (_, i) => i % 3)
    let weights = [
      normal([5, 8], { on, rng: r, requiresGrad: true }),
      zeros([8], { on, requiresGrad: true }),
      normal([8, 3], { on, rng: r, requiresGrad: true }),
    ]
    let before: number | undefined
    const losses: number[] = []
    for (let step = 0; step < 300; step++) {
      const [W1, b1, W2] = weights
      const loss = crossEntropy(matmul(relu(linear(x, W1, b1)), W2), labels)
      backward(loss)
      if (step === 0 || step === 299) losses.push(await loss.item())
      loss.release()
      weights = weights.map(w => {
        const next = noGrad(() => sub(w, mul(w.grad!, 0.3))).toLeaf()
        w.grad?.release()
        w.release()
        return next
      })
      if (step === 9) before = liveSlots(on)
    }
    expect(losses[1]).toBeLessThan(losses[0] / 2)
    expect(liveSlots(on)).toBe(before)
  })
}
