import { rng as generator } from '@backprop/core'
import { expectRefusal, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import { epochsOf, expectNumbers, fields } from './checks.ts'
import { list, normals, sgdPlaces } from './reference.ts'

type Module = typeof import('#lab/descent')
const test = submissionTest<Module>('descent')
const keeping = submissionTest<Module>('descent', { keepsArguments: ['sgd'] })

/** Steps of 1e-8 from weights of about 1: sixteen digits of a weight leave seven of the step. */
const TINY_STEPS = { relative: 1e-4, absolute: 1e-13 }

const inOrder = (indices: number[]) => indices.toSorted((a, b) => a - b)

exercise('batches', () => {
  test('every-example-once', async ({ student, rng }) => {
    for (const [count, size] of [
      [7, 3],
      [10, 5],
      [1, 1],
      [40, 33],
      [6, 1],
    ]) {
      const epochs = epochsOf(await student.batches(count, size, { epochs: 3, rng }), 3)
      const all = list(count, i => i)
      for (const epoch of epochs) expectNumbers(inOrder(epoch.flat()), all, `each of ${count} examples once`)
    }
  })

  test('sizes', async ({ student, rng }) => {
    for (const [count, size, steps, last] of [
      [60_000, 32, 1875, 32],
      [10_000, 32, 313, 16],
      [9, 4, 3, 1],
      [8, 4, 2, 4],
    ]) {
      const [epoch] = epochsOf(await student.batches(count, size, { epochs: 1, rng }), 1)
      const sizes = epoch.map(batch => batch.length)
      const expected = list(steps, k => (k === steps - 1 ? last : size))
      expectNumbers(sizes, expected, `the sizes of the ${steps} batches of ${count} examples`)
      expect(new Set(epoch.flat()).size, `batches of ${count} different examples`).toBe(count)
    }
  })

  test('new-order', async ({ student, rng }) => {
    const seed = rng.integer(1_000_000)
    const draw = async (s: number) => {
      const epochs = epochsOf(await student.batches(12, 5, { epochs: 20, rng: generator(s) }), 20)
      return epochs.map(epoch => epoch.flat().join())
    }
    const orders = await draw(seed)
    // Twelve examples have 479,001,600 orders: twenty draws are all different except once in two million runs.
    expect(new Set(orders).size, 'all twenty epochs have different orders').toBe(20)
    expect((await draw(seed)).join(';') === orders.join(';'), 'the same seed draws the same batches').toBe(true)
    expect((await draw(seed + 1)).join(';') === orders.join(';'), 'a different seed draws different batches').toBe(
      false,
    )
  })

  test('fair-shuffle', async ({ student, rng }) => {
    const counts = new Map<string, number>()
    for (let call = 0; call < 5; call += 1) {
      // A generator crosses the wall as its state and stays as it was here: the same one would draw the same again.
      const fresh = generator(rng.integer(2 ** 32))
      for (const epoch of epochsOf(await student.batches(4, 3, { epochs: 2400, rng: fresh }), 2400)) {
        const order = epoch.flat().join()
        counts.set(order, (counts.get(order) ?? 0) + 1)
      }
    }
    expect(counts.size, 'all 24 orders of four examples occur').toBe(24)
    // Each is drawn 500 ± 22 times. In a fair shuffle, one of the 24 is off by 135 less than once in a million runs;
    // swapping each element with any other draws some orders 703 times.
    for (const count of counts.values())
      expect(Math.abs(count - 500), 'all orders are equally likely').toBeLessThan(135)
  })

  test('edges', async ({ student, rng }) => {
    const shapeOf = async (count: number, size: number, epochs: number) =>
      epochsOf(await student.batches(count, size, { epochs, rng }), epochs).map(epoch =>
        epoch.map(batch => batch.length),
      )
    expect(await shapeOf(0, 4, 2), 'without examples an epoch has no batches').toEqual([[], []])
    expect(await shapeOf(3, 10, 2), 'one short batch holds all examples').toEqual([[3], [3]])
    expect(await shapeOf(3, 2, 0), 'no epochs were requested').toEqual([])
    for (const size of [2.5, NaN, -3, 0, Infinity])
      for (const [count, epochs] of [
        [6, 1],
        [0, 1],
        [6, 0],
      ])
        await expectRefusal(student.batches(count, size, { epochs, rng }), `a size of ${size} is rejected`)
    const [epoch] = epochsOf(await student.batches(9, 100, { epochs: 1, rng }), 1)
    expectNumbers(inOrder(epoch.flat()), [0, 1, 2, 3, 4, 5, 6, 7, 8], 'one batch holds all nine')
  })
})

exercise('sgd', () => {
  test('one-batch', async ({ student, rng }) => {
    for (const [rows, cols] of [
      [1, 3],
      [6, 2],
      [4, 7],
      [5, 1],
    ]) {
      const [X, [y], [start]] = [normals(rng, rows, cols), normals(rng, 1, rows), normals(rng, 1, cols)]
      const settings = { batches: [list(rows, i => rows - 1 - i)], learningRate: 0.3 }
      const { w } = fields(await student.sgd(X, y, start, settings))
      const expected = sgdPlaces(X, y, start, settings.batches, 0.3)
      expectNumbers(w, expected.w, `${cols} weights after one batch of ${rows} examples`)
    }
  })

  test('whole-epochs', async ({ student, rng }) => {
    const [X, [y], [start]] = [normals(rng, 11, 4), normals(rng, 1, 11), normals(rng, 1, 4)]
    const epoch = () => {
      const order = [...rng.permutation(11)]
      return [order.slice(0, 4), order.slice(4, 8), order.slice(8)]
    }
    const batches = [...epoch(), ...epoch(), ...epoch(), ...epoch()]
    for (const count of [2, 3, batches.length]) {
      const settings = { batches: batches.slice(0, count), learningRate: 0.2 }
      const { w } = fields(await student.sgd(X, y, start, settings))
      const expected = sgdPlaces(X, y, start, settings.batches, 0.2)
      expectNumbers(w, expected.w, `the weights after ${count} batches`)
    }
    // The first example is right at the start: its error is 0, but the next batches still count.
    const rows = [[1, 2], ...normals(rng, 2, 2)]
    for (const first of [[0], [0, 1], [0, 0, 2]]) {
      const order = [first, [1], [2, 0]]
      const fit = fields(await student.sgd(rows, [3, 1, -1], [1, 1], { batches: order, learningRate: 0.2 }))
      expectNumbers(fit.w, sgdPlaces(rows, [3, 1, -1], [1, 1], order, 0.2).w, 'one of the answers is already right')
    }
    // All errors are about 1e-7: close to the bottom a step is small, and still a step.
    const close = rows.map(([a, b]) => a - 2 * b + 1e-7 * (1 + rng.uniform()))
    const steps = { batches: [[0, 1], [2], [1, 2, 0]], learningRate: 0.3 }
    const last = fields(await student.sgd(rows, close, [1, -2], steps))
    const moved = sgdPlaces(rows, close, [1, -2], steps.batches, steps.learningRate).w
    const from = (w: unknown) => (Array.isArray(w) ? w.map((value, j) => Number(value) - [1, -2][j]) : w)
    expectNumbers(from(last.w), from(moved) as number[], 'small errors move the weights', TINY_STEPS)
    const still = fields(await student.sgd(rows, [3, 1, -1], [1, 1], { batches: [[1], [2]], learningRate: 0 }))
    expectNumbers(still.w, [1, 1], 'with a learning rate of 0 the weights stay the same')
  })

  keeping('losses', async ({ student, rng }) => {
    const [X, [y], [start]] = [normals(rng, 9, 3), normals(rng, 1, 9), normals(rng, 1, 3)]
    const batches = [[0, 1, 2, 3], [4, 5], [8, 7, 6], [1], [3, 3, 5]]
    const { losses } = fields(await student.sgd(X, y, start, { batches, learningRate: 0.1 }))
    const expected = sgdPlaces(X, y, start, batches, 0.1)
    expectNumbers(losses, expected.losses, 'the mean loss of each batch, before the step on it')
    const none = fields(await student.sgd(X, y, start, { batches: [], learningRate: 0.1 }))
    expectNumbers(none.w, start, 'without a batch the weights stay the same')
    expect(none.losses, 'without a batch there is no loss').toBeNear([])
  })
})
