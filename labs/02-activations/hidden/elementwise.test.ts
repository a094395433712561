import { exercise } from '@backprop/testkit'
import { submissionTest } from '@backprop/grader/suite'
import { expectNumbers } from './checks.ts'
import { gelu, normals, sigmoid } from './reference.ts'

const test = submissionTest<typeof import('#lab/activations')>('activations')

/** Lengths that a loop may get wrong, and one that is long enough to meet everything. */
const LENGTHS = [0, 1, 7, 60]

exercise('sigmoid', () => {
  test('values', async ({ student, rng }) => {
    for (const length of LENGTHS) {
      const x = normals(rng, length, 4)
      expectNumbers(await student.sigmoid(x), x.map(sigmoid), `the sigmoid of ${length} numbers`)
    }
  })

  test('large', async ({ student, rng }) => {
    const far = 700 + 300 * rng.uniform()
    const x = [far, -far, 1000, -1000, 1e300, -1e300]
    expectNumbers(await student.sigmoid(x), [1, 0, 1, 0, 1, 0], 'the sigmoid of very large numbers is 1 or 0')
  })

  test('tiny-results', async ({ student, rng }) => {
    const x = Array.from({ length: 20 }, (_, i) => -5 - 32 * (i + rng.uniform()))
    const close = { relative: 1e-6, absolute: 0 }
    expectNumbers(await student.sigmoid(x), x.map(sigmoid), 'the sigmoid where it is close to 0', close)
  })
})

exercise('tanh', () => {
  test('values', async ({ student, rng }) => {
    for (const length of LENGTHS) {
      const x = normals(rng, length, 2)
      expectNumbers(await student.tanh(x), x.map(Math.tanh), `tanh of ${length} numbers`)
    }
  })

  test('large', async ({ student, rng }) => {
    const far = 360 + 600 * rng.uniform()
    const x = [far, -far, 1000, -1000, 1e300, -1e300]
    expectNumbers(await student.tanh(x), [1, -1, 1, -1, 1, -1], 'tanh of very large numbers is 1 or −1')
  })
})

exercise('relu', () => {
  test('values', async ({ student, rng }) => {
    for (const length of LENGTHS) {
      const x = normals(rng, length, 3)
      const expected = x.map(value => (value > 0 ? value : 0))
      expectNumbers(await student.relu(x), expected, `ReLU of ${length} numbers`)
    }
  })

  test('large', async ({ student }) => {
    const close = { relative: 1e-9, absolute: 0 }
    const x = [1e300, -1e300, 1e-300, -1e-300, 0]
    expectNumbers(await student.relu(x), [1e300, 0, 1e-300, 0, 0], 'only the sign counts, not the size', close)
  })

  test('not-a-number', async ({ student }) => {
    expectNumbers(await student.relu([1, NaN, -1]), [1, NaN, 0], 'NaN stays NaN')
  })
})

exercise('gelu', () => {
  test('values', async ({ student, rng }) => {
    for (const length of LENGTHS) {
      const x = normals(rng, length, 2)
      // What is used in practice in its place differs by less than 0.0005.
      expectNumbers(await student.gelu(x), x.map(gelu), `GELU of ${length} numbers`, { relative: 0, absolute: 1e-3 })
    }
  })

  test('exact', async ({ student, rng }) => {
    const x = Array.from({ length: 40 }, (_, i) => (i - 20 + rng.uniform()) / 5)
    expectNumbers(await student.gelu(x), x.map(gelu), 'x Φ(x) to nine decimal places')
  })

  test('large', async ({ student, rng }) => {
    const far = 50 + 900 * rng.uniform()
    const x = [far, -far, 1000, -1000, 1e6, -1e6]
    expectNumbers(await student.gelu(x), [far, 0, 1000, 0, 1e6, 0], 'GELU of very large numbers is x or 0')
  })
})
