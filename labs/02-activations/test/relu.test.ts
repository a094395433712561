import { exercise, expect, test } from '@backprop/testkit'
import { relu } from '#lab/activations'

exercise('relu', () => {
  test('replaces negative numbers by 0 and keeps the others', () => {
    expect(relu([-2, 0, 3]), 'the larger one of 0 and x').toBeNear([0, 0, 3])
  })

  test('does not hide NaN', () => {
    expect(relu([NaN, -1]), 'NaN > 0 is false, so a question "x > 0?" turns a mistake into an innocent 0').toBeNear([
      NaN,
      0,
    ])
  })

  test('leaves the numbers it was given as they were', () => {
    const x = [-1, 2]
    relu(x)
    expect(x, 'return a new list').toEqual([-1, 2])
  })
})
