import type { Rng } from '@backprop/core'
import { expectRefusal, submissionTest } from '@backprop/grader/suite'
import { exercise } from '@backprop/testkit'
import { expectNumbers } from './checks.ts'
import {
  alongAxis,
  density,
  EVERYWHERE,
  gelu,
  normals,
  normalShare,
  numericGradient,
  sigmoid,
  softmax,
} from './reference.ts'

type Module = typeof import('#lab/derivatives')
const test = submissionTest<Module>('derivatives')
const keeping = submissionTest<Module>('derivatives', {
  keepsArguments: ['sigmoidBackward', 'tanhBackward', 'reluBackward', 'geluBackward', 'softmaxBackward'],
})

// Central differences of functions of size 1 are accurate to about ten digits.
const DIFFERENCES = { relative: 1e-6, absolute: 1e-8 }
// y (1 − y) and y − y², 1 − y² and (1 − y)(1 + y) agree to 1e-15.
const EXACT = { relative: 1e-9, absolute: 1e-12 }

/** Some dL/dy are 0 although f has a slope there: then nothing flows back. */
const random = (rng: Rng, length: number) => ({
  x: normals(rng, length, 1.5),
  dy: normals(rng, length, 2).map((value, i) => (i % 7 === 5 ? 0 : value)),
})

/** Outputs from 0 to 1, including those of very confident neurons. */
const SHARES = [
  ...Array.from({ length: 101 }, (_, k) => k / 100),
  ...[1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-9].flatMap(y => [y, 1 - y]),
]

/** Row by row through the matrix of all derivatives ∂yⱼ/∂xᵢ = yⱼ ((i = j) − yᵢ). */
const softmaxGradient = (dy: readonly number[], y: readonly number[], shape: readonly number[], axis: number) =>
  alongAxis(y, shape, axis, (line, places) =>
    line.map((yi, i) => line.reduce((sum, yj, j) => sum + dy[places[j]] * yj * ((i === j ? 1 : 0) - yi), 0)),
  )

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
        'compared with central differences',
        DIFFERENCES,
      )
    }
    const dy = normals(rng, SHARES.length)
    const expected = SHARES.map((y, i) => dy[i] * (y - y * y))
    expectNumbers(await student.sigmoidBackward(dy, SHARES), expected, 'outputs from 0 to 1', EXACT)
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
        'compared with central differences',
        DIFFERENCES,
      )
    }
    const outputs = SHARES.flatMap(y => [y, -y])
    const dy = normals(rng, outputs.length)
    const expected = outputs.map((y, i) => dy[i] * (1 - y) * (1 + y))
    expectNumbers(await student.tanhBackward(dy, outputs), expected, 'outputs from −1 to 1', EXACT)
  })

  test('relu', async ({ student, rng }) => {
    for (const length of [0, 1, 30]) {
      const { x, dy } = random(rng, length)
      const expected = dy.map((value, i) => (x[i] > 0 ? value : 0))
      expectNumbers(await student.reluBackward(dy, x), expected, 'dL/dx of ReLU')
    }
    const dy = normals(rng, EVERYWHERE.length)
    const expected = dy.map((value, i) => (EVERYWHERE[i] > 0 ? value : 0))
    expectNumbers(await student.reluBackward(dy, EVERYWHERE), expected, 'only the sign of x counts')
    expectNumbers(await student.reluBackward([3, -4, 5], [0, 0, -0]), [0, 0, 0], 'nothing flows back at 0')
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
        'compared with central differences',
        DIFFERENCES,
      )
    }
    const dy = EVERYWHERE.map(() => 0.5 + rng.uniform())
    const expected = EVERYWHERE.map((value, i) => dy[i] * (normalShare(value) + value * density(value)))
    expectNumbers(await student.geluBackward(dy, EVERYWHERE), expected, 'near 0 and far from it')
  })

  test('softmax', async ({ student, rng }) => {
    const calls: [shape: number[], axis: number][] = [[[5], 0], [[3, 4], 1], [[3, 4], 0], [[2, 3, 4], 1], [[4, 1], 1]] // prettier-ignore
    for (const [shape, axis] of calls) {
      const size = shape.reduce((count, length) => count * length, 1)
      const { x, dy } = random(rng, size)
      const y = softmax(x, shape, axis)
      const why = `dL/dx of softmax, shape [${shape.join(', ')}], axis ${axis}`
      const dx = await student.softmaxBackward(dy, y, shape, axis)
      expectNumbers(dx, softmaxGradient(dy, y, shape, axis), why)
      expectNumbers(
        dx,
        numericGradient(at => softmax(at, shape, axis), dy, x),
        `${why}: central differences`,
        DIFFERENCES,
      )
    }
    const y = [1 - 1.11e-5, 1e-5, 1e-6, 1e-7]
    const dy = normals(rng, 4, 2)
    const dx = await student.softmaxBackward(dy, y, [4], 0)
    expectNumbers(dx, softmaxGradient(dy, y, [4], 0), 'shares of a millionth', EXACT)
    expectNumbers(await student.softmaxBackward([], [], [0, 3], 1), [], 'no lines')
  })

  test('saturated', async ({ student, rng }) => {
    const open = 1 + rng.uniform()
    expectNumbers(await student.sigmoidBackward([5, -6], [0, 1]), [0, 0], 'the sigmoid is flat at both ends')
    expectNumbers(await student.tanhBackward([5, -6, open], [-1, 1, 0]), [0, 0, open], 'tanh is flat at both ends')
    expectNumbers(await student.geluBackward([5, open], [-1000, 1000]), [0, open], 'GELU far from 0 is like ReLU')
    expectNumbers(await student.softmaxBackward([5, -6, 7], [0, 1, 0], [3], 0), [0, 0, 0], 'a share of 1 is flat')
  })

  test('refused', async ({ student, rng }) => {
    const [dy, y] = [normals(rng, 4), [0.25, 0.75, 0.5, 0.5]]
    for (const axis of [2, -1, 0.5])
      await expectRefusal(student.softmaxBackward(dy, y, [2, 2], axis), `a shape of two sizes has no axis ${axis}`)
    for (const axis of [1, -1])
      await expectRefusal(student.softmaxBackward(dy, y, [4], axis), `a shape of one size has no axis ${axis}`)
    expectNumbers(await student.softmaxBackward(dy, y, [2, 2], 1), softmaxGradient(dy, y, [2, 2], 1), 'axis 1 is there')
  })

  keeping('kept', async ({ student, rng }) => {
    const { x, dy } = random(rng, 6)
    const times = (slope: (value: number) => number) => x.map((value, i) => dy[i] * slope(value))
    const [y, t] = [x.map(sigmoid), x.map(Math.tanh)]
    expectNumbers(
      await student.sigmoidBackward(dy, y),
      times(value => 1 / (2 + 2 * Math.cosh(value))),
      'the sigmoid',
    )
    expectNumbers(
      await student.tanhBackward(dy, t),
      times(value => 1 / Math.cosh(value) ** 2),
      'tanh',
    )
    expectNumbers(
      await student.reluBackward(dy, x),
      times(value => (value > 0 ? 1 : 0)),
      'ReLU',
    )
    expectNumbers(
      await student.geluBackward(dy, x),
      times(value => normalShare(value) + value * density(value)),
      'GELU',
    )
    const shares = softmax(x, [2, 3], 1)
    const dx = await student.softmaxBackward(dy, shares, [2, 3], 1)
    expectNumbers(dx, softmaxGradient(dy, shares, [2, 3], 1), 'softmax')
  })
})
