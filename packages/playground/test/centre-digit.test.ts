import { expect, test } from '@backprop/testkit'
import fc from 'fast-check'
import { BOX, centreDigit, centreOfMass, type Point, SIDE, type Stroke } from '../src/images/centre-digit.ts'
import { EXAMPLE_DIGITS } from '../src/images/example-digits.ts'

const coordinate = fc.double({ min: 0.3, max: 0.7, noNaN: true })
const stroke = fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 8 })
const drawing = fc.array(stroke, { minLength: 1, maxLength: 4 })

/** A drawing whose larger side is at least a tenth of the pad, so that it fills the box. */
const largeDrawing = drawing.filter(strokes => Math.max(...sides(strokes)) > 0.1)

function sides(strokes: readonly Stroke[]): [width: number, height: number] {
  const extent = (axis: 0 | 1) => {
    const values = strokes.flat().map(point => point[axis])
    return Math.max(...values) - Math.min(...values)
  }
  return [extent(0), extent(1)]
}

/** Rows and columns with ink, first and last. */
function inked(ink: Float32Array): { rows: number; cols: number } {
  const places = [...ink.keys()].filter(i => ink[i] > 0)
  const rows = places.map(i => Math.floor(i / SIDE))
  const cols = places.map(i => i % SIDE)
  return { rows: Math.max(...rows) - Math.min(...rows) + 1, cols: Math.max(...cols) - Math.min(...cols) + 1 }
}

const isAtEdge = (i: number) => [i % SIDE, Math.floor(i / SIDE)].some(at => at === 0 || at === SIDE - 1)

test('a digit fills a box of 20 × 20 pixels with its larger side, as in MNIST', () => {
  for (const strokes of EXAMPLE_DIGITS) {
    const { rows, cols } = inked(centreDigit(strokes))
    // A box between two pixels covers a part of both, and the round end of a stroke may miss the middle of a pixel.
    expect(Math.max(rows, cols)).toBeNear(BOX, { absolute: 1 })
  }
})

test('the centre of mass of the ink comes into the middle', () => {
  fc.assert(
    fc.property(stroke, points => {
      const ink = centreDigit([points])
      // A lopsided stroke may lose ink, and then some of the rest is at an edge.
      fc.pre(!ink.some((value, i) => value > 0 && isAtEdge(i)))
      const [x, y] = centreOfMass(ink)
      expect(Math.hypot(x - SIDE / 2, y - SIDE / 2)).toBeLessThan(0.1)
    }),
  )
})

test('where and how large a digit was drawn makes no difference', () => {
  const shift = fc.double({ min: -0.25, max: 0.25, noNaN: true })
  const scale = fc.double({ min: 1, max: 2, noNaN: true })
  fc.assert(
    fc.property(largeDrawing, shift, shift, scale, (strokes, dx, dy, factor) => {
      const moved = strokes.map(stroke => stroke.map(([x, y]): Point => [factor * x + dx, factor * y + dy]))
      expect(centreDigit(moved)).toBeNear(centreDigit(strokes), { absolute: 1e-5 })
    }),
  )
})

test('a dot stays a dot, and an empty drawing has no ink', () => {
  expect(inked(centreDigit([[[0.2, 0.9]]]))).toEqual({ rows: 4, cols: 4 })
  expect(centreDigit([]).every(value => value === 0)).toBe(true)
})
