import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findLabs, type LabFile, LabManifest } from '../src/index.ts'

/** Points follow from weights: `[[1, 2], [3]]` are the weights of two tests of one exercise, and of one test of another. */

const ROOT = resolve(import.meta.dirname, '../../..')

const labOf = (points: number, weights: readonly (readonly number[])[]): LabFile => ({
  id: '01-lab',
  title: 'A lab',
  points,
  edit: ['src/a.ts'],
  mayImport: {},
  limits: { loadSeconds: 1, callSeconds: 1, cpuSeconds: 1, wallSeconds: 1, memoryMB: 64 },
  exercises: weights.map((own, i) => ({
    id: `exercise-${i}`,
    title: `Exercise ${i}`,
    tests: own.map((weight, j) => ({ id: `test-${j}`, weight, concept: 'a concept' })),
  })),
})
const pointsOf = (lab: LabFile): number[][] =>
  LabManifest.parse(lab).exercises.map(({ tests }) => tests.map(({ points }) => points))

describe('points', () => {
  test.each([
    [
      'weights that add up to the points of the lab are the points',
      10,
      [
        [1, 2],
        [3, 4],
      ],
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ['of equal remainders the first gets more', 10, [[1], [1], [1]], [[4], [3], [3]]],
    ['the largest remainder gets more', 10, [[10], [34], [56]], [[1], [3], [6]]],
    ['an exercise keeps its share when it is split', 90, [[1], [1, 1, 1]], [[23], [23, 22, 22]]],
    ['a test is worth at least one point, and the others share the rest', 10, [[1, 1], [98]], [[1, 1], [8]]],
    [
      'so does one that falls short only when others have theirs',
      10,
      [[1, 1, 1, 1], [8], [53]],
      [[1, 1, 1, 1], [1], [5]],
    ],
  ])('%s', (_, points, weights, expected) => {
    expect(pointsOf(labOf(points, weights))).toEqual(expected)
  })

  test('only the ratio of the weights counts', () => {
    const weights = [
      [5, 5, 2, 2],
      [3, 3, 3, 1],
      [6, 3],
      [1, 1, 1, 1, 1, 1],
    ]
    const scaled = weights.map(own => own.map(weight => 7 * weight))
    expect(pointsOf(labOf(100, scaled))).toEqual(pointsOf(labOf(100, weights)))
  })

  test('they add up for any weights', () => {
    for (let seed = 1; seed <= 500; seed += 1) {
      const draw = (i: number) => 1 + ((seed * 7919 + i * 104_729) % 97)
      const weights = Array.from({ length: 1 + (seed % 9) }, (_, i) =>
        Array.from({ length: 1 + (draw(i) % 6) }, (_, j) => draw(9 * i + j)),
      )
      const points = pointsOf(labOf(100, weights)).flat()
      expect(points.reduce((sum, value) => sum + value)).toBe(100)
      expect(Math.min(...points)).toBeGreaterThanOrEqual(1)
    }
  })

  test('the points of every lab of the course add up', async () => {
    for (const { manifest } of await findLabs(ROOT, 'all')) {
      const points = manifest.exercises.flatMap(({ tests }) => tests.map(each => each.points))
      expect(
        points.reduce((sum, value) => sum + value),
        manifest.id,
      ).toBe(manifest.points)
    }
  })
})
