import { assert, integer, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { imageSet, parseIdx } from '../src/index.ts'
import { imageFile, labelFile } from './idx-files.ts'

const pixels = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255]

describe('parseIdx', () => {
  test('reads two images of 2 × 3 pixels', () => {
    expect(parseIdx(imageFile(2, 2, 3, pixels), 'x')).toEqual({
      kind: 'images',
      count: 2,
      rows: 2,
      cols: 3,
      data: Uint8Array.from(pixels),
    })
  })

  test('reads labels', () => {
    expect(parseIdx(labelFile([7, 0, 9]), 'y')).toEqual({ kind: 'labels', count: 3, data: Uint8Array.of(7, 0, 9) })
  })

  test('reads from the middle of a larger buffer, as Node gives small files, and copies', () => {
    const pool = Uint8Array.of(1, 2, 3, ...labelFile([7, 0, 9]), 4)
    const { data } = parseIdx(pool.subarray(3, -1), 'y')
    pool.fill(0)
    expect([...data]).toEqual([7, 0, 9])
  })

  test('accepts no file that is cut anywhere', () => {
    const whole = imageFile(2, 2, 3, pixels)
    assert(
      property(integer({ min: 0, max: whole.length - 1 }), length => {
        expect(() => parseIdx(whole.subarray(0, length), 'x')).toThrow('fetch the file again')
      }),
    )
  })

  test('says what is wrong with a damaged file and what to do', () => {
    const whole = imageFile(2, 2, 3, pixels)
    const parse = (bytes: Uint8Array) => () => parseIdx(bytes, 'train-images')
    expect(parse(new Uint8Array(3))).toThrowErrorMatchingInlineSnapshot(
      `[Error: train-images has 3 bytes, too few for an IDX file; fetch the file again.]`,
    )
    expect(parse(whole.subarray(0, 12))).toThrowErrorMatchingInlineSnapshot(
      `[Error: train-images ends inside its header, after 12 of 16 bytes; fetch the file again.]`,
    )
    expect(parse(whole.subarray(0, 20))).toThrowErrorMatchingInlineSnapshot(
      `[Error: train-images is cut short: 20 bytes, but 2 images of 2 × 3 pixels take 28; fetch the file again.]`,
    )
    expect(parse(Uint8Array.of(...whole, 0))).toThrowErrorMatchingInlineSnapshot(
      `[Error: train-images is too long: 29 bytes, but 2 images of 2 × 3 pixels take 28; fetch the file again.]`,
    )
    expect(parse(Uint8Array.of(0, 0, 9, 9, 0, 0, 0, 1))).toThrowErrorMatchingInlineSnapshot(
      `[Error: train-images begins with the number 2313, but an IDX file begins with 2051 (images) or 2049 (labels); fetch the file again.]`,
    )
    expect(parse(Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0))).toThrowErrorMatchingInlineSnapshot(
      `[Error: train-images is still packed with gzip; unpack it with gunzip and try again.]`,
    )
  })
})

describe('imageSet', () => {
  const images = { name: 'train-images', bytes: imageFile(2, 2, 3, pixels) }
  const labels = { name: 'train-labels', bytes: labelFile([7, 0]) }

  test('puts images and labels together', () => {
    const set = imageSet(images, labels)
    expect({ ...set, images: [...set.images], labels: [...set.labels] }).toEqual({
      images: pixels,
      labels: [7, 0],
      count: 2,
      rows: 2,
      cols: 3,
    })
  })

  test('refuses files that do not belong together', () => {
    expect(() => imageSet(images, { ...labels, bytes: labelFile([7]) })).toThrowErrorMatchingInlineSnapshot(
      `[Error: train-images has 2 images, but train-labels has 1 labels; take both files from the same place.]`,
    )
    expect(() => imageSet(labels, labels)).toThrowErrorMatchingInlineSnapshot(
      `[Error: train-labels holds labels, expected images; were two files mixed up?]`,
    )
    expect(() => imageSet(images, images)).toThrowErrorMatchingInlineSnapshot(
      `[Error: train-images holds images, expected labels; were two files mixed up?]`,
    )
  })
})
