import { expectRefusal, type SubmissionFixtures, submissionTest } from '@backprop/grader/suite'
import { exercise } from '@backprop/testkit'
import { expectNumbers } from './checks.ts'
import { normals, softmax } from './reference.ts'

type Activations = typeof import('#lab/activations')
const test = submissionTest<Activations>('activations')
const keeping = submissionTest<Activations>('activations', { keepsArguments: ['softmax'] })

/** Compares softmax of normal numbers in each shape with the reference. */
async function compare(
  { student, rng }: Pick<SubmissionFixtures<Activations>, 'student' | 'rng'>,
  shapes: number[][],
  axis: number,
): Promise<void> {
  for (const shape of shapes) {
    const size = shape.reduce((count, length) => count * length, 1)
    const z = normals(rng, size, 3)
    const why = `softmax of shape [${shape.join(', ')}] along axis ${axis}`
    expectNumbers(await student.softmax(z, shape, axis), softmax(z, shape, axis), why)
  }
}

// prettier-ignore
const [MATRICES, CUBES] = [[[3, 4], [7, 2]], [[2, 3, 4], [3, 5, 1]]]

exercise('softmax', () => {
  keeping('one-line', async ({ student, rng }) => compare({ student, rng }, [[2], [5], [40]], 0))

  test('last-axis', async ({ student, rng }) => {
    await compare({ student, rng }, MATRICES, 1)
    await compare({ student, rng }, CUBES, 2)
  })

  test('first-axis', async ({ student, rng }) => compare({ student, rng }, [...MATRICES, ...CUBES], 0))

  test('axis-in-between', async ({ student, rng }) => {
    await compare({ student, rng }, CUBES, 1)
    await compare({ student, rng }, [[2, 2, 4, 3]], 2)
  })

  test('large', async ({ student, rng }) => {
    const [a, b] = normals(rng, 2)
    // The lines are far apart, so the largest number of one is wrong for the others.
    const z = [1000 + a, 1000 + b, -1000 + a, -1000 + b, -1000, 1000, -1000, -1000]
    const shape = [4, 2]
    expectNumbers(await student.softmax(z, shape, 1), softmax(z, shape, 1), 'rows of numbers around ±1000')
    expectNumbers(await student.softmax([1000, -1000, 999], [3], 0), softmax([1000, -1000, 999], [3], 0), 'one line')
  })

  test('shift', async ({ student, rng }) => {
    const z = normals(rng, 6)
    const by = 300 + 300 * rng.uniform()
    const expected = softmax(z, [2, 3], 1)
    for (const shift of [by, -by])
      expectNumbers(
        await student.softmax(
          z.map(value => value + shift),
          [2, 3],
          1,
        ),
        expected,
        'adding one number to a whole line changes no share',
      )
  })

  test('edges', async ({ student, rng }) => {
    expectNumbers(
      await student.softmax(normals(rng, 3, 5), [3, 1], 1),
      [1, 1, 1],
      'a line with one number has the share 1',
    )
    for (const [shape, axis] of [
      [[0, 3], 1],
      [[0, 3], 0],
      [[3, 0], 1],
      [[0], 0],
    ] as const)
      expectNumbers(await student.softmax([], [...shape], axis), [], 'no numbers, no shares')
    await compare({ student, rng }, [[3, 2]], 1)
  })

  test('refused', async ({ student, rng }) => {
    for (const axis of [2, -1, 0.5])
      await expectRefusal(student.softmax(normals(rng, 4), [2, 2], axis), `a shape of two sizes has no axis ${axis}`)
    for (const axis of [1, -1])
      await expectRefusal(student.softmax(normals(rng, 4), [4], axis), `a shape of one size has no axis ${axis}`)
    await compare({ student, rng }, [[2, 2]], 1)
  })
})
