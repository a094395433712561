import { rng as generator } from '@backprop/core'
import { toy } from '@backprop/datasets'
import { submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import { affine, expectNumbers, logistic, normals } from './reference.ts'

type Module = typeof import('#lab/perceptron')
const test = submissionTest<Module>('perceptron')
const keeping = submissionTest<Module>('perceptron', { keepsArguments: ['features'] })

/** Asserts a list of rows, each with seven numbers; the student's function may have returned anything. */
function rowsOf(X: unknown, rows: number): number[][] {
  expect(Array.isArray(X) && X.length === rows, `a list of ${rows} rows`).toBe(true)
  const list = X as unknown[]
  const isRow = (row: unknown) => Array.isArray(row) && row.length === 7 && row.every(v => typeof v === 'number')
  expect(list.every(isRow), 'seven numbers in each row').toBe(true)
  return list as number[][]
}

const expected = (X: number[][]) => X.map(([u, v]) => [u, v, u * u, v * v, u * v, Math.sin(u), Math.sin(v)])

exercise('features', () => {
  test('columns', async ({ student }) => {
    const X = [
      [2, -1],
      [0, 3],
    ]
    const rows = rowsOf(await student.features(X), 2)
    for (const [i, row] of rows.entries()) expectNumbers(row, expected(X)[i], `row ${i + 1}`)
  })

  keeping('any-batch', async ({ student, rng }) => {
    expect(await student.features([]), 'no rows, no rows').toBeNear([])
    for (const count of [1, 5, 23]) {
      const X = normals(rng, count, 2).map(row => row.map(value => 4 * value))
      const rows = rowsOf(await student.features(X), count)
      expectNumbers(rows.flat(), expected(X).flat(), `the columns of ${count} examples`)
    }
    const far = [[0, 0], [100, -100], [-11, 1000]] // prettier-ignore
    expectNumbers(
      rowsOf(await student.features(far), 3).flat(),
      expected(far).flat(),
      'the columns of numbers far from 0, and of 0 itself',
    )
  })

  test('circle-and-xor', async ({ student }) => {
    for (const name of ['circle', 'xor'] as const) {
      // The points are the same each time, so the risk with the seven columns is certain: 0 on both.
      const { points, labels } = toy(name, { count: 200, noise: 0, rng: generator(1) })
      const bent = risk(rowsOf(await student.features(points), 200), labels)
      expect(bent, `with the columns one neuron separates ${name}`).toBeLessThan(0.03)
    }
  })
})

/** The share of mistakes after logistic regression; each column is scaled to size 1 first. */
function risk(X: number[][], y: (-1 | 1)[]): number {
  const largest = X[0].map((_, j) => Math.max(...X.map(row => Math.abs(row[j]))))
  const scaled = X.map(row => row.map((value, j) => value / (largest[j] || 1)))
  const { w, b } = logistic(scaled, y, 3, 800)
  return scaled.filter((row, i) => affine(row, w, b) >= 0 !== y[i] > 0).length / X.length
}
