import { submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import { affine, expectNumbers, normals } from './reference.ts'

type Module = typeof import('#lab/perceptron')
const test = submissionTest<Module>('perceptron')
const keeping = submissionTest<Module>('perceptron', { keepsArguments: ['score', 'predict'] })

exercise('score', () => {
  test('worked-example', async ({ student, rng }) => {
    const X = [
      [2, 1],
      [0, 3],
      [1, 2],
    ]
    expectNumbers(await student.score(X, [3, -2], 1), [5, -5, 0], 'the scores of the README')
    // The README gives its answer away, so the same weights are tried on other rows.
    const others = normals(rng, 3, 2)
    const expected = others.map(x => affine(x, [3, -2], 1))
    expectNumbers(await student.score(others, [3, -2], 1), expected, 'the same weights with other examples')
  })

  keeping('any-shape', async ({ student, rng }) => {
    for (const [rows, cols, b] of [
      [7, 3, 1.5],
      [2, 9, -0.25],
      [4, 1, 0],
      [5, 5, 100],
    ]) {
      const X = normals(rng, rows, cols)
      const [w] = normals(rng, 1, cols)
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
    expectNumbers(await student.score(X, [3, -2], 1), [affine(X[0], [3, -2], 1)], 'one example, one score')
  })
})

exercise('predict', () => {
  test('signs', async ({ student, rng }) => {
    // With 40 scores, a fixed list of classes is right by chance once in 2⁴⁰ times.
    const scores = Array.from({ length: 40 }, () => rng.normal() * 3)
    const expected = scores.map(s => (s < 0 ? -1 : 1))
    expectNumbers(await student.predict(scores), expected, 'the signs of the scores')
  })

  test('tie-at-zero', async ({ student }) => {
    expectNumbers(await student.predict([0, 1, 0, -1]), [1, 1, 1, -1], 'zero counts as +1')
    expectNumbers(await student.predict([-3, -0]), [-1, 1], 'minus zero is zero')
  })

  test('very-small-and-very-large', async ({ student }) => {
    const scores = [1e-300, -1e-300, 1e300, -1e300, Infinity, -Infinity, Number.MIN_VALUE, -Number.MIN_VALUE]
    expectNumbers(await student.predict(scores), [1, -1, 1, -1, 1, -1, 1, -1], 'only the sign counts')
    const close = [-0.1, 0.1, -1e-3, 1e-3, -1e-9, 1e-9, -1e-15, 1e-15]
    expectNumbers(await student.predict(close), [-1, 1, -1, 1, -1, 1, -1, 1], 'close to zero too')
  })

  keeping('any-batch', async ({ student, rng }) => {
    expectNumbers(await student.predict([]), [], 'no scores, no classes')
    for (const count of [1, 2, 25]) {
      const scores = normals(rng, 1, count)[0]
      const expected = scores.map(s => (s < 0 ? -1 : 1))
      expectNumbers(await student.predict(scores), expected, `the classes of ${count} scores`)
    }
  })
})
