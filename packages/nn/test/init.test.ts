import { abs, mean, plain, rng, square, type Tensor } from '@backprop/core'
import { expect, test } from '@backprop/testkit'
import {
  Conv2d,
  fansOf,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  type Initialiser,
  Linear,
  zeros,
} from '../src/index.ts'

const on = plain({ dtype: 'float64' })
const init = (seed = 1) => ({ on, rng: rng(seed) })
const variance = (x: Tensor) => mean(square(x)).dataSync()[0]

test('the fans of a dense weight and of kernels', () => {
  expect(fansOf([3, 5])).toEqual({ fanIn: 3, fanOut: 5 })
  expect(fansOf([16, 3, 5, 4])).toEqual({ fanIn: 60, fanOut: 320 })
  expect(() => fansOf([3])).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: fansOf: a weight of shape [3] has no fans, expected [in, out] or [O, I, kH, kW].
      Hint: biases and scales start at zeros or ones.]
  `)
})

// Each variance is estimated from 40,000 numbers: to within 1 % or so.
test.each<[string, Initialiser, (fanIn: number, fanOut: number) => number]>([
  ['glorotUniform', glorotUniform, (fanIn, fanOut) => 2 / (fanIn + fanOut)],
  ['glorotNormal', glorotNormal, (fanIn, fanOut) => 2 / (fanIn + fanOut)],
  ['heUniform', heUniform, fanIn => 2 / fanIn],
  ['heNormal', heNormal, fanIn => 2 / fanIn],
])('%s has the published variance', (_, draw, wanted) => {
  expect(variance(draw([100, 400], init()))).toBeNear(wanted(100, 400), { relative: 0.03 })
  expect(variance(draw([100, 16, 5, 5], init()))).toBeNear(wanted(400, 2500), { relative: 0.03 })
})

test('even distributions fill their limits, normal ones pass them', () => {
  const largest = (draw: Initialiser) => Math.max(...abs(draw([100, 100], init())).dataSync())
  const [glorot, he] = [Math.sqrt(6 / 200), Math.sqrt(6 / 100)]
  expect(largest(glorotUniform)).toBeLessThanOrEqual(glorot)
  expect(largest(glorotUniform)).toBeNear(glorot, { relative: 1e-3 })
  expect(largest(heUniform)).toBeLessThanOrEqual(he)
  expect(largest(heUniform)).toBeNear(he, { relative: 1e-3 })
  expect(largest(glorotNormal)).toBeGreaterThan(glorot)
  expect(largest(heNormal)).toBeGreaterThan(he)
})

test('a layer starts with Glorot unless given another; one seed makes one layer', () => {
  const weight = (layer: Linear | Conv2d) => [...layer.weight.value.dataSync()]
  expect(weight(new Linear(3, 2, init()))).toEqual([...glorotUniform([3, 2], init()).dataSync()])
  expect(weight(new Linear(3, 2, init(2)))).not.toEqual(weight(new Linear(3, 2, init(1))))
  expect(weight(new Conv2d(2, 1, 2, { ...init(), weight: zeros }))).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
  expect(new Linear(3, 2, { ...init(), weight: heNormal }).bias.value.dataSync()).toBeNear([0, 0])
})
