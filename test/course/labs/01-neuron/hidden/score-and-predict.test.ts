import { exercise, expect } from '@backprop/testkit'
import { submissionTest } from '@backprop/grader/suite'

type Module = typeof import('#lab/neuron')
const test = submissionTest<Module>('neuron')
const keeping = submissionTest<Module>('neuron', { keepsArguments: ['score'] })

const affine = (x: readonly number[], w: readonly number[], b: number) => x.reduce((sum, v, j) => sum + v * w[j], b)

exercise('score', () => {
  test('worked-example', async ({ student, rng }) => {
    const X = [
      [2, 1],
      [0, 3],
    ]
    expect(await student.score(X, [3, -2], 1), 'the scores of the README').toBeNear([5, -5])
    const others = X.map(x => x.map(() => rng.normal()))
    expect(await student.score(others, [3, -2], 1), 'other examples').toBeNear(others.map(x => affine(x, [3, -2], 1)))
  })

  keeping('any-shape', async ({ student, rng }) => {
    for (const [rows, cols] of [
      [4, 2],
      [1, 3],
    ]) {
      const X = Array.from({ length: rows }, () => Array.from({ length: cols }, () => rng.normal()))
      const w = Array.from({ length: cols }, () => rng.normal())
      expect(await student.score(X, w, 0.5), `${rows} rows of ${cols}`).toBeNear(X.map(x => affine(x, w, 0.5)))
    }
  })

  test('one-row', async ({ student, rng }) => {
    const x = [rng.normal(), rng.normal()]
    expect(await student.score([x], [1, -1], -2), 'one row').toBeNear([affine(x, [1, -1], -2)])
  })

  test('no-rows', async ({ student, rng }) => {
    expect(await student.score([], [3, -2], 1), 'no examples, no scores').toBeNear([])
    const x = [rng.normal(), rng.normal()]
    expect(await student.score([x], [3, -2], 1), 'one example, one score').toBeNear([affine(x, [3, -2], 1)])
  })
})

exercise('predict', () => {
  test('signs', async ({ student, rng }) => {
    // With 40 scores, a fixed list of classes is right by chance once in 2⁴⁰ times.
    const scores = Array.from({ length: 40 }, () => rng.normal() * 3)
    for (const batch of [scores, [], [1e-9], [-1e-9]])
      expect(await student.predict(batch), 'the signs').toBeNear(batch.map(s => (s < 0 ? -1 : 1)))
  })

  test('tie-at-zero', async ({ student }) => {
    expect(await student.predict([0, 1, 0, -1]), 'zero counts as +1').toBeNear([1, 1, 1, -1])
    expect(await student.predict([-3, -0]), 'minus zero is zero').toBeNear([-1, 1])
  })
})
