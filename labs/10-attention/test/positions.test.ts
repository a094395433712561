import { exercise, expect, test } from '@backprop/testkit'
import { orderEffect, positions } from '#lab/positions'

exercise('positions', () => {
  test('has sines in even columns and cosines in odd ones', () => {
    expect(positions(2, 4), 'sin 0, cos 0, …; sin 1, cos 1, sin 0.01, cos 0.01').toBeNear(
      [
        [0, 1, 0, 1],
        [0.841471, 0.540302, 0.01, 0.99995],
      ],
      { absolute: 1e-5 },
    )
  })

  test('gives each pair of columns its own speed', () => {
    const last = positions(101, 6)[100]
    expect(last[4], 'pair 2 of 6 columns: 10000^(4/6) = 464.16').toBeNear(Math.sin(100 / 464.1588834), {
      absolute: 1e-6,
    })
  })

  test('rejects sizes that are not whole numbers of at least 1', () => {
    expect(() => positions(0, 4), 'no positions').toThrow(RangeError)
    expect(() => positions(3, 1.5), 'one and a half columns').toThrow(RangeError)
  })

  test('measures what an order changes', async () => {
    const square = (x: number[][]) => Promise.resolve(x.map(([a]) => [a * a]))
    expect(await orderEffect(square, [[1], [2]], [1, 0]), 'each word by itself: nothing changes').toBe(0)
    const counting = (x: number[][]) => Promise.resolve(x.map(([a], t) => [a + 10 * t]))
    expect(await orderEffect(counting, [[1], [2]], [1, 0]), '2, 11 instead of 12, 1: a difference of 10').toBe(10)
  })

  test('rejects an invalid order', async () => {
    const read = (x: number[][]) => Promise.resolve(x)
    await expect(orderEffect(read, [[1], [2]], [0, 0]), 'word 1 is missing').toReject(RangeError)
    await expect(orderEffect(read, [[1], [2]], [1]), 'one place for two words').toReject(RangeError)
  })
})
