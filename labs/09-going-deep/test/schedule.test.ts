import { exercise, expect, test } from '@backprop/testkit'
import { learningRate } from '#lab/schedule'

const OPTIONS = { peak: 0.1, warmUp: 10, steps: 110 }

exercise('schedule', () => {
  test('rises in a straight line', () => {
    expect(learningRate(1, OPTIONS), 'a tenth of the peak').toBeNear(0.01)
    expect(learningRate(5, OPTIONS), 'half of it').toBeNear(0.05)
  })

  test('falls along half a cosine', () => {
    expect(learningRate(60, OPTIONS), 'half way down: cos(π / 2) = 0').toBeNear(0.05)
    expect(learningRate(35, OPTIONS), 'a quarter of the way: cos(π / 4) = 0.7071').toBeNear(0.085355339)
    expect(learningRate(60, { ...OPTIONS, end: 0.02 }), 'half way from 0.1 to 0.02').toBeNear(0.06)
  })

  test('is exact at both ends', () => {
    for (const [peak, end] of [
      [0.1, 0],
      [0.3, 0.03],
      [0.6, 0.06],
    ])
      expect(learningRate(3, { peak, warmUp: 3, steps: 50, end }), 'exactly the peak: give it its own line').toBe(peak)
    expect(learningRate(110, OPTIONS), 'exactly 0').toBe(0)
    expect(learningRate(500, { ...OPTIONS, end: 0.003 }), 'and the end from then on').toBe(0.003)
    expect(learningRate(0, { ...OPTIONS, warmUp: 0 }), 'without a warm-up it starts at the peak').toBe(0.1)
  })

  test('rejects invalid numbers of steps', () => {
    expect(() => learningRate(0.5, OPTIONS), 'half a step').toThrow(RangeError)
    expect(() => learningRate(-1, OPTIONS), 'a negative step').toThrow(RangeError)
    expect(() => learningRate(5, { ...OPTIONS, warmUp: 110 }), 'nothing is left for the cosine').toThrow(RangeError)
    expect(() => learningRate(5, { ...OPTIONS, warmUp: 2.5 }), 'half a step of warm-up').toThrow(RangeError)
  })
})
