import { add, clamp, mul, plain, rng, sign, type Tensor, tensor } from '@backprop/core'
import { expect, test } from '@backprop/testkit'
import { ImageNetwork, PERCEPTRON } from '../src/images/image-network.ts'
import { attackBy } from '../src/images/look.ts'
import { attackWith } from '../src/images/student-attack.ts'
import { DIGITS, pixelsOf } from '../src/images/task.ts'
import { StudentFunction } from '../src/slots/student-function.ts'

const on = plain()
const reader = { task: DIGITS, network: new ImageNetwork(PERCEPTRON, DIGITS.shape, { on, rng: rng(1) }), on }
const random = rng(2)
const pixels = Float32Array.from({ length: pixelsOf(DIGITS) }, () => random.uniform())

type Code = (layers: unknown, x: Tensor, labels: Uint8Array, epsilon: number) => Tensor
const by = (id: string, code: Code) =>
  attackWith(asked =>
    asked === id ? new StudentFunction(id, code as (...args: unknown[]) => unknown, () => {}) : null,
  )

test("the student's fgsm makes the image, unless there is a target", () => {
  const lighter = by('fgsm', (_, x, _labels, epsilon) => clamp(add(x, epsilon), { min: 0, max: 1 }))
  const image = lighter(reader, pixels, 3, false)(0.1)
  expect(image).toBeNear(pixels.map(pixel => Math.min(1, pixel + 0.1)), { absolute: 1e-6, relative: 0 }) // prettier-ignore
  expect(lighter(reader, pixels, 3, true)(0.1)).toEqual(attackBy(reader, pixels, 3, true)(0.1))
})

test("the student's gradient of the pixels gives the direction, and the other one towards a target", () => {
  const falling = by('inputGradient', (_, x) => mul(sign(add(x, 1)), -1))
  const darker = pixels.map(pixel => Math.max(0, pixel - 0.1))
  expect(falling(reader, pixels, 3, false)(0.1)).toBeNear(darker, { absolute: 1e-6, relative: 0 })
  const towards = falling(reader, pixels, 3, true)(0.1)
  expect(towards).toBeNear(pixels.map(pixel => Math.min(1, pixel + 0.1)), { absolute: 1e-6, relative: 0 }) // prettier-ignore
})

test('an attack of another shape is explained', () => {
  const short = by('fgsm', () => tensor([1], { on }))
  expect(() => short(reader, pixels, 3, false)(0.1)).toThrow(
    'Expected a tensor of shape [1, 784], got one of shape [1].',
  )
})
