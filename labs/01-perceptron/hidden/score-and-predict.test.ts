import { exercise, expect } from '@backprop/testkit'
import { submissionTest } from '@backprop/grader/suite'
import { affine, expectNumbers, normals } from './reference.ts'

const test = submissionTest<typeof import('#lab/perceptron')>('perceptron')

exercise('score', () => {
  test('worked-example', async ({ student, rng }) => {
    const X = [
      [2, 1],
      [0, 3],
      [1, 2],
    ]
    expectNumbers(await student.score(X, [3, -2], 1), [5, -5, 0], 'the scores of the README')
    // The README tells its own answer: the same weights must do for other rows.
    const others = normals(rng, 3, 2)
    const expected = others.map(x => affine(x, [3, -2], 1))
    expectNumbers(await student.score(others, [3, -2], 1), expected, 'the same with other examples')
  })

  test('any-shape', async ({ student, rng }) => {
    const shapes = [
      [7, 3],
      [2, 9],
      [4, 1],
      [5, 5],
    ]
    for (const [rows, cols] of shapes) {
      const X = normals(rng, rows, cols)
      const [w] = normals(rng, 1, cols)
      const b = 1 + rng.uniform()
      const expected = X.map(x => affine(x, w, b))
      expectNumbers(await student.score(X, w, b), expected, `the scores of ${rows} examples with ${cols} features`)
    }
  })

  test('one-row', async ({ student, rng }) => {
    const X = normals(rng, 1, 6)
    const [w] = normals(rng, 1, 6)
    expectNumbers(await student.score(X, w, -2), [affine(X[0], w, -2)], 'the score of a single example')
  })

  test('no-rows', async ({ student, rng }) => {
    expect(await student.score([], [3, -2], 1), 'no examples, no scores').toBeNear([])
    const X = normals(rng, 1, 2)
    expectNumbers(await student.score(X, [3, -2], 1), [affine(X[0], [3, -2], 1)], 'and one for one')
  })
})

exercise('predict', () => {
  test('signs', async ({ student, rng }) => {
    const scores = Array.from({ length: 40 }, () => rng.normal() * 3)
    expectNumbers(
      await student.predict(scores),
      scores.map(s => (s < 0 ? -1 : 1)),
      'the signs of the scores',
    )
  })

  test('tie-at-zero', async ({ student }) => {
    expectNumbers(await student.predict([0, 1, 0, -1]), [1, 1, 1, -1], 'zero counts as +1')
  })

  test('very-small-and-very-large', async ({ student }) => {
    const scores = [1e-300, -1e-300, 1e300, -1e300, Infinity, -Infinity, Number.MIN_VALUE, -Number.MIN_VALUE]
    expectNumbers(await student.predict(scores), [1, -1, 1, -1, 1, -1, 1, -1], 'only the sign counts')
  })
})
