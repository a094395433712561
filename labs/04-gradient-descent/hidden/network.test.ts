import { submissionTest } from '@backprop/grader/suite'
import { exercise, expect, gradcheck } from '@backprop/testkit'
import type { Network } from '#lab/network'
import { expectNumber, expectNumbers, expectRows, fields } from './checks.ts'
import { networkAnswer, networkGradient, networkLoss, normals, randomNetwork } from './reference.ts'

type Module = typeof import('#lab/network')
const test = submissionTest<Module>('network')
const keeping = submissionTest<Module>('network', { keepsArguments: ['backprop'] })

/** Examples, inputs, hidden neurons: all different, one of each, more of one than of the others. */
const SHAPES = [
  [5, 3, 4],
  [1, 4, 2],
  [8, 1, 3],
  [3, 2, 1],
  [70, 2, 3],
]

const EXAMPLE: Network = {
  W1: [
    [Math.log(2), Math.log(3)],
    [0, -Math.log(3)],
  ],
  b1: [0, 0],
  w2: [2, 1],
  b2: 0.1,
}

exercise('backprop', () => {
  test('worked-example', async ({ student, rng }) => {
    const { loss, gradient } = fields(await student.backprop(EXAMPLE, [[1, 2]], [1]))
    expectNumber(loss, 0.125, 'the loss of the README')
    const { W1, b1, w2, b2 } = fields(gradient as Network)
    expectNumber(b2, -0.5, '∂J/∂b2 of the README')
    expectNumbers(w2, [-0.3, 0.4], '∂J/∂w2 of the README')
    expectNumbers(b1, [-0.64, -0.18], '∂J/∂b1 of the README')
    expectRows(
      W1,
      [
        [-0.64, -0.18],
        [-1.28, -0.36],
      ],
      '∂J/∂W1 of the README',
    )
    const y = [2 + rng.uniform()]
    const other = fields(await student.backprop(EXAMPLE, [[1, 2]], y))
    expectNumber(other.loss, networkLoss(EXAMPLE, [[1, 2]], y), 'the loss for a different right answer')
  })

  keeping('loss', async ({ student, rng }) => {
    for (const [rows, inputs, hidden] of SHAPES) {
      const [network, X, [y]] = [randomNetwork(rng, inputs, hidden), normals(rng, rows, inputs), normals(rng, 1, rows)]
      const { loss } = fields(await student.backprop(network, X, y))
      expectNumber(loss, networkLoss(network, X, y), `the mean loss of ${rows} examples`)
    }
  })

  for (const [id, ...parts] of [
    ['output-layer', 'w2', 'b2'],
    ['hidden-layer', 'W1', 'b1'],
  ] as const) {
    test(id, async ({ student, rng }) => {
      for (const [rows, inputs, hidden] of SHAPES) {
        const [network, X] = [randomNetwork(rng, inputs, hidden), normals(rng, rows, inputs)]
        const [y] = normals(rng, 1, rows)
        const { gradient } = fields(await student.backprop(network, X, y))
        const mine = fields(gradient as Network)
        const expected = networkGradient(network, X, y)
        for (const part of parts) {
          const why = `∂J/∂${part} for ${rows} examples, ${inputs} inputs and ${hidden} hidden neurons`
          if (part === 'b2') expectNumber(mine.b2, expected.b2, why)
          else if (part === 'W1') expectRows(mine.W1, expected.W1, why)
          else expectNumbers(mine[part], expected[part], why)
        }
      }
      // A hidden neuron with an outgoing weight of 0: nothing flows back through it, but that weight has a slope.
      const silent = randomNetwork(rng, 3, 4)
      silent.w2[1] = 0
      const [x, answers] = [normals(rng, 5, 3), normals(rng, 1, 5)[0]]
      const found = fields(fields(await student.backprop(silent, x, answers)).gradient as Network)
      const right = networkGradient(silent, x, answers)
      if (parts[0] === 'W1') expectRows(found.W1, right.W1, '∂J/∂W1 where a weight of w2 is 0')
      else expectNumbers(found.w2, right.w2, '∂J/∂w2 where a weight of w2 is 0')
      // Errors of a ten-thousandth, and of hundreds: each contributes in proportion.
      for (const size of [1e-4, 300]) {
        const [network, X] = [randomNetwork(rng, 2, 3), normals(rng, 4, 2)]
        const y = X.map(x => networkAnswer(network, x) + size * rng.normal())
        const mine = fields(fields(await student.backprop(network, X, y)).gradient as Network)
        const expected = networkGradient(network, X, y)
        const why = `∂J/∂${parts[0]} for errors of ${size}`
        if (parts[0] === 'W1') expectRows(mine.W1, expected.W1, why)
        else expectNumbers(mine.w2, expected.w2, why)
      }
    })
  }

  test('central-differences', async ({ student, rng }) => {
    const [network, X, [y]] = [randomNetwork(rng, 3, 2), normals(rng, 6, 3), normals(rng, 1, 6)]
    const { gradient } = fields(await student.backprop(network, X, y))
    const { W1, b1, w2, b2 } = fields(gradient as Network)
    expect(W1, '∂J/∂W1 has the shape of W1').toHaveShape([3, 2])
    for (const part of [b1, w2]) expect(part, 'a gradient has the shape of its weights').toHaveShape([2])
    expect(b2, '∂J/∂b2 is one number').toBeTypeOf('number')
    const at = [network.W1.flat(), network.b1, network.w2, [network.b2]].map(part => Float64Array.from(part))
    const f = ([flat, b1, w2, [b2]]: readonly Float64Array[]) => {
      const rows = network.W1.map((_, i) => [...flat.subarray(2 * i, 2 * i + 2)])
      return networkLoss({ W1: rows, b1: [...b1], w2: [...w2], b2 }, X, y)
    }
    const gradients = [(W1 as number[][]).flat(), b1 as number[], w2 as number[], [b2 as number]]
    const verdict = await gradcheck({ f, gradients, at }).then(
      () => 'right',
      (error: unknown) => (error as Error).message,
    )
    expect(verdict, 'moving one weight a little moves the loss as the gradient predicts').toBe('right')
  })

  test('saturated', async ({ student, rng }) => {
    const network = randomNetwork(rng, 2, 3)
    const X = [
      [1000, -1000],
      [-1000, 500],
    ]
    const y = [rng.normal(), rng.normal()]
    const { gradient } = fields(await student.backprop(network, X, y))
    const { W1, b1, w2 } = fields(gradient as Network)
    const expected = networkGradient(network, X, y)
    expectRows(W1, expected.W1, 'where tanh is flat, the hidden weights have no slope')
    expectNumbers(b1, expected.b1, 'where tanh is flat, the hidden biases have no slope')
    expectNumbers(w2, expected.w2, 'the output layer still has one')
    // One neuron that gradually saturates.
    const one: Network = { W1: [[1]], b1: [0], w2: [2], b2: 0 }
    for (let x = -9; x <= 9; x += 0.5) {
      const mine = fields(fields(await student.backprop(one, [[x]], [5])).gradient as Network)
      expectNumbers(mine.b1, networkGradient(one, [[x]], [5]).b1, `the slope of tanh at ${x}`)
    }
  })
})
