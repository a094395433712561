import type { Rng } from '@backprop/core'
import { expectRefusal, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import { expectLists, expectNumber, normals } from './checks.ts'
import { attend, type Matrix, sinusoids } from './transformer.ts'

const test = submissionTest<typeof import('#lab/positions')>('positions', {
  keepsArguments: ['positions', 'orderEffect'],
})

/** An order other than 0, 1, 2, … */
function disorder(rng: Rng, count: number): number[] {
  const order = [...rng.permutation(count)]
  return order.some((p, i) => p !== i) ? order : disorder(rng, count)
}

/** Something that changes with a row's place. */
const placed = (x: Matrix): Matrix => x.map((row, t) => row.map((value, i) => value * (t + 1) + i))

/** The largest difference, pair by pair. */
function difference(read: (x: Matrix) => Matrix, x: Matrix, order: number[]): number {
  const [plain, moved] = [read(x), read(order.map(p => x[p]))]
  let largest = 0
  for (const [t, p] of order.entries())
    for (const [i, value] of moved[t].entries()) largest = Math.max(largest, Math.abs(value - plain[p][i]))
  return largest
}

exercise('positions', () => {
  test('values', async ({ student }) => {
    for (const [length, d] of [
      [2, 4],
      [13, 48],
      [5, 6],
      [3, 2],
      [1, 8],
      [200, 16],
    ])
      expectLists(await student.positions(length, d), sinusoids(length, d), `${length} positions of ${d} numbers`)
  })

  test('odd-columns', async ({ student }) => {
    for (const [length, d] of [
      [4, 1],
      [6, 5],
      [9, 7],
    ])
      expectLists(await student.positions(length, d), sinusoids(length, d), `${length} positions of ${d} numbers`)
  })

  test('bag-of-words', async ({ student, rng }) => {
    for (const count of [4, 9]) {
      const [x, order] = [normals(rng, count, 6), disorder(rng, count)]
      const calls: unknown[] = []
      const bag = (rows: Matrix) => Promise.resolve((calls.push(rows), attend(rows, rows, rows).y))
      const found: unknown = await student.orderEffect(bag, x, order)
      expect(typeof found, 'a number').toBe('number')
      expect(found, 'attention without positions does not notice the order').toBeNear(0, { absolute: 1e-9 })
      expect(calls, 'the reader is called twice').toHaveLength(2)
      expectLists(calls[1], order.map(p => x[p]), 'the second time, the rows are in the new order') // prettier-ignore
    }
  })

  test('order-matters', async ({ student, rng }) => {
    for (const count of [2, 5, 8]) {
      const [x, order] = [normals(rng, count, 3), disorder(rng, count)]
      for (const read of [placed, (rows: Matrix) => placed(rows).map(row => row.map(value => -value))]) {
        const found = await student.orderEffect(rows => Promise.resolve(read(rows)), x, order)
        expectNumber(found, difference(read, x, order), `the largest difference among ${count} words`)
      }
    }
  })

  test('refusals', async ({ student, rng }) => {
    for (const [length, d] of [
      [0, 4],
      [4, 0],
      [-1, 4],
      [4, -2],
      [2.5, 4],
      [4, 1.5],
      [NaN, 4],
    ])
      await expectRefusal(student.positions(length, d), `${length} positions of ${d} numbers`)
    const x = normals(rng, 3, 2)
    const read = (rows: Matrix) => Promise.resolve(rows)
    for (const order of [
      [0, 0, 1],
      [0, 1],
      [0, 1, 2, 2],
      [0, 1, 3],
      [1, 2, 3],
      [0, 1, 1.5],
      [-1, 0, 1],
      [1, 1, 1],
    ])
      await expectRefusal(student.orderEffect(read, x, order), `the order ${order.join(', ')} of three words`)
    expectNumber(await student.orderEffect(rows => Promise.resolve(rows), [[3]], [0]), 0, 'one word has one order')
    for (const order of [[1], [-1], []])
      await expectRefusal(student.orderEffect(read, [[3]], order), `the order ${order.join(', ')} of one word`)
    for (const order of [
      [0, 1, 2, 2],
      [3, 1, 2, 0, 0],
      [0, 1, 2, 4],
      [0, 1, 2, -1],
    ])
      // prettier-ignore
      await expectRefusal(student.orderEffect(read, normals(rng, 4, 2), order), `the order ${order.join(', ')} of four words`)
    // A function that rejects everything earns nothing.
    expectLists(await student.positions(1, 1), [[0]], 'one position of one number')
    expectNumber(await student.orderEffect(rows => Promise.resolve(placed(rows)), x, [2, 0, 1]), difference(placed, x, [2, 0, 1]), 'a valid order') // prettier-ignore
  })
})
