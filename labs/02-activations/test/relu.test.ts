import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { relu } from '#lab/activations'

exercise('relu', () => {
  test('replaces negative numbers by 0 and keeps the others', () => {
    expect(relu([-2, 0, 3]), 'the larger of 0 and x').toBeNear([0, 0, 3])
  })

  test('does not hide NaN', () => {
    expect(relu([NaN, -1]), 'NaN > 0 is false, so the condition "x > 0" turns a mistake into an innocent 0').toBeNear([
      NaN,
      0,
    ])
  })

  test('does not change its argument', () => {
    expectKept(relu, [[-1, 2]], 'return a new list')
  })
})
