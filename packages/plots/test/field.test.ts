import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Point } from '../src/chart.ts'
import { regionAbove, valueAt } from '../src/field.ts'
import { grid } from '../src/index.ts'
import { clipLine, clipRing } from '../src/place.ts'

const number = fc.double({ min: -3, max: 3, noNaN: true })
const point = fc.tuple(number, number)
const isOn = ([x, y]: Point) => x >= 0 && x <= 1 && y >= 0 && y <= 1
const area = (ring: readonly Point[]) =>
  Math.abs(
    ring.reduce((sum, [x, y], i) => sum + x * ring[(i + 1) % ring.length][1] - y * ring[(i + 1) % ring.length][0], 0),
  ) / 2

describe('grid', () => {
  test('covers a rectangle with its edges, row by row from low y', () => {
    const { points } = grid({ x: [0, 2], y: [10, 11], columns: 3, rows: 2 })
    expect(points).toEqual([[0, 10], [1, 10], [2, 10], [0, 11], [1, 11], [2, 11]]) // prettier-ignore
  })
})

describe('a field', () => {
  test('has its border where a straight function has that value, up to the edge', () => {
    fc.assert(
      fc.property(number, number, number, (a, b, c) => {
        fc.pre(Math.hypot(a, b) > 0.01)
        const plane = grid({ x: [-1, 1], y: [-1, 1], columns: 9, rows: 7 })
        const score = ([x, y]: Point) => a * x + b * y + c
        const field = { grid: plane, values: plane.points.map(score) }
        const inside = regionAbove(field, 0)
          .flat()
          .filter(([x, y]) => Math.abs(x) < 0.999 && Math.abs(y) < 0.999)
        for (const each of inside) expect(score(each)).toBeCloseTo(0, 9)
        for (const each of [[0.3, -0.7], [-0.9, 0.1]] as const) expect(valueAt(field, each)).toBeCloseTo(score(each), 9) // prettier-ignore
      }),
    )
  })

  test('fills the share of the plane where it is high', () => {
    const plane = grid({ x: [0, 1], y: [0, 1], columns: 41, rows: 41 })
    const filled = (score: (x: number, y: number) => number) =>
      regionAbove({ grid: plane, values: plane.points.map(([x, y]) => score(x, y)) }, 0)
        .map(clipRing)
        .reduce((sum, ring) => sum + area(ring), 0)
    expect(filled(x => x - 0.25)).toBeCloseTo(0.75, 9)
    expect(filled(() => 1)).toBeCloseTo(1, 9)
    expect(filled(() => -1)).toBe(0)
    expect(filled((x, y) => 0.16 - (x - 0.5) ** 2 - (y - 0.5) ** 2)).toBeCloseTo(Math.PI * 0.16, 2)
  })
})

describe('clipping', () => {
  test('keeps what lies inside, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 12 }), line => {
        const pieces = clipLine(line)
        expect(pieces.flat().every(isOn)).toBe(true)
        // A point just inside of each segment is kept if it lies in the square.
        for (let i = 1; i < line.length; i += 1) {
          const middle: Point = [(line[i - 1][0] + line[i][0]) / 2, (line[i - 1][1] + line[i][1]) / 2]
          const near = Math.min(...middle.map(c => Math.min(Math.abs(c), Math.abs(c - 1))))
          if (near > 1e-6) expect(pieces.some(piece => touches(piece, middle))).toBe(isOn(middle))
        }
      }),
    )
  })

  test('leaves a line alone that lies inside', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })), {
          minLength: 2,
        }),
        line => {
          expect(clipLine(line)).toEqual([line])
        },
      ),
    )
  })
})

function touches(line: readonly Point[], [x, y]: Point): boolean {
  return line.some(([bx, by], i) => {
    const [ax, ay] = line[Math.max(0, i - 1)]
    const length = Math.hypot(bx - ax, by - ay)
    return Math.abs(Math.hypot(x - ax, y - ay) + Math.hypot(bx - x, by - y) - length) < 1e-9
  })
}
