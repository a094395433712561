import { rng } from '@backprop/core'
import { exercise, expect, test } from '@backprop/testkit'
import { augment, cutout, flip, makeBatch, shift } from '#lab/augmentation'

const image = () => [
  [
    [1, 2, 3],
    [4, 5, 6],
  ],
]
const ALL = { flip: true, shift: 1, cutout: 1 }

/** How many different results 300 calls have. */
const results = (augmentation: typeof ALL) => {
  const random = rng(1)
  return new Set(Array.from({ length: 300 }, () => JSON.stringify(augment(image(), augmentation, random)))).size
}

exercise('augmentation', () => {
  test('mirrors each row of each channel', () => {
    expect(flip(image()), 'left and right are swapped').toBeNear([[[3, 2, 1], [6, 5, 4]]]) // prettier-ignore
    expect(flip([[[1, 2]], [[3, 4]]]), 'both channels').toBeNear([[[2, 1]], [[4, 3]]])
  })

  test('moves an image, and fills up with zeros', () => {
    expect(shift(image(), 1, -1), 'one down, one to the left').toBeNear([[[0, 0, 0], [2, 3, 0]]]) // prettier-ignore
    expect(shift(image(), 0, 2), 'two to the right').toBeNear([[[0, 0, 1], [0, 0, 4]]]) // prettier-ignore
  })

  test('cuts out the part of a square that is in the image', () => {
    expect(cutout(image(), 0, 1, 1), 'one pixel').toBeNear([[[1, 0, 3], [4, 5, 6]]]) // prettier-ignore
    expect(cutout(image(), 1, -1, 2), 'a square that reaches over two edges').toBeNear([[[1, 2, 3], [0, 5, 6]]]) // prettier-ignore
  })

  test('draws flips, shifts and squares', () => {
    const flips = results({ flip: true, shift: 0, cutout: 0 })
    expect(flips, 'how many different images there are in 300 draws: mirrored or not').toBe(2)
    const shifts = results({ flip: false, shift: 1, cutout: 0 })
    expect(shifts, 'how many in 300 draws with shifts by −1, 0 or 1, both ways: three times three').toBe(9)
    const cuts = results({ flip: false, shift: 0, cutout: 1 })
    expect(cuts, 'how many in 300 draws of one black pixel: any of the six').toBe(6)
    const none = augment(image(), { flip: false, shift: 0, cutout: 0 }, rng(1))
    expect(none, 'nothing is allowed, so the image stays as it is').toBeNear(image())
  })

  test('draws from the given generator alone', () => {
    const [first, second] = [rng(1), rng(1)]
    for (let time = 0; time < 20; time += 1)
      expect(augment(image(), ALL, first), 'the same seed must give the same image').toEqual(
        augment(image(), ALL, second),
      )
  })

  test('cuts a square around any pixel', () => {
    const random = rng(2)
    const flat = [[[1, 2, 3, 4, 5, 6, 7, 8, 9]]]
    const sizes = Array.from({ length: 50 }, () => {
      const changed = augment(flat, { flip: false, shift: 0, cutout: 3 }, random)
      return changed.flat(2).filter(value => value === 0).length
    })
    const why = 'a square of side 3 around any pixel: at an edge it cuts out two, elsewhere three'
    expect([...new Set(sizes)].sort(), why).toEqual([2, 3])
  })

  test('augments each image of a batch by itself, and keeps the labels', () => {
    const images = Array.from({ length: 20 }, () => image())
    const indices = Array.from({ length: 20 }, (_, i) => 19 - i)
    const labels = indices.map(i => i % 7)
    const batch = makeBatch(images, labels, indices, { training: true, augmentation: ALL, rng: rng(1) })
    expect(batch.labels, 'the label of each chosen image').toEqual(indices.map(i => labels[i]))
    const texts = batch.images.map(image => JSON.stringify(image))
    expect(new Set(texts).size, 'does each image get its own draws?').toBeGreaterThan(5)
    const again = makeBatch([image()], [0], indices.map(() => 0), { training: true, augmentation: ALL, rng: rng(1) }) // prettier-ignore
    expect(new Set(again.images.map(one => JSON.stringify(one))).size, 'also one that is chosen twice').toBeGreaterThan(
      5,
    )
  })

  test('leaves images alone that are judged, and draws nothing', () => {
    const [used, unused] = [rng(1), rng(1)]
    const options = { training: false, augmentation: ALL, rng: used }
    expect(makeBatch([image()], [3], [0, 0], options), 'training is false: as they are').toEqual({
      images: [image(), image()],
      labels: [3, 3],
    })
    expect(used.uniform(), 'the generator was not used').toBe(unused.uniform())
  })

  test('does not change its arguments', () => {
    const given = image()
    for (const changed of [flip(given), shift(given, 0, 1), cutout(given, 0, 0, 1)]) changed[0][0][0] = 99
    augment(given, ALL, rng(1))[0][0][0] = 99
    augment(given, { flip: false, shift: 0, cutout: 0 }, rng(1))[0][0][0] = 99
    expect(given, 'return new images').toEqual(image())
  })
})
