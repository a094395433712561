import { submissionTest } from '@backprop/grader/suite'
import { exercise } from '@backprop/testkit'
import { expectNumbers } from './checks.ts'
import { EVERYWHERE, gelu, grid, normals, sigmoid } from './reference.ts'

type Module = typeof import('#lab/activations')
const test = submissionTest<Module>('activations')
const keeping = submissionTest<Module>('activations', { keepsArguments: ['sigmoid', 'tanh', 'relu', 'gelu'] })

const relu = (x: number): number => (x > 0 ? x : 0)

/** Lengths that a loop may get wrong. */
const LENGTHS = [0, 1, 2, 7, 60]

for (const [name, f, size] of [
  ['sigmoid', sigmoid, 4],
  ['tanh', Math.tanh, 2],
  ['relu', relu, 3],
  ['gelu', gelu, 2],
] as const) {
  exercise(name, () => {
    keeping('any-list', async ({ student, rng }) => {
      for (const length of LENGTHS) {
        const x = normals(rng, length, size)
        // Loose enough for an approximation: this test is about lists.
        const close = { relative: 0.03, absolute: 0.03 }
        expectNumbers(await student[name](x), x.map(f), `${name} of ${length} numbers`, close)
      }
    })
  })
}

exercise('sigmoid', () => {
  test('values', async ({ student, rng }) => {
    const x = [...normals(rng, 60, 4), ...EVERYWHERE]
    expectNumbers(await student.sigmoid(x), x.map(sigmoid), 'the sigmoid')
  })

  test('large', async ({ student, rng }) => {
    const far = 700 + 300 * rng.uniform()
    const x = [far, -far, 1000, -1000, 1e300, -1e300]
    expectNumbers(await student.sigmoid(x), [1, 0, 1, 0, 1, 0], 'the sigmoid of very large numbers is 1 or 0')
  })

  test('tiny-results', async ({ student, rng }) => {
    // Below −709, e⁻ˣ is Infinity.
    const x = [...grid(-705, -5, 2.5), -5 - 600 * rng.uniform()]
    const close = { relative: 1e-6, absolute: 0 }
    expectNumbers(await student.sigmoid(x), x.map(sigmoid), 'the sigmoid where it is close to 0', close)
  })
})

exercise('tanh', () => {
  test('values', async ({ student, rng }) => {
    const x = [...normals(rng, 60, 2), ...EVERYWHERE]
    expectNumbers(await student.tanh(x), x.map(Math.tanh), 'tanh')
    // x in place of tanh x is off by x²/3 of its size, a formula with eˣ by 1e-12.
    const close = { relative: 1e-9, absolute: 0 }
    const small = grid(2e-4, 0.02, 1e-4).flatMap(near => [-near, near])
    expectNumbers(await student.tanh(small), small.map(Math.tanh), 'tanh close to 0', close)
  })

  test('large', async ({ student, rng }) => {
    const far = 360 + 600 * rng.uniform()
    const x = [far, -far, 1000, -1000, 1e300, -1e300]
    expectNumbers(await student.tanh(x), [1, -1, 1, -1, 1, -1], 'tanh of very large numbers is 1 or −1')
  })
})

exercise('relu', () => {
  test('values', async ({ student, rng }) => {
    const x = [...normals(rng, 60, 3), ...EVERYWHERE]
    expectNumbers(await student.relu(x), x.map(relu), 'ReLU')
  })

  test('large', async ({ student }) => {
    const close = { relative: 1e-9, absolute: 0 }
    const x = [1e300, -1e300, 1e-300, -1e-300, 0]
    expectNumbers(await student.relu(x), [1e300, 0, 1e-300, 0, 0], 'only the sign counts, not the size', close)
  })

  test('not-a-number', async ({ student, rng }) => {
    const positive = 1 + rng.uniform()
    for (const x of [
      [positive, NaN, -1],
      [NaN, -2, positive],
      [-3, positive, NaN],
    ]) {
      const expected = x.map(value => (Number.isNaN(value) ? NaN : relu(value)))
      expectNumbers(await student.relu(x), expected, 'NaN stays NaN, and the others stay numbers')
    }
  })
})

exercise('gelu', () => {
  test('values', async ({ student, rng }) => {
    const x = [...normals(rng, 60, 2), ...grid(-10, 10, 0.25)]
    // The approximations used in practice differ by less than 0.0005.
    expectNumbers(await student.gelu(x), x.map(gelu), 'GELU', { relative: 0, absolute: 1e-3 })
  })

  test('exact', async ({ student, rng }) => {
    const x = [...Array.from({ length: 40 }, (_, i) => (i - 20 + rng.uniform()) / 5), ...EVERYWHERE]
    expectNumbers(await student.gelu(x), x.map(gelu), 'x Φ(x) to nine decimal places')
  })

  test('large', async ({ student, rng }) => {
    const far = 50 + 900 * rng.uniform()
    const x = [far, -far, 1000, -1000, 1e6, -1e6]
    expectNumbers(await student.gelu(x), [far, 0, 1000, 0, 1e6, 0], 'GELU of very large numbers is x or 0')
  })
})
