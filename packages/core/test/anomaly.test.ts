import { expect, test } from '@backprop/testkit'
import { backward, detectAnomaly, div, exp, log, mul, plain, softmax, sqrt, sub, sum, tensor } from '../src/index.ts'

const on = plain()
const leaf = (values: number[]) => tensor(values, { on, requiresGrad: true })

test('names the op that made it, and says that its inputs were finite', () => {
  expect(() => detectAnomaly(() => sum(mul(log(leaf([1, 0, 2])), 2)))).toThrowErrorMatchingInlineSnapshot(`
    [Error: detectAnomaly: log made -Infinity at place 1 of 3, shape [3]; its inputs: [3] finite.
      Hint: it began here: look for log(0), a division by 0, or an exp that is too large.]
  `)
})

test('names an op and not what it is composed of', () => {
  expect(() => detectAnomaly(() => softmax(exp(leaf([1, 1000]))))).toThrow('exp made Infinity at place 1 of 2')
  expect(() => detectAnomaly(() => softmax(leaf([1, Infinity]), 0))).toThrow('softmax made NaN')
})

test('says when it came in with the data', () => {
  expect(() => detectAnomaly(() => sub(leaf([1, NaN]), 1))).toThrowErrorMatchingInlineSnapshot(`
    [Error: detectAnomaly: sub made NaN at place 1 of 2, shape [2]; its inputs: [2] not finite, [] finite.
      Hint: an input already had it: look at the data and the initial weights.]
  `)
})

test('finds it on the way back', () => {
  const x = leaf([4, 0])
  expect(() => detectAnomaly(() => backward(sum(sqrt(x))))).toThrowErrorMatchingInlineSnapshot(`
    [Error: detectAnomaly: the gradient of sqrt made Infinity at place 1 of 2, shape [2]; its inputs: [2] finite, [2] finite.
      Hint: it began here: look for log(0), a division by 0, or an exp that is too large.]
  `)
})

test('watches only inside', () => {
  expect(div(leaf([1]), 0).dataSync()[0]).toBe(Infinity)
  expect(() => detectAnomaly(() => div(leaf([1]), 0))).toThrow('div made Infinity')
  expect(div(leaf([1]), 0).dataSync()[0]).toBe(Infinity)
  expect(detectAnomaly(() => mul(leaf([2]), 3)).dataSync()).toBeNear([6])
})
