import { expect, test } from '@backprop/testkit'
import { normal, plain, rng, uniform } from '../src/index.ts'

test('random tensors draw from the generator they are given', () => {
  const on = plain()
  const a = uniform([100], { on, rng: rng(3), low: -2, high: -1 }).dataSync()
  expect(a.every(x => x >= -2 && x < -1)).toBe(true)
  expect(uniform([100], { on, rng: rng(3), low: -2, high: -1 }).dataSync()).toEqual(a)
  const b = normal([10_000], { on, rng: rng(3), std: 0.1 }).dataSync()
  expect(Math.sqrt(mean([...b].map(x => x * x)))).toBeNear(0.1, { absolute: 0.003 })
})

const mean = (xs: readonly number[]) => xs.reduce((total, x) => total + x, 0) / xs.length
