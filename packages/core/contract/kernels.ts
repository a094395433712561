import { expect } from '@backprop/testkit'
import fc from 'fast-check'
import {
  type Backend,
  type BinaryKernel,
  type ReduceKernel,
  type Shape,
  sizeOf,
  stridesOf,
  type UnaryKernel,
  type View,
} from '../src/index.ts'
import { type Check, draw, NEAR, sameKernel } from './values.ts'

const UNARY: UnaryKernel[] = ['copy', 'neg', 'exp', 'log', 'sqrt', 'relu', 'sigmoid', 'tanh', 'erf']
const BINARY: BinaryKernel[] = ['add', 'sub', 'mul', 'div', 'maximum', 'equal', 'gate']
const REDUCE: ReduceKernel[] = ['sum', 'max', 'argmax']

/** A view that is not contiguous: axes in another order, some of them repeated, and an offset. */
interface Walk {
  readonly shape: readonly number[]
  readonly order: readonly number[]
  readonly repeated: readonly boolean[]
  readonly offset: number
}

const size = fc.integer({ min: 0, max: 6 })
const shapes = fc.array(size, { maxLength: 5 })
const walkOf = (shape: readonly number[]): fc.Arbitrary<Walk> =>
  fc.record({
    shape: fc.constant(shape),
    order: fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }),
    repeated: fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }),
    offset: fc.nat(3),
  })
const walk = shapes.chain(walkOf)
const twoWalks = shapes.chain(shape => fc.tuple(walkOf(shape), walkOf(shape)))

/** Writes numbers, and shows them through the walk. */
function view(on: Backend, { shape, order, repeated, offset }: Walk, seed = 1, domain?: 'positive'): View {
  const stored = order.map(axis => (repeated[axis] ? 1 : shape[axis]))
  const steps = stridesOf(stored)
  const strides = shape.map((_, axis) => (repeated[axis] ? 0 : steps[order.indexOf(axis)]))
  const slot = on.write(draw([offset + sizeOf(stored) + 2], seed, domain))
  return { slot, shape, strides, offset }
}

const whole = (on: Backend, shape: Shape, seed = 1, values: ArrayLike<number> = draw(shape, seed)): View => ({
  slot: on.write(values),
  shape,
  strides: stridesOf(shape),
  offset: 0,
})

const runs = { numRuns: 60 }

export function kernelTests(check: Check): void {
  for (const kernel of UNARY) {
    const domain = kernel === 'log' || kernel === 'sqrt' ? 'positive' : undefined
    check(`unary ${kernel} on strided views`, on =>
      fc.assert(
        fc.asyncProperty(walk, x => sameKernel(on, where => where.unary(kernel, view(where, x, 1, domain)))),
        runs,
      ),
    )
    check(`unary ${kernel} over its range and any length`, async on => {
      for (const n of [1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 64, 67, 1000]) {
        const low = domain ? 1e-6 : -20
        const values = Float32Array.from({ length: n }, (_, i) => low + ((20 - low) * i) / n)
        await sameKernel(on, where => where.unary(kernel, whole(where, [n], 1, values)))
      }
    })
  }
  for (const kernel of BINARY) {
    check(`binary ${kernel} on strided and repeated views`, on =>
      fc.assert(
        fc.asyncProperty(twoWalks, ([a, b]) =>
          sameKernel(on, where => where.binary(kernel, view(where, a), view(where, b, kernel === 'equal' ? 1 : 2))),
        ),
        runs,
      ),
    )
  }
  for (const kernel of REDUCE) {
    const reduced = walk.filter(x => x.shape.length > 0 && (kernel === 'sum' || !x.shape.includes(0)))
    check(`reduce ${kernel} over any axis of strided views`, on =>
      fc.assert(
        fc.asyncProperty(reduced, fc.nat(), (x, axis) =>
          sameKernel(on, where => where.reduce(kernel, view(where, x), axis % x.shape.length)),
        ),
        runs,
      ),
    )
  }
  matmulTests(check)
  movingTests(check)
  extremeTests(check)
}

