import { expect } from '@backprop/testkit'
import fc from 'fast-check'
import type { Shape, Tensor } from '../src/index.ts'
import * as core from '../src/index.ts'
import { type Check, exact, NEAR, same } from './values.ts'

/** y and what flows back to the inputs, with a weight for each number that tells the places apart. */
function withGradients(y: Tensor, inputs: readonly Tensor[]): Tensor[] {
  const value = y.detach()
  if (!y.requiresGrad) return [value]
  const weights = Array.from({ length: core.sizeOf(y.shape) }, (_, i) => 0.5 + (i % 7) / 3)
  core.backward(core.sum(core.mul(y, core.tensor(weights, { on: y.on, shape: y.shape }))))
  return [value, ...inputs.flatMap(x => x.grad ?? [])]
}

const size = fc.integer({ min: 0, max: 4 })
const shape = fc.array(size, { maxLength: 5 })
const runs = { numRuns: 60 }

export function opTests(check: Check): void {
  for (const { examples } of core.allOps) {
    for (const example of examples) {
      const { text, shapes, domain } = example
      check(`${text} and its gradient`, on =>
        same(on, shapes, inputs => withGradients(example.run(inputs), inputs), domain),
      )
    }
  }

  const pair = shape.chain(common =>
    fc
      .tuple(fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), fc.nat(common.length))
      .map(([ones, cut]) => [common, common.map((n, axis) => (ones[axis] ? 1 : n)).slice(cut)]),
  )
  check('broadcasting any shapes, sizes 0 and 1 among them', on =>
    fc.assert(
      fc.asyncProperty(pair, fc.constantFrom(core.add, core.sub, core.mul, core.div, core.maximum), (shapes, op) =>
        same(on, shapes, ([a, b]) => withGradients(op(a, b), [a, b])),
      ),
      runs,
    ),
  )
  check('sum and mean over any axes', on =>
    fc.assert(
      fc.asyncProperty(shape, fc.subarray([0, 1, 2, 3, 4]), fc.boolean(), (x, axes, keepdims) => {
        const axis = axes.filter(one => one < x.length)
        return same(on, [x], inputs => withGradients(core.sum(inputs[0], { axis, keepdims }), inputs))
      }),
      runs,
    ),
  )
  check('max over any axes', on =>
    fc.assert(
      fc.asyncProperty(
        shape.filter(x => !x.includes(0)),
        fc.subarray([0, 1, 2, 3, 4]),
        (x, axes) => {
          const axis = axes.filter(one => one < x.length)
          return same(on, [x], inputs => withGradients(core.max(inputs[0], { axis }), inputs))
        },
      ),
      runs,
    ),
  )
  check('softmax and logSoftmax of any width', async on => {
    for (const C of [...Array.from({ length: 20 }, (_, i) => i + 1), 33, 100]) {
      for (const op of [core.softmax, core.logSoftmax])
        await same(on, [[7, C]], inputs => withGradients(op(inputs[0]), inputs))
    }
  })
  check('crossEntropy of any size', async on => {
    for (const [N, C] of [
      [1, 1],
      [3, 2],
      [5, 10],
      [32, 10],
      [9, 100],
    ]) {
      const labels = Array.from({ length: N }, (_, n) => (n * 7) % C)
      await same(on, [[N, C]], inputs => withGradients(core.crossEntropy(inputs[0], labels), inputs))
    }
  })
  check('linear of any size', async on => {
    for (const [N, K, M] of [
      [1, 1, 1],
      [3, 5, 7],
      [0, 3, 2],
      [32, 17, 64],
      [65, 33, 10],
    ]) {
      await same(on, [[N, K], [K, M], [M]], inputs => withGradients(core.linear(inputs[0], inputs[1], inputs[2]), inputs)) // prettier-ignore
    }
  })
  check('gelu and its gradient over their range', async on => {
    const values = [...Array.from({ length: 1001 }, (_, i) => -10 + i / 50), -1e4, 1e4]
    const results = [on, exact].map(where => {
      const x = core.tensor(values, { on: where, requiresGrad: true })
      return withGradients(core.gelu(x), [x])
    })
    // Φ(x) loses about two digits of float32, and up to x = −5.5 it is multiplied by x.
    for (const [i, y] of results[0].entries())
      expect(await y.data()).toBeNear(results[1][i].dataSync(), { relative: 1e-6, absolute: 1.5e-6 })
  })
  check('batchNorm of images and rows of any size', on =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 9 }),
        fc.integer({ min: 1, max: 21 }),
        fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 2 }),
        (N, C, image) =>
          same(on, [[N, C, ...image], [C], [C]], ([x, scale, shift]) =>
            withGradients(core.batchNorm(x, scale, shift, { epsilon: 0.1 }), [x, scale, shift]),
          ),
      ),
      runs,
    ),
  )
  check('layerNorm of rows of any number and size', on =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 70 }),
        fc.integer({ min: 1, max: 21 }),
        fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 1 }),
        (R, S, more) =>
          same(
            on,
            [
              [R, S, ...more],
              [S, ...more],
              [S, ...more],
            ],
            ([x, scale, shift]) => withGradients(core.layerNorm(x, scale, shift, { epsilon: 0.1 }), [x, scale, shift]),
          ),
      ),
      runs,
    ),
  )
  check('layerNorm of numbers far from 0, and of rows that are constant', async on => {
    const x = Float32Array.from({ length: 600 }, (_, i) => (i < 300 ? 1000 + ((i * 7) % 11) : 7))
    const [ours, truth] = [on, exact].map(
      where =>
      core.layerNorm(core.tensor(x, { on: where, shape: [4, 150] }), core.ones([150], { on: where }), core.zeros([150], { on: where })), // prettier-ignore
    )
    expect(await ours.data()).toBeNear(truth.dataSync(), { relative: 1e-3, absolute: 1e-4 })
  })
  check('batchNorm of numbers far from 0', async on => {
    const x = core.tensor(
      Float32Array.from({ length: 600 }, (_, i) => 1000 + ((i * 7) % 11)),
      { on, shape: [100, 2, 3] },
    )
    const [scale, shift] = [core.ones([2], { on }), core.zeros([2], { on })]
    const z = core.batchNorm(x, scale, shift, {
      observe: batch => {
        for (const one of [batch.mean, batch.variance]) expect(one.shape).toEqual([2])
      },
    })
    const truth = core.batchNorm(core.tensor(await x.data(), { on: exact, shape: x.shape }), core.ones([2], { on: exact }), core.zeros([2], { on: exact })) // prettier-ignore
    expect(await z.data()).toBeNear(truth.dataSync(), { relative: 1e-3, absolute: 1e-4 })
  })
  windowTests(check)
  check('losses and softmax stay finite at ±1000', on => extremes(on))
}

