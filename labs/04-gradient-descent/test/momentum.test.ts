import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { momentum } from '#lab/optimizers'

exercise('momentum', () => {
  test('starts like gradient descent', () => {
    const update = momentum({ learningRate: 0.1, momentum: 0.5 })
    expect(update([4], [4]), 'the velocity starts at 0, so u = 4 and w = 4 − 0.1·4').toBeNear([3.6])
  })

  test('takes the three steps of the README', () => {
    const update = momentum({ learningRate: 0.1, momentum: 0.5 })
    expect(update([4], [4]), 'u = 4').toBeNear([3.6])
    expect(update([3.6], [3.6]), 'u = 0.5·4 + 3.6 = 5.6: do you keep the velocity between calls?').toBeNear([3.04])
    expect(update([3.04], [3.04]), 'u = 0.5·5.6 + 3.04 = 5.84').toBeNear([2.456])
  })

  test('keeps a velocity for each weight', () => {
    const update = momentum({ learningRate: 1, momentum: 0.5 })
    update([0, 0], [2, -4])
    expect(update([0, 0], [0, 0]), 'without a gradient, the velocities 2 and −4 continue, halved').toBeNear([-1, 2])
  })

  test('keeps nine tenths of the velocity by default', () => {
    const update = momentum({ learningRate: 1 })
    update([0], [1])
    expect(update([0], [0]), 'u = 0.9·1').toBeNear([-0.9])
  })

  test('is plain gradient descent with μ = 0', () => {
    const update = momentum({ learningRate: 0.1, momentum: 0 })
    update([4], [4])
    expect(update([3.6], [1]), '3.6 − 0.1·1: 0 || 0.9 is 0.9, so use ?? or = for the default').toBeNear([3.5])
  })

  test('gives each optimizer its own velocity', () => {
    momentum({ learningRate: 1 })([0], [1])
    const second = momentum({ learningRate: 1 })
    expect(second([0], [0]), 'a new optimizer stands still: is the velocity declared outside `momentum`?').toBeNear([0])
  })

  test('does not change the weights or the gradient', () => {
    expectKept(momentum({ learningRate: 0.1 }), [[4], [4]], 'return a new list')
  })
})