function matmulTests(check: Check): void {
  const sizes = fc.integer({ min: 0, max: 19 })
  check('matmul of any size, transposed, with repeated batches', on =>
    fc.assert(
      fc.asyncProperty(
        fc.tuple(sizes, sizes, sizes),
        fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 2 }),
        fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
        ([M, K, N], batch, flags) => {
          const operand = (
            where: Backend,
            rows: number,
            columns: number,
            isTurned: boolean,
            isRepeated: readonly boolean[],
          ) => {
            const rank = batch.length
            const order = [...batch.keys(), ...(isTurned ? [rank + 1, rank] : [rank, rank + 1])]
            const repeated = [...batch.keys()].map(axis => isRepeated[axis])
            return view(
              where,
              { shape: [...batch, rows, columns], order, repeated: [...repeated, false, false], offset: 1 },
              rows + 1,
            )
          }
          return sameKernel(on, where =>
            where.matmul(
              operand(where, M, K, flags[0], flags.slice(2, 4)),
              operand(where, K, N, flags[1], flags.slice(4)),
            ),
          )
        },
      ),
      { numRuns: 150 },
    ),
  )
  check('matmul of larger sizes', async on => {
    for (const [M, K, N] of [
      [64, 64, 64],
      [65, 130, 67],
      [1, 300, 33],
      [200, 3, 1],
      [32, 784, 128],
    ])
      // prettier-ignore
      await sameKernel(on, where => where.matmul(whole(where, [M, K]), whole(where, [K, N], 2)), { relative: 1e-4, absolute: 1e-3 })
  })
}

function movingTests(check: Check): void {
  check('concat of strided views along any axis', on =>
    fc.assert(
      fc.asyncProperty(
        walk.filter(x => x.shape.length > 0),
        fc.nat(),
        size,
        (x, at, more) => {
          const axis = at % x.shape.length
          const other = x.shape.with(axis, more)
          return sameKernel(on, where => where.concat([view(where, x), whole(where, other, 2), view(where, x)], axis))
        },
      ),
      runs,
    ),
  )
  const rows = fc
    .tuple(size, fc.integer({ min: 1, max: 6 }), size)
    .chain(([A, R, B]) => fc.tuple(walkOf([A, R, B]), fc.array(fc.nat(R - 1), { maxLength: 9 })))
  check('gather picks rows in any order', on =>
    fc.assert(
      fc.asyncProperty(rows, ([x, indices]) =>
        sameKernel(on, where => where.gather(view(where, x), Int32Array.from(indices))),
      ),
      runs,
    ),
  )
  check('scatterAdd adds rows up', on =>
    fc.assert(
      fc.asyncProperty(
        rows,
        ([
          {
            shape: [A, R, B],
          },
          indices,
        ]) =>
          sameKernel(on, where => where.scatterAdd(whole(where, [A, indices.length, B]), Int32Array.from(indices), R)),
      ),
      runs,
    ),
  )
}

function extremeTests(check: Check): void {
  const values = [-Infinity, -1000, -100, -20, -1e-20, 0, 1e-20, 20, 100, 1000, Infinity]
  for (const kernel of UNARY) {
    check(`unary ${kernel} of extremes and NaN`, async on => {
      const domain = kernel === 'log' || kernel === 'sqrt' ? values.filter(x => x >= 0) : values
      // A device may flush what float32 holds only with fewer digits, so nothing here ends there.
      const expected = (x: number) => Math.fround(reference[kernel](x))
      const slot = on.unary(kernel, whole(on, [domain.length + 1], 1, [...domain, NaN]))
      expect(await on.read(slot)).toBeNear([...domain.map(expected), NaN], { relative: 1e-4, absolute: 1e-7 })
    })
  }
  check('a NaN is never lost', async on => {
    const x = whole(on, [5], 1, [1, NaN, 3, NaN, 2])
    const zeros = whole(on, [5], 1, [0, 0, 0, 0, 0])
    expect(await on.read(on.reduce('max', x, 0))).toBeNear([NaN])
    expect(await on.read(on.reduce('sum', x, 0))).toBeNear([NaN])
    expect(await on.read(on.reduce('argmax', x, 0))).toBeNear([1])
    expect(await on.read(on.binary('maximum', x, zeros))).toBeNear([1, NaN, 3, NaN, 2])
    expect(await on.read(on.binary('maximum', zeros, x))).toBeNear([1, NaN, 3, NaN, 2])
    expect(await on.read(on.binary('gate', x, zeros))).toBeNear([0, 0, 0, 0, 0])
  })
  check('argmax is the first of equal numbers', async on => {
    const x = whole(
      on,
      [2, 20],
      1,
      Array.from({ length: 40 }, (_, i) => (i % 20 > 2 ? 7 : i % 3)),
    )
    expect(await on.read(on.reduce('argmax', x, 1))).toBeNear([3, 3], NEAR)
    expect(await on.read(on.reduce('argmax', whole(on, [9], 1, new Array<number>(9).fill(-Infinity)), 0))).toBeNear([0])
  })
}

const reference: Record<UnaryKernel, (x: number) => number> = {
  copy: x => x,
  neg: x => -x,
  exp: x => Math.exp(x),
  log: x => Math.log(x),
  sqrt: x => Math.sqrt(x),
  relu: x => Math.max(x, 0),
  sigmoid: x => 1 / (1 + Math.exp(-x)),
  tanh: x => Math.tanh(x),
  erf: x => (Math.abs(x) < 1e-3 ? (2 * x) / Math.sqrt(Math.PI) : Math.sign(x)),
}
