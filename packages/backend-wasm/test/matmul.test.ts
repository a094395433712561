import { type Backend, plain, type View } from '@backprop/core'
import { expect, test } from '@backprop/testkit'
import fc from 'fast-check'
import { wasm } from '../src/index.ts'

const exact = plain({ dtype: 'float64' })

/** Reproducible numbers from −1 to 1. */
const numbers = (n: number, seed: number) => Float32Array.from({ length: n }, (_, i) => Math.sin(i * 12.9898 + seed))

/** A matrix inside a larger buffer, stored by rows or by columns, with gaps between them and an offset. */
function matrix(on: Backend, rows: number, columns: number, turned: boolean, gap: number, seed: number): View {
  const line = (turned ? rows : columns) + gap
  const slot = on.write(numbers(3 + line * (turned ? columns : rows), seed))
  return { slot, shape: [rows, columns], strides: turned ? [1, line] : [line, 1], offset: 3 }
}

test.each([true, false])('products of any shape and strides (relaxed SIMD: %s)', async relaxed => {
  const on = await wasm({ relaxed })
  // Sizes around the edges of the tiles (6 × 8) and of the blocks (256 steps of k, 96 rows).
  const size = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(95, 96, 97, 127, 193, 255, 256, 257, 300))
  const flag = fc.boolean()
  const gap = fc.constantFrom(0, 1, 5)
  fc.assert(
    fc.property(size, size, size, flag, flag, gap, gap, (M, K, N, turnA, turnB, gapA, gapB) => {
      const product = (where: Backend) =>
        where.matmul(matrix(where, M, K, turnA, gapA, 1), matrix(where, K, N, turnB, gapB, 2))
      const slot = product(on)
      expect(on.readSync(slot)).toBeNear(exact.readSync(product(exact)), { relative: 1e-4, absolute: 1e-4 })
      on.free(slot)
    }),
    { numRuns: 150 },
  )
})

test('more columns than a block has, and linear at the edges of the tiles', async () => {
  const on = await wasm()
  const view = (where: Backend, shape: number[], seed: number): View => {
    const size = shape.reduce((a, b) => a * b, 1)
    const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1))
    return { slot: where.write(numbers(size, seed)), shape, strides, offset: 0 }
  }
  const near = { relative: 1e-4, absolute: 1e-4 }
  const wide = (where: Backend) => where.matmul(view(where, [30, 270], 1), view(where, [270, 1030], 2))
  expect(on.readSync(wide(on))).toBeNear(exact.readSync(wide(exact)), near)
  for (const [N, K, M] of [
    [1, 1, 1],
    [32, 784, 10],
    [13, 300, 9],
    [97, 260, 130],
    [20, 0, 300],
  ]) {
    const slot = on.fused.linear(view(on, [N, K], 1), view(on, [K, M], 2), view(on, [M], 3))
    const product = exact.readSync(exact.matmul(view(exact, [N, K], 1), view(exact, [K, M], 2)))
    const bias = numbers(M, 3)
    expect(on.readSync(slot)).toBeNear(
      Float64Array.from(product, (y, i) => y + bias[i % M]),
      near,
    )
  }
})

test.each([1, 3])('many small products, the heads of attention among them, on %s thread(s)', async threads => {
  const on = await wasm({ threads, share: 'always' })
  const size = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 20 }) }, fc.constantFrom(0, 40))
  const few = fc.integer({ min: 0, max: 5 })
  fc.assert(
    fc.property(few, few, size, size, size, fc.boolean(), fc.boolean(), (B, H, M, K, N, turnB, shared) => {
      const product = (where: Backend) => {
        // [B, M, H, K] seen as [B, H, M, K], times [B, H, K, N] or, if it is shared, [K, N] for each.
        const a = { slot: where.write(numbers(B * M * H * K, 1)), shape: [B, H, M, K], offset: 0 }
        const b = { slot: where.write(numbers(B * H * K * N, 2)), shape: [B, H, K, N], offset: 0 }
        const next = shared ? [0, 0] : [H * K * N, K * N]
        return where.matmul(
          { ...a, strides: [M * H * K, K, H * K, 1] },
          { ...b, strides: [...next, ...(turnB ? [1, K] : [N, 1])] },
        )
      }
      const slot = product(on)
      expect(on.readSync(slot)).toBeNear(exact.readSync(product(exact)), { relative: 1e-4, absolute: 1e-5 })
      on.free(slot)
    }),
    { numRuns: 100 },
  )
  on.close()
})
