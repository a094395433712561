import { expect, test } from '@backprop/testkit'
import { constant, cosineDecay, exponentialDecay, type Schedule, stepDecay, warmUp } from '../src/index.ts'

const at = (schedule: Schedule, ...steps: number[]) => steps.map(step => schedule(step))

test('constant stays', () => expect(at(constant(0.1), 0, 1, 1e6)).toEqual([0.1, 0.1, 0.1]))

test('stepDecay is a staircase', () => {
  expect(at(stepDecay(1, { every: 10, factor: 0.5 }), 0, 9, 10, 19, 20, 30)).toEqual([1, 1, 0.5, 0.5, 0.25, 0.125])
})

test('exponentialDecay meets the staircase at its edges', () => {
  expect(at(exponentialDecay(1, { every: 10, factor: 0.25 }), 0, 5, 10, 20)).toBeNear([1, 0.5, 0.25, 0.0625])
  expect(at(exponentialDecay(2, { factor: 0.5 }), 0, 1, 2)).toBeNear([2, 1, 0.5])
})

test('cosineDecay is half way down after half of the steps, and stays at its end', () => {
  expect(at(cosineDecay(1, { steps: 100, end: 0.2 }), 0, 25, 50, 100, 1000)).toBeNear([
    1,
    0.6 + 0.4 * Math.SQRT1_2,
    0.6,
    0.2,
    0.2,
  ])
  expect(at(cosineDecay(3, { steps: 2 }), 1, 2)).toBeNear([1.5, 0])
})

test('warmUp climbs in a line, never at 0, and hands over', () => {
  const schedule = warmUp(4, stepDecay(1, { every: 2, factor: 0.1 }))
  expect(at(schedule, 0, 1, 2, 3, 4, 5, 6)).toBeNear([0.2, 0.4, 0.6, 0.8, 1, 1, 0.1])
})
