import { expect, test } from '@backprop/testkit'
import fc from 'fast-check'
import { argmax, matmul, max, plain, relu, sum, tensor, transpose } from '../src/index.ts'
import { permuteView } from '../src/view.ts'

const on = plain({ dtype: 'float64' })

test('matmul of any size is the sum of products', () => {
  const size = fc.integer({ min: 0, max: 9 })
  fc.assert(
    fc.property(size, size, size, fc.boolean(), fc.boolean(), (M, K, N, transposeA, transposeB) => {
      const a = Array.from({ length: M * K }, (_, i) => (i % 5) - 2)
      const b = Array.from({ length: K * N }, (_, i) => (i % 7) - 3)
      const expected = Array.from({ length: M * N }, (_, at) => {
        const [m, n] = [Math.floor(at / N), at % N]
        return a.slice(m * K, m * K + K).reduce((total, x, k) => total + x * b[k * N + n], 0)
      })
      const [A, B] = [tensor(a, { on, shape: [M, K] }), tensor(b, { on, shape: [K, N] })]
      const y = matmul(transposeA ? transpose(A) : A, transposeB ? transpose(B) : B, { transposeA, transposeB })
      expect(y).toHaveShape([M, N])
      expect(y.dataSync()).toBeNear(expected)
    }),
  )
})

test('kernels follow strides, offsets and repeated axes', async () => {
  const slot = on.write([0, 1, 2, 3, 4, 5, 6, 7])
  const view = { slot, shape: [2, 3], strides: [1, 2], offset: 1 }
  expect(await on.read(on.unary('neg', view))).toBeNear([-1, -3, -5, -2, -4, -6])
  const row = { slot, shape: [2, 3], strides: [0, 1], offset: 2 }
  expect(await on.read(on.binary('add', view, row))).toBeNear([3, 6, 9, 4, 7, 10])
  expect(await on.read(on.reduce('sum', view, 0))).toBeNear([3, 7, 11])
  expect(await on.read(on.reduce('sum', permuteView(view, [1, 0]), 0))).toBeNear([9, 12])
  expect(await on.read(on.matmul(view, permuteView(row, [1, 0])))).toBeNear([31, 31, 40, 40])
  // Contiguous, but only a part of the slot.
  const part = { slot, shape: [3], strides: [1], offset: 5 }
  expect(await on.read(on.reduce('max', part, 0))).toBeNear([7])
})

test('what is read is a copy', async () => {
  const x = tensor([1, 2], { on })
  x.dataSync()[0] = 9
  ;(await x.data())[1] = 9
  expect(x.dataSync()).toBeNear([1, 2])
})

test('argmax is the first largest, along any axis', async () => {
  const x = tensor(
    [
      [1, 5, 5],
      [7, 0, 6],
    ],
    { on },
  )
  expect(await argmax(x)).toEqual(Int32Array.of(1, 0))
  expect(await argmax(x, 0)).toEqual(Int32Array.of(1, 0, 1))
})

test('a NaN is never lost on the way', async () => {
  const x = tensor([1, NaN, 3], { on })
  expect(max(x).dataSync()).toBeNear([NaN])
  expect(await argmax(x)).toEqual(Int32Array.of(1))
  expect(relu(x).dataSync()).toBeNear([1, NaN, 3])
})

test('a float32 sum of a million numbers keeps its digits', () => {
  const x = tensor(new Float32Array(1_000_000).fill(0.1), { on: plain(), shape: [1000, 1000] })
  expect(sum(x).dataSync()).toBeNear([100_000], { relative: 1e-6 })
  expect(sum(x, { axis: 0 }).dataSync()[0]).toBeNear(100, { relative: 1e-6 })
})