const image = fc.record({
  N: fc.integer({ min: 0, max: 3 }),
  C: fc.integer({ min: 1, max: 9 }),
  O: fc.integer({ min: 1, max: 9 }),
  H: fc.integer({ min: 1, max: 11 }),
  W: fc.integer({ min: 1, max: 11 }),
  kH: fc.integer({ min: 1, max: 4 }),
  kW: fc.integer({ min: 1, max: 4 }),
  stride: fc.integer({ min: 1, max: 3 }),
  padding: fc.integer({ min: 0, max: 2 }),
})

function windowTests(check: Check): void {
  const fits = image.filter(({ H, W, kH, kW, padding }) => H + 2 * padding >= kH && W + 2 * padding >= kW)
  check('conv2d of any size, stride and padding', on =>
    fc.assert(
      fc.asyncProperty(fits, ({ N, C, O, H, W, kH, kW, stride, padding }) => {
        const shapes: Shape[] = [[N, C, H, W], [O, C, kH, kW], [O]]
        return same(on, shapes, ([x, w, b]) => withGradients(core.conv2d(x, w, b, { stride, padding }), [x, w, b]))
      }),
      { numRuns: 80 },
    ),
  )
  check('conv2d whose last rows and columns are in no window', async on => {
    const cases: [x: Shape, w: Shape, stride: number][] = [
      [[1, 9, 10, 8], [8, 9, 1, 1], 2],
      [[3, 4, 11, 11], [2, 4, 1, 1], 3],
    ]
    // A native library that writes past the end of its memory for these sizes may get away with it a few times.
    for (let time = 0; time < 10; time++)
      for (const [image, kernels, stride] of cases)
        await same(on, [image, kernels, [kernels[0]]], ([x, w, b]) =>
          withGradients(core.conv2d(x, w, b, { stride, padding: 2 }), [x, w, b]),
        )
  })
  for (const pool of [core.maxPool2d, core.avgPool2d]) {
    check(`${pool.opName} of any size, windows apart and overlapping`, on =>
      fc.assert(
        fc.asyncProperty(
          image.filter(({ H, W, kH }) => H >= kH && W >= kH),
          ({ N, C, H, W, kH: kernel, stride }) =>
            same(on, [[N, C, H, W]], inputs => withGradients(pool(inputs[0], { kernel, stride }), inputs)),
        ),
        runs,
      ),
    )
  }
  check('of equal numbers in a window the first one gets the gradient', async on => {
    const x = core.tensor(new Float32Array(2 * 16).fill(3), { on, shape: [1, 2, 4, 4], requiresGrad: true })
    core.backward(core.sum(core.maxPool2d(x, { kernel: 2, stride: 2 })))
    const first = [1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]
    expect(await x.grad?.data()).toBeNear([...first, ...first], NEAR)
  })
}

async function extremes(on: core.Backend): Promise<void> {
  const given = [1000, -1000, 0, -1000, 1000, 999]
  const logits = core.tensor(given, { on, shape: [2, 3], requiresGrad: true })
  const loss = core.crossEntropy(logits, [1, 1])
  expect(await loss.item()).toBeNear((2000 + Math.log1p(Math.exp(-1))) / 2, NEAR)
  core.backward(loss)
  const p = 1 / (1 + Math.exp(-1))
  expect(await logits.grad?.data()).toBeNear([0.5, -0.5, 0, 0, (p - 1) / 2, (1 - p) / 2], NEAR)
  expect(await core.softmax(logits).data()).toBeNear([1, 0, 0, 0, p, 1 - p], NEAR)
  expect((await core.logSoftmax(logits).data()).slice(0, 3)).toBeNear([0, -2000, -1000], NEAR)
  const targets = core.tensor([0, 1, 1], { on })
  const x = core.tensor([1000, -1000, 1000], { on })
  expect(await core.bceWithLogits(x, targets).item()).toBeNear(2000 / 3, NEAR)
}
