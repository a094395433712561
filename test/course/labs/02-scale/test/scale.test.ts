import { plain, tensor } from '@backprop/core'
import { exercise, expect, test } from '@backprop/testkit'
import { scale } from '#lab/scale'

exercise('scale', () => {
  test('multiplies each number', () => {
    expect(scale(tensor([1, 2], { on: plain() }), 3), 'twice 3 is 6').toBeNear([3, 6])
  })
})
