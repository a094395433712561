import type { Rng } from '@backprop/core'
import { expectRefusal, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import type { Scheme } from '#lab/signals'
import { expectLists, expectNumber, fields } from './checks.ts'
import { layer, normals, size } from './reference.ts'

const test = submissionTest<typeof import('#lab/signals')>('signals', { keepsArguments: ['signals'] })

/** The spreads, layer by layer. */
function measured(weights: number[][][], x: number[][], dy: number[][]) {
  const inputs = [x]
  for (const weight of weights) inputs.push(layer(weight).forward(inputs[inputs.length - 1]))
  const gradients: number[] = []
  let slopes = dy
  for (let l = weights.length - 1; l >= 0; l -= 1) {
    slopes = layer(weights[l]).backward(inputs[l], slopes)
    gradients.unshift(size(slopes))
  }
  return { activations: inputs.slice(1).map(size), gradients }
}

/** Random layers of these sizes, with a batch and slopes that fit. */
function network(sizes: number[], count: number, rng: Rng) {
  const weights = sizes.slice(1).map((outSize, l) => normals(sizes[l], outSize, rng, 1 / Math.sqrt(sizes[l])))
  const [inSize, outSize] = [sizes[0], sizes[sizes.length - 1]]
  return { weights, x: normals(count, inSize, rng, 2), dy: normals(count, outSize, rng, 0.3) }
}

const SHAPES: [sizes: number[], count: number][] = [
  [[5, 4], 3],
  [[7, 3, 6], 4],
  [[4, 9, 5, 8, 2], 5],
  [[1, 12, 3], 1],
]

exercise('signals', () => {
  test('schemes', async ({ student }) => {
    for (const [inSize, outSize] of [
      [64, 64],
      [784, 64],
      [3, 50],
      [1, 1],
    ]) {
      const expected: Record<Scheme, number> = {
        small: 1 / 100,
        glorot: (2 / (inSize + outSize)) ** 0.5,
        he: (2 / inSize) ** 0.5,
      }
      for (const scheme of ['small', 'glorot', 'he'] as const)
        expectNumber(await student.deviation(scheme, inSize, outSize), expected[scheme], `'${scheme}'`)
    }
  })

  test('worked-example', async ({ student }) => {
    const weights = [
      [
        [1, -1],
        [1, 1],
      ],
      [
        [0.5, -1],
        [0.5, 1],
      ],
    ]
    const found = fields(await student.signals(weights, [[1, 2]], [[1, 1]]))
    expectLists(found.activations, [Math.sqrt(5), Math.sqrt(2)], 'the activations of the README')
    expectLists(found.gradients, [Math.sqrt(0.5), 0.5], 'the gradients of the README')
  })

  test('activations', async ({ student, rng }) => {
    for (const [sizes, count] of SHAPES) {
      const { weights, x, dy } = network(sizes, count, rng)
      const { activations } = fields(await student.signals(weights, x, dy))
      expectLists(activations, measured(weights, x, dy).activations, `layers of ${sizes.join(', ')} neurons`)
    }
  })

  test('gradients', async ({ student, rng }) => {
    for (const [sizes, count] of SHAPES) {
      const { weights, x, dy } = network(sizes, count, rng)
      const { gradients } = fields(await student.signals(weights, x, dy))
      expectLists(gradients, measured(weights, x, dy).gradients, `layers of ${sizes.join(', ')} neurons`)
    }
    // Neurons that are silent for one example, or for all of them; a neuron at exactly 0 passes nothing on.
    const { weights, x, dy } = network([4, 6, 3], 4, rng)
    x[1] = x[1].map(() => 0)
    weights[0].forEach(row => (row[2] = 0))
    const found = fields(await student.signals(weights, x, dy))
    expectLists(found.gradients, measured(weights, x, dy).gradients, 'an example of zeros, and a silent neuron')
  })

  test('thirty-layers', async ({ student, rng }) => {
    const [x, dy] = [normals(8, 32, rng), normals(8, 32, rng)]
    for (const scheme of ['small', 'glorot', 'he'] as const) {
      const deviation = await student.deviation(scheme, 32, 32)
      expectNumber(deviation, { small: 0.01, glorot: Math.sqrt(2 / 64), he: 0.25 }[scheme], `'${scheme}'`)
      const weights = Array.from({ length: 30 }, () => normals(32, 32, rng, deviation))
      const { activations, gradients } = fields(await student.signals(weights, x, dy))
      const expected = measured(weights, x, dy)
      // What is left after thirty layers may be very small: it counts relative to its size.
      const relative = { relative: 1e-6, absolute: 0 }
      expectLists(activations, expected.activations, `30 layers with '${scheme}'`, relative)
      expectLists(gradients, expected.gradients, `back through 30 layers with '${scheme}'`, relative)
    }
  })

  test('refusals', async ({ student, rng }) => {
    const { weights, x, dy } = network([4, 3, 5], 2, rng)
    const shorter = (rows: number[][]) => rows.map(row => row.slice(1))
    await expectRefusal(student.signals(weights, shorter(x), dy), 'a batch with too few numbers')
    await expectRefusal(student.signals(weights, [x[0], shorter(x)[1]], dy), 'a second example with too few numbers')
    await expectRefusal(student.signals([weights[0], weights[1].slice(1)], x, dy), 'layers that do not fit')
    await expectRefusal(student.signals(weights, x, shorter(dy)), 'too few slopes')
    await expectRefusal(student.signals(weights, x, dy.slice(1)), 'slopes for too few examples')
    // What does not fit comes late.
    const deep = network([4, 3, 5, 5], 4, rng)
    const late = [...deep.x.slice(0, 3), deep.x[3].slice(1)]
    await expectRefusal(student.signals(deep.weights, late, deep.dy), 'a last example with too few numbers')
    const lateSlopes = [...deep.dy.slice(0, 3), deep.dy[3].slice(1)]
    await expectRefusal(student.signals(deep.weights, deep.x, lateSlopes), 'too few slopes for the last example')
    const lateLayer = [...deep.weights.slice(0, 2), deep.weights[2].slice(1)]
    await expectRefusal(student.signals(lateLayer, deep.x, deep.dy), 'a last layer that does not fit')
    // A function that rejects everything earns nothing.
    const { activations } = fields(await student.signals(weights, x, dy))
    expectLists(activations, measured(weights, x, dy).activations, 'sizes that fit are accepted')
    expect(activations, 'one number for each layer').toHaveLength(2)
  })
})
