import { describe, expect, test } from 'vitest'
import { batches, cifar10Statistics, eachImage, imageAt, toFloats } from '../src/index.ts'
import { loadMnist } from '../src/node.ts'

/** Three images of two channels, 1 × 2 pixels; the numbers count on. */
const small = {
  images: Uint8Array.from({ length: 12 }, (_, i) => 20 * i),
  labels: Uint8Array.of(5, 6, 7),
  ...{ count: 3, channels: 2, rows: 1, cols: 2 },
}

describe('images one by one', () => {
  test('are views: nothing is copied', () => {
    const { image, label } = imageAt(small, 1)
    expect([...image]).toEqual([80, 100, 120, 140])
    expect(label).toBe(6)
    expect(image.buffer).toBe(small.images.buffer)
  })

  test('come in their order, or in another one', () => {
    expect(Array.from(eachImage(small), ({ label }) => label)).toEqual([5, 6, 7])
    const [first, last] = batches(3, 2)
    expect(Array.from(eachImage(small, last), ({ image }) => image[0])).toEqual([160])
    expect(Array.from(eachImage(small, first), ({ label }) => label)).toEqual([5, 6])
  })

  test.each([-1, 3, 0.5, NaN])('there is no image %d', index => {
    expect(() => imageAt(small, index)).toThrow(`imageAt: there is no image ${index}; they are numbered from 0 to 2.`)
  })
})

describe('toFloats', () => {
  test('makes numbers from 0 to 1', () => {
    const floats = toFloats({ ...small, channels: 1, count: 6 })
    floats.forEach((x, i) => expect(x).toBeCloseTo((20 * i) / 255, 6))
  })

  test('standardises each channel by itself', () => {
    const floats = toFloats(small, { mean: [0, 0.5], std: [1, 0.25] })
    const wanted = [0, 20, 255 * (40 / 255 - 0.5) * 4, 255 * (60 / 255 - 0.5) * 4].map(x => x / 255)
    wanted.forEach((x, i) => expect(floats[i]).toBeCloseTo(x, 5))
    expect(floats[4]).toBeCloseTo(80 / 255, 6)
  })

  test('refuses statistics of other images', () => {
    expect(() => toFloats(small, cifar10Statistics)).toThrow(
      'toFloats: there are 3 means and 3 deviations, expected one of each for each of 2 channels',
    )
    expect(() => toFloats(small, { mean: [0, 0], std: [1, 0] })).toThrow('deviations above 0')
  })

  test('MNIST has a mean of 0.1307 and a deviation of 0.3081', async () => {
    const { train } = await loadMnist()
    const floats = toFloats(train, { mean: [0.1307], std: [0.3081] })
    let [sum, squares] = [0, 0]
    for (const x of floats) {
      sum += x
      squares += x * x
    }
    expect(sum / floats.length).toBeCloseTo(0, 3)
    expect(squares / floats.length).toBeCloseTo(1, 3)
  })
})
