import { expect, test } from '@backprop/testkit'
import fc from 'fast-check'
import { add, backward, broadcastShapes, plain, type Shape, sizeOf, stridesOf, sum, tensor } from '../src/index.ts'

const on = plain({ dtype: 'float64' })
const count = (shape: Shape) => Float64Array.from({ length: sizeOf(shape) }, (_, i) => i + 1)

/** Two shapes that broadcast: axes of a common shape are cut off or set to 1. Sizes 0 and 1 are among them. */
const pair = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }).chain(shape => {
  const narrowed = fc
    .tuple(fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }), fc.nat(shape.length))
    .map(([ones, cut]) => shape.map((size, axis) => (ones[axis] ? 1 : size)).slice(cut))
  return fc.tuple(narrowed, narrowed)
})

/** What `x` holds at a place of the larger shape, by the definition of broadcasting. */
function at(values: ArrayLike<number>, shape: Shape, index: readonly number[]): number {
  const own = index.slice(index.length - shape.length)
  return values[
    stridesOf(shape).reduce((offset, stride, axis) => offset + (shape[axis] === 1 ? 0 : own[axis]) * stride, 0)
  ]
}

function indicesOf(shape: Shape): number[][] {
  return shape.reduce<number[][]>(
    (found, size) => found.flatMap(index => Array.from({ length: size }, (_, i) => [...index, i])),
    [[]],
  )
}

test('add broadcasts as defined, and its gradient counts how often a number was used', () => {
  fc.assert(
    fc.property(pair, ([left, right]) => {
      const a = tensor(count(left), { on, shape: left, requiresGrad: true })
      const b = tensor(count(right), { on, shape: right, requiresGrad: true })
      const y = add(a, b)
      const indices = indicesOf(y.shape)
      expect(y.dataSync()).toBeNear(indices.map(i => at(count(left), left, i) + at(count(right), right, i)))
      backward(sum(y))
      for (const x of [a, b]) {
        expect(x.grad).toHaveShape(x.shape)
        const uses = sizeOf(x.shape) === 0 ? 0 : indices.length / sizeOf(x.shape)
        expect(x.grad?.dataSync()).toBeNear(new Array<number>(sizeOf(x.shape)).fill(uses))
      }
    }),
  )
})

test('broadcasting is symmetric, and a shape broadcasts with itself and with []', () => {
  fc.assert(
    fc.property(pair, ([a, b]) => {
      expect(broadcastShapes('add', a, b)).toEqual(broadcastShapes('add', b, a))
      expect(broadcastShapes('add', a, a)).toEqual(a)
      expect(broadcastShapes('add', a, [])).toEqual(a)
    }),
  )
})
