import { expect } from '@backprop/testkit'
import type { Shape, Tensor } from '../src/index.ts'
import * as core from '../src/index.ts'
import { type Check, exact, NEAR } from './values.ts'

// What is not an ordinary number, in every op and its gradient: masks put −∞ before a softmax, a bad step makes NaN,
// and a backend that hides either, or makes one of the other, sends a student looking in the wrong place.

const SPECIAL = [-Infinity, Infinity, NaN, 0, -0]

/** Ordinary numbers, and at every third place from the `turn`-th on a special one. */
function mixed(shape: Shape, turn: number, special: number): Float32Array {
  return Float32Array.from({ length: core.sizeOf(shape) }, (_, i) =>
    (i + turn) % 3 === 0 ? special : ((i * 7) % 5) / 4 - 0.4,
  )
}

export function specials(check: Check): void {
  for (const { examples } of core.allOps) {
    for (const example of examples) {
      const { text, shapes } = example
      check(`${text} of infinities, NaN and zeros`, async on => {
        for (const special of SPECIAL) {
          const compute = (where: core.Backend): Tensor =>
            example.run(shapes.map((shape, i) => core.tensor(mixed(shape, i, special), { on: where, shape })))
          const [ours, truth] = [compute(on), compute(exact)]
          expect(await ours.data(), `with ${Object.is(special, -0) ? '-0' : special}`).toBeNear(truth.dataSync(), NEAR)
        }
      })
    }
  }

  check('softmax of rows of any width with −∞, ∞ or NaN at each place', async on => {
    for (const special of [-Infinity, Infinity, NaN]) {
      for (const C of [1, 2, 3, 4, 5, 7, 8, 11, 12, 13, 14, 16, 17, 20]) {
        const square = Float32Array.from({ length: C * C }, (_, i) => (i % (C + 1) === 0 ? special : ((i * 7) % 5) / 4))
        for (const op of [core.softmax, core.logSoftmax]) {
          const [ours, truth] = [on, exact].map(where => op(core.tensor(square, { on: where, shape: [C, C] })))
          expect(await ours.data(), `${C} numbers with ${special}`).toBeNear(truth.dataSync(), NEAR)
        }
      }
    }
  })

  check('crossEntropy with classes that are masked out by −∞', async on => {
    const logits = core.tensor([-Infinity, 0, 1, -Infinity, 2, 2], { on, shape: [2, 3], requiresGrad: true })
    const loss = core.crossEntropy(logits, [1, 2])
    expect(await loss.item()).toBeNear((Math.log(1 + Math.E) + Math.LN2) / 2, NEAR)
    core.backward(loss)
    const p = 1 / (1 + Math.E)
    expect(await logits.grad?.data()).toBeNear([0, (p - 1) / 2, (1 - p) / 2, 0, 0.25, -0.25], NEAR)
    const masked = core.tensor([-Infinity, 0], { on, shape: [1, 2] })
    expect(await core.crossEntropy(masked, [1]).item()).toBeNear(0)
    expect(await core.crossEntropy(masked, [0]).item()).toBe(Infinity)
  })
}
