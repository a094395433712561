import { exercise, expect, test } from '@backprop/testkit'
import { maxPool, maxPoolBackward } from '#lab/pooling'

const x = [
  [
    [1, 2, 3, 1],
    [1, 1, 1, 1],
    [2, 3, 1, 6],
    [8, 1, 4, 5],
  ],
]

exercise('max-pool', () => {
  test('keeps the largest number of each window', () => {
    expect(maxPool(x, { kernel: 2 }), 'four 2 × 2 windows side by side').toBeNear([
      [
        [2, 3],
        [8, 6],
      ],
    ])
  })

  test('finds the largest of negative numbers', () => {
    const negative = [
      [
        [-4, -3],
        [-2, -9],
      ],
    ]
    expect(maxPool(negative, { kernel: 2 }), 'does the search start at 0? All numbers here are smaller').toBeNear([
      [[-2]],
    ])
  })

  test('leaves out what no complete window reaches', () => {
    const y = maxPool([[[1, 2, 9]], [[3, 4, 9]]], { kernel: 1, stride: 2 })
    expect(y, 'positions 0 and 2 of each channel').toBeNear([[[1, 9]], [[3, 9]]])
    const odd = [
      [
        [1, 2, 9],
        [3, 4, 9],
      ],
    ]
    expect(maxPool(odd, { kernel: 2 }), 'a third column does not make a window of two').toBeNear([[[4]]])
  })

  test('sends each slope back to the largest number', () => {
    const slopes = [
      [
        [10, 20],
        [30, 40],
      ],
    ]
    expect(maxPoolBackward(x, slopes, { kernel: 2 }), 'all others get 0').toBeNear([
      [
        [0, 10, 20, 0],
        [0, 0, 0, 0],
        [0, 0, 0, 40],
        [30, 0, 0, 0],
      ],
    ])
  })

  test('sends the slope to the first of several equal numbers', () => {
    const tie = [
      [
        [1, 2],
        [2, 2],
      ],
    ]
    expect(maxPoolBackward(tie, [[[7]]], { kernel: 2 }), 'row by row, from the left: > and not >=').toBeNear([
      [
        [0, 7],
        [0, 0],
      ],
    ])
  })

  test('adds up where windows overlap', () => {
    const peak = [
      [
        [1, 9, 2],
        [0, 3, 4],
      ],
    ]
    expect(maxPoolBackward(peak, [[[10, 1]]], { kernel: 2, stride: 1 }), 'the 9 is the largest of both').toBeNear([
      [
        [0, 11, 0],
        [0, 0, 0],
      ],
    ])
  })
})
