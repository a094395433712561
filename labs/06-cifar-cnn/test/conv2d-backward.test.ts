import { exercise, expect, test } from '@backprop/testkit'
import { conv2dBackward } from '#lab/convolution'

exercise('conv2d-backward', () => {
  test('gives the gradients of the README', () => {
    const x = [
      [1, 2, 0],
      [0, 1, 3],
      [2, 1, 1],
    ]
    const w = [
      [1, -1],
      [2, 0],
    ]
    const dy = [
      [1, 0],
      [2, -1],
    ]
    const gradients = conv2dBackward([x], [[w]], [dy])
    expect(gradients.db, 'the bias is in every answer: 1 + 0 + 2 − 1').toBeNear([2])
    expect(gradients.dw, 'each weight gets the sum of slope times the number it was multiplied by').toBeNear([
      [
        [
          [0, 1],
          [3, 2],
        ],
      ],
    ])
    expect(
      gradients.dx,
      'each number of the image gets the sum of slope times the weight it was multiplied by',
    ).toBeNear([
      [
        [1, -1, 0],
        [4, -3, 1],
        [4, -2, 0],
      ],
    ])
  })

  test('adds up where a number was used twice', () => {
    const { dx, dw, db } = conv2dBackward([[[1, 2, 3]]], [[[[1, 1]]]], [[[1, 10]]])
    expect(dx, 'the 2 in the middle was in both windows: += and not =').toBeNear([[[1, 11, 10]]])
    expect(dw, '1·1 + 10·2 and 1·2 + 10·3').toBeNear([[[[21, 32]]]])
    expect(db, '1 + 10').toBeNear([11])
  })

  test('keeps channels and kernels apart', () => {
    // Two channels, two 1 × 1 kernels: slope 1 for the answer of the first kernel, 100 for that of the second.
    const w = [
      [[[1]], [[2]]],
      [[[3]], [[4]]],
    ]
    const { dx, dw, db } = conv2dBackward([[[5]], [[6]]], w, [[[1]], [[100]]])
    expect(dx, '1·1 + 100·3 for the first channel, 1·2 + 100·4 for the second').toBeNear([[[301]], [[402]]])
    expect(dw, 'the slope of its own kernel times the number of its own channel').toBeNear([
      [[[5]], [[6]]],
      [[[500]], [[600]]],
    ])
    expect(db, 'one bias per kernel').toBeNear([1, 100])
  })

  test('passes nothing to the padding', () => {
    const { dx, dw } = conv2dBackward([[[5]]], [[[[1, 10, 100]]]], [[[1], [1], [1]]], { padding: 1 })
    expect(dx, 'only the middle row and the middle weight met the pixel').toBeNear([[[10]]])
    expect(dw, 'the outer weights only met zeros').toBeNear([[[[0, 5, 0]]]])
  })

  test('skips the numbers that a stride has stepped over', () => {
    const { dx } = conv2dBackward([[[1, 2, 3, 4]]], [[[[7]]]], [[[1, 1]]], { stride: 2 })
    expect(dx, 'positions 0 and 2 were used, 1 and 3 were not').toBeNear([[[7, 0, 7, 0]]])
  })
})
