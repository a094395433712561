import { rng } from '@backprop/core'
import { exercise, expect, test } from '@backprop/testkit'
import { batches } from '#lab/descent'

const draw = (count: number, size: number, epochs = 1, seed = 1) => batches(count, size, { epochs, rng: rng(seed) })
const flat = (epoch: number[][]) => epoch.flat().sort((a, b) => a - b)

exercise('batches', () => {
  test('returns plain lists', () => {
    const [[batch]] = draw(3, 3)
    expect(Array.isArray(batch), 'a permutation is a Uint32Array: [...permutation] makes it a list').toBe(true)
  })

  test('names every example exactly once', () => {
    const [epoch] = draw(7, 3)
    expect(flat(epoch), 'an example left out is never learned from; one named twice counts too much').toEqual([
      0, 1, 2, 3, 4, 5, 6,
    ])
  })

  test('keeps the last, shorter batch', () => {
    const [epoch] = draw(7, 3)
    expect(
      epoch.map(batch => batch.length),
      '7 = 3 + 3 + 1',
    ).toEqual([3, 3, 1])
  })

  test('cuts 60,000 examples into 1,875 batches of 32, and 10,000 into 313', () => {
    expect(draw(60_000, 32)[0], '60,000 / 32 = 1,875').toHaveLength(1875)
    expect(draw(10_000, 32)[0], '10,000 / 32 = 312.5, so the last batch is half full').toHaveLength(313)
  })

  test('draws a new order for each epoch', () => {
    const [first, second] = draw(20, 5, 2)
    expect(first.flat(), 'the order is random: 0, 1, 2, … would be a great coincidence').not.toEqual(flat(first))
    expect(second.flat(), 'epoch 2 has its own order: do you draw the permutation inside the loop?').not.toEqual(
      first.flat(),
    )
  })

  test('draws the same batches from the same seed', () => {
    expect(draw(20, 5, 2, 7), 'all randomness must come from `rng`').toEqual(draw(20, 5, 2, 7))
  })

  test('rejects an invalid size', () => {
    for (const size of [2.5, -1, 0])
      expect(() => draw(6, size), `batches of ${size}: throw a RangeError before the loop starts`).toThrow(RangeError)
    expect(() => draw(0, 0), 'even without examples').toThrow(RangeError)
    expect(() => draw(6, 0, 0), 'even without epochs').toThrow(RangeError)
  })
})
