import { exercise, expect, test } from '@backprop/testkit'
import { conv2d } from '#lab/convolution'

exercise('conv2d', () => {
  test('adds up weight times number, and the bias', () => {
    expect(conv2d([[[1, 2, 3]]], [[[[1, 1]]]], [10]), '1 + 2 + 10 and 2 + 3 + 10: is the bias added once?').toBeNear([
      [[13, 15]],
    ])
  })

  test('gives the numbers of the stroke in the README', () => {
    const rows = ['0111000', '0011100', '0001110', '0001100', '0011000', '0110000', '1100000']
    const stroke = rows.map(row => [...row].map(Number))
    const cross = [
      [1, 0, 1],
      [0, 1, 0],
      [1, 0, 1],
    ]
    expect(conv2d([stroke], [[cross]], [0]), 'the kernel is not flipped: w[m][n] meets x[i + m][j + n]').toBeNear([
      [
        [1, 4, 3, 4, 1],
        [1, 2, 4, 3, 3],
        [1, 2, 3, 4, 1],
        [1, 3, 3, 1, 1],
        [3, 3, 1, 1, 0],
      ],
    ])
  })

  test('gives the first numbers of the photograph in the README', () => {
    const image = [
      [
        [156, 155, 156, 158, 158],
        [153, 154, 157, 159, 159],
        [149, 151, 155, 158, 159],
      ],
      [
        [167, 166, 167, 169, 169],
        [164, 165, 168, 170, 170],
        [160, 162, 166, 169, 170],
      ],
      [
        [163, 162, 163, 165, 165],
        [160, 161, 164, 166, 166],
        [156, 158, 162, 165, 166],
      ],
    ]
    const kernel = [
      [
        [-1, -1, 1],
        [0, 1, -1],
        [0, 1, 1],
      ],
      [
        [1, 0, 0],
        [1, -1, -1],
        [1, 0, -1],
      ],
      [
        [0, 1, 1],
        [0, 1, 0],
        [1, -1, 1],
      ],
    ]
    const [y] = conv2d(image, [kernel], [1], { padding: 1 })
    expect(y[0].slice(0, 4), '308 − 498 + 164 + 1 = −25: one kernel adds up all its channels').toBeNear([
      -25, 466, 466, 475,
    ])
    expect(y[1].slice(0, 2), '298 − 491 + 487 + 1 = 295').toBeNear([295, 787])
  })

  test('makes one channel per kernel', () => {
    const y = conv2d([[[5, 6]]], [[[[1]]], [[[10]]], [[[0]]]], [0, 0, 7])
    expect(y, 'three 1 × 1 kernels: the same, ten times as much, and only the bias').toBeNear([
      [[5, 6]],
      [[50, 60]],
      [[7, 7]],
    ])
  })

  test('puts zeros around the image', () => {
    const y = conv2d([[[1, 2]]], [[[[1, 1]]]], [0], { padding: 1 })
    expect(y, 'one row of zeros above and below, one zero left and right').toBeNear([
      [
        [0, 0, 0],
        [1, 3, 2],
        [0, 0, 0],
      ],
    ])
  })

  test('moves by the stride', () => {
    const x = [[[1, 2, 3, 4, 5]]]
    expect(conv2d(x, [[[[1]]]], [0], { stride: 2 }), 'positions 0, 2 and 4').toBeNear([[[1, 3, 5]]])
    expect(
      conv2d(x, [[[[1, 0]]]], [0], { stride: 2 }),
      'the first weight meets the left number, and there is no complete window at position 4',
    ).toBeNear([[[1, 3]]])
  })

  test('rejects invalid arguments', () => {
    const x = [[[1, 2]]]
    expect(() => conv2d(x, [[[[1]], [[1]]]], [0]), 'the kernel has two channels, the image has one').toThrow(RangeError)
    expect(() => conv2d(x, [[[[1, 1, 1]]]], [0]), 'the kernel is wider than the image').toThrow(RangeError)
    expect(() => conv2d(x, [[[[1]]]], [0], { stride: 0 }), 'with a stride of 0 the window never moves').toThrow(
      RangeError,
    )
  })

  test('does not change the image or the kernels', () => {
    const [x, w, b] = [[[[1, 2, 3]]], [[[[1, 1]]]], [10]]
    conv2d(x, w, b, { padding: 1 })
    expect([x, w, b], 'do not write the padding into the image: the caller may still need it').toEqual([
      [[[1, 2, 3]]],
      [[[[1, 1]]]],
      [10],
    ])
  })
})
