import { exercise, expect, test } from '@backprop/testkit'
import { bowl, stabilityLimit } from '#lab/descent'

const onePercent = { relative: 0.01 }

exercise('learning-rate', () => {
  test('finds 2 / 8 for a bowl with curvature 8', () => {
    const limit = stabilityLimit(bowl([[8]], [0]), [1])
    expect(limit, 'each step multiplies the distance by 1 − 8η; at η = 0.25 that is −1').toBeNear(0.25, onePercent)
  })

  test('finds 0.2 for the ravine of the README', () => {
    const ravine = bowl(
      [
        [1, 0],
        [0, 10],
      ],
      [0, 0],
    )
    const limit = stabilityLimit(ravine, [4, 1])
    expect(limit, 'curvatures 1 and 10: the larger one sets the limit, 2 / 10').toBeNear(0.2, onePercent)
  })

  test('does not care where the bottom is', () => {
    const limit = stabilityLimit(bowl([[8]], [100]), [99])
    expect(limit, 'the bottom is at 100: look at the size of the gradient, not of the weights').toBeNear(
      0.25,
      onePercent,
    )
  })

  test('finds the limit of a steep bowl, to 1 % of it', () => {
    const limit = stabilityLimit(bowl([[70_000]], [3]), [4])
    expect(limit, '2 / 70,000: does your search stop at a fixed difference, such as 0.001?').toBeNear(2 / 70_000, {
      relative: 0.01,
      absolute: 0,
    })
  })

  test('finds the limit from a start that is far away along a flatter direction', () => {
    const ravine = bowl(
      [
        [8, 0],
        [0, 10],
      ],
      [0, 0],
    )
    const limit = stabilityLimit(ravine, [1000, 1])
    expect(limit, '2 / 10, not 2 / 8: at η = 0.202 it takes 337 steps to show').toBeNear(0.2, onePercent)
  })

  test('does not change the start', () => {
    const start = [4]
    stabilityLimit(bowl([[8]], [3]), start)
    expect(start, 'walk with a copy of the list').toEqual([4])
  })

  test('finds a limit far from 1', () => {
    const limit = stabilityLimit(bowl([[0.001]], [0]), [1])
    expect(limit, 'a flat bowl lets you take steps of up to 2 / 0.001: how far does your search go?').toBeNear(
      2000,
      onePercent,
    )
  })

  test('does not wait for a flat direction to arrive', () => {
    const ravine = bowl(
      [
        [0.001, 0],
        [0, 10],
      ],
      [0, 0],
    )
    const limit = stabilityLimit(ravine, [1, 1])
    expect(limit, 'along the flat direction the path is long, but it does not diverge').toBeNear(0.2, onePercent)
  })
})
