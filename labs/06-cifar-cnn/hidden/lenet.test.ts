import { type Backend, normal, relu, rng as generator, type Tensor, tensor } from '@backprop/core'
import { submissionTest } from '@backprop/grader/suite'
import { Conv2d, evaluation, flatten, Linear, MaxPool2d, parameters, sequential } from '@backprop/nn'
import { exercise, expect } from '@backprop/testkit'
import { layerOf, numbersOf, valuesOf } from './models.ts'

const test = submissionTest<typeof import('#lab/network')>('network')

const SHAPES = [[6, 3, 5, 5], [6], [16, 6, 5, 5], [16], [400, 120], [120], [120, 84], [84], [84, 10], [10]]

// Backends compute in 32 bits; five layers deep, logits of size 1 keep four digits.
const CLOSE = { relative: 1e-4, absolute: 1e-4 }

/** The same network with these numbers. */
function reference(numbers: number[][], images: Tensor, on: Backend): Tensor {
  const init = { on, rng: generator(0) }
  const model = sequential(
    new Conv2d(3, 6, 5, init),
    relu,
    new MaxPool2d(2),
    new Conv2d(6, 16, 5, init),
    relu,
    new MaxPool2d(2),
    flatten,
    new Linear(400, 120, init),
    relu,
    new Linear(120, 84, init),
    relu,
    new Linear(84, 10, init),
  )
  for (const [i, parameter] of [...parameters(model).values()].entries())
    parameter.value = tensor(numbers[i], { on, shape: SHAPES[i] })
  return model.forward(images, evaluation)
}

exercise('lenet', () => {
  test('logits', async ({ student, on, rng }) => {
    const model = layerOf(await student.lenet({ on, rng }))
    for (const count of [1, 3]) {
      const logits = await model.forward(normal([count, 3, 32, 32], { on, rng }), evaluation)
      expect(logits, `ten logits for each of ${count} images`).toHaveShape([count, 10])
      const values = valuesOf(logits)
      expect(values.every(Number.isFinite) && new Set(values).size > 1, 'finite numbers that are not all equal').toBe(
        true,
      )
    }
  })

  test('parameters', async ({ student, on, rng }) => {
    const numbers = numbersOf(await student.weightsOf(await student.lenet({ on, rng })), SHAPES)
    for (const [i, [size, ...more]] of SHAPES.entries()) {
      if (more.length === 0) expect(numbers[i], 'biases start at zero').toBeNear(Array<number>(size).fill(0))
      else expect(new Set(numbers[i]).size, 'weights start out different').toBeGreaterThan(numbers[i].length / 2)
    }
  })

  test('answers', async ({ student, on, rng }) => {
    const model = layerOf(await student.lenet({ on, rng }))
    const numbers = numbersOf(await student.weightsOf(model), SHAPES)
    // Bright and dark images, so that a missing or extra ReLU shows in every layer.
    for (const size of [1, 5]) {
      const images = normal([4, 3, 32, 32], { on, rng, std: size })
      const expected = [...reference(numbers, images, on).dataSync()]
      const logits = await model.forward(images, evaluation)
      expect(logits, 'ten logits for each image').toHaveShape([4, 10])
      expect(valuesOf(logits), 'the logits of the same network with the same weights').toBeNear(expected, CLOSE)
    }
  })

  test('generator', async ({ student, on, rng }) => {
    const seed = rng.integer(1_000_000)
    const draw = async (s: number) =>
      numbersOf(await student.weightsOf(await student.lenet({ on, rng: generator(s) })), SHAPES).flat()
    const first = await draw(seed)
    expect(await draw(seed), 'the same seed draws the same weights').toBeNear(first)
    expect(await draw(seed + 1), 'a different seed draws different weights').not.toBeNear(first)
  })
})
