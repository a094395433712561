import { rng } from '@backprop/core'
import { exercise, expect, test } from '@backprop/testkit'
import { comparePermuted, type Labelled, permutePixels, permuteWeights } from '#lab/permutation'

exercise('permutation', () => {
  test('fills each new position from its old one, channel by channel', () => {
    const images = Uint8Array.of(10, 20, 30, 40, 50, 60)
    expect(permutePixels(images, [2, 0, 1]), 'new position 0 gets what was at position 2, in each channel').toBeNear([
      30, 10, 20, 60, 40, 50,
    ])
    expect(images, 'return new bytes: the old images are still needed').toBeNear([10, 20, 30, 40, 50, 60])
  })

  test('rejects an invalid order', () => {
    const images = new Uint8Array(6)
    expect(() => permutePixels(images, [0, 0, 1]), 'position 2 is missing').toThrow(RangeError)
    expect(() => permutePixels(images, [1, 2, 3]), 'there is no position 3').toThrow(RangeError)
    expect(() => permutePixels(images, [3, 2, 1, 0]), '6 bytes are not whole channels of 4').toThrow(RangeError)
  })

  test('moves the weights with their pixels', () => {
    const [image, weight, order] = [Uint8Array.of(1, 2, 3), [[10], [100], [1000]], [2, 0, 1]]
    const answer = (pixels: Uint8Array, rows: number[][]) => rows.reduce((sum, [w], p) => sum + w * pixels[p], 0)
    const moved = permuteWeights(weight, order)
    expect(moved, 'the row of pixel 2 goes to position 0').toBeNear([[1000], [10], [100]])
    expect(answer(permutePixels(image, order), moved), '1·10 + 2·100 + 3·1000, in a different order').toBe(
      answer(image, weight),
    )
  })

  test('permutes each channel separately, for the learner too', async () => {
    const train = { images: Uint8Array.of(1, 2, 3, 11, 12, 13), labels: Uint8Array.of(0) }
    const seen: Uint8Array[] = []
    const learn = ({ images }: Labelled) => Promise.resolve((seen.push(images), [0]))
    await comparePermuted(learn, train, train, { area: 3, rng: rng(3) })
    const order = rng(3).permutation(3)
    expect(seen[1], 'an image of two channels of three pixels: one order for both').toBeNear([
      ...permutePixels(train.images, order),
    ])
  })

  test('shows the learner both kinds of images, and counts its right answers', async () => {
    const train = { images: Uint8Array.of(1, 2, 3, 4), labels: Uint8Array.of(7) }
    const test = { images: Uint8Array.of(5, 6, 7, 8, 10, 11, 12, 13), labels: Uint8Array.of(3, 4) }
    const seen: [Labelled, Uint8Array][] = []
    const learn = (labelled: Labelled, images: Uint8Array) => {
      seen.push([labelled, images])
      return Promise.resolve(seen.length === 1 ? [3, 4] : [3, 0])
    }
    const shares = await comparePermuted(learn, train, test, { area: 4, rng: rng(3) })
    expect(shares, 'two of two are right at first, one of two with the permuted images').toEqual({
      plain: 1,
      permuted: 0.5,
    })
    const order = rng(3).permutation(4)
    expect(seen[1][0].images, 'the order that rng.permutation(4) draws').toBeNear([
      ...permutePixels(train.images, order),
    ])
    expect(seen[1][1], 'the same order for the test images').toBeNear([...permutePixels(test.images, order)])
  })
})
