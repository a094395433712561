import { exercise } from '@backprop/testkit'
import { submissionTest } from '@backprop/grader/suite'
import type { Rng } from '@backprop/core'
import { expectNumbers } from './checks.ts'
import { alongAxis, density, gelu, normals, normalShare, numericGradient, sigmoid, softmax } from './reference.ts'

const test = submissionTest<typeof import('#lab/derivatives')>('derivatives')

// Central differences of functions of size 1 are right to about ten digits.
const DIFFERENCES = { relative: 1e-6, absolute: 1e-8 }

const random = (rng: Rng, length: number) => ({ x: normals(rng, length, 1.5), dy: normals(rng, length, 2) })

exercise('derivatives', () => {
  test('sigmoid', async ({ student, rng }) => {
    for (const length of [0, 1, 30]) {
      const { x, dy } = random(rng, length)
      const dx = await student.sigmoidBackward(dy, x.map(sigmoid))
      const expected = x.map((value, i) => dy[i] / (2 + 2 * Math.cosh(value)))
      expectNumbers(dx, expected, 'dL/dx of the sigmoid')
      expectNumbers(
        dx,
        numericGradient(at => at.map(sigmoid), dy, x),
        'against differences',
        DIFFERENCES,
      )
    }
  })

  test('tanh', async ({ student, rng }) => {
    for (const length of [0, 1, 30]) {
      const { x, dy } = random(rng, length)
      const dx = await student.tanhBackward(dy, x.map(Math.tanh))
      const expected = x.map((value, i) => dy[i] / Math.cosh(value) ** 2)
      expectNumbers(dx, expected, 'dL/dx of tanh')
      expectNumbers(
        dx,
        numericGradient(at => at.map(Math.tanh), dy, x),
        'against differences',
        DIFFERENCES,
      )
    }
  })

  test('relu', async ({ student, rng }) => {
    for (const length of [0, 1, 30]) {
      const { x, dy } = random(rng, length)
      const expected = dy.map((value, i) => (x[i] > 0 ? value : 0))
      expectNumbers(await student.reluBackward(dy, x), expected, 'dL/dx of ReLU')
    }
    expectNumbers(await student.reluBackward([3, -4], [0, 0]), [0, 0], 'nothing flows back at 0')
  })

  test('gelu', async ({ student, rng }) => {
    for (const length of [0, 1, 30]) {
      const { x, dy } = random(rng, length)
      const dx = await student.geluBackward(dy, x)
      const expected = x.map((value, i) => dy[i] * (normalShare(value) + value * density(value)))
      expectNumbers(dx, expected, 'dL/dx of GELU')
      expectNumbers(
        dx,
        numericGradient(at => at.map(gelu), dy, x),
        'against differences',
        DIFFERENCES,
      )
    }
  })

  test('softmax', async ({ student, rng }) => {
    const calls: [shape: number[], axis: number][] = [[[5], 0], [[3, 4], 1], [[3, 4], 0], [[2, 3, 4], 1]] // prettier-ignore
    for (const [shape, axis] of calls) {
      const size = shape.reduce((count, length) => count * length, 1)
      const { x, dy } = random(rng, size)
      const y = softmax(x, shape, axis)
      const why = `dL/dx of softmax, shape [${shape.join(', ')}], axis ${axis}`
      const dx = await student.softmaxBackward(dy, y, shape, axis)
      // Row by row through the matrix of all derivatives ∂yⱼ/∂xᵢ = yⱼ ((i = j) − yᵢ).
      const expected = alongAxis(y, shape, axis, (line, places) =>
        line.map((yi, i) => line.reduce((sum, yj, j) => sum + dy[places[j]] * yj * ((i === j ? 1 : 0) - yi), 0)),
      )
      expectNumbers(dx, expected, why)
      expectNumbers(
        dx,
        numericGradient(at => softmax(at, shape, axis), dy, x),
        `${why}: differences`,
        DIFFERENCES,
      )
    }
  })

  test('saturated', async ({ student }) => {
    expectNumbers(await student.sigmoidBackward([5, -6], [0, 1]), [0, 0], 'the sigmoid is flat at both ends')
    expectNumbers(await student.tanhBackward([5, -6], [-1, 1]), [0, 0], 'tanh is flat at both ends')
    expectNumbers(await student.geluBackward([5, -6], [-1000, 1000]), [0, -6], 'GELU far from 0 is like ReLU')
    expectNumbers(await student.softmaxBackward([5, -6, 7], [0, 1, 0], [3], 0), [0, 0, 0], 'a share of 1 is flat')
  })
})
