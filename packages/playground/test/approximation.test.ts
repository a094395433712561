import { plain, rng, tensor } from '@backprop/core'
import { expect, test } from '@backprop/testkit'
import fc from 'fast-check'
import { BENDS, contributions, drawWeights, OneHiddenLayer, resized, sumOf, type Weights, X_MOST, Y_MOST } from '../src/approximation/one-hidden-layer.ts' // prettier-ignore
import {
  curveOf,
  drawnThrough,
  EXAMPLE_CURVES,
  nearest,
  POINTS,
  raised,
  XS,
} from '../src/approximation/target-curve.ts'

const on = plain({ dtype: 'float64' })

const number = fc.double({ min: -5, max: 5, noNaN: true })
const weights = fc.integer({ min: 1, max: 64 }).chain(width => {
  const row = fc.array(number, { minLength: width, maxLength: width }).map(values => Float64Array.from(values))
  return fc.record({ w: row, b: row, v: row, c: number })
})
const bend = fc.constantFrom(...BENDS)
const width = fc.integer({ min: 1, max: 64 })
const seed = fc.integer({ min: 0, max: 0xffffffff })

const answerOf = (all: Weights, bend: (typeof BENDS)[number]) =>
  new OneHiddenLayer(all, bend, on).forward(tensor(XS, { on, shape: [POINTS, 1] })).dataSync()

test('c and the contributions of all neurons add up to the answer of the network', () => {
  fc.assert(
    fc.property(weights, bend, (all, bend) => {
      const sum = sumOf(all.c, contributions(all, bend, XS), POINTS)
      expect(sum).toBeNear(answerOf(all, bend), { absolute: 1e-9, relative: 1e-9 })
    }),
  )
})

test('the first neurons stay as they are when others come, which add nothing yet', () => {
  fc.assert(
    fc.property(weights, width, bend, seed, (all, width, bend, seed) => {
      const next = resized(all, width, bend, rng(seed))
      const kept = Math.min(width, all.w.length)
      expect(next.w.length).toBe(width)
      const parts = contributions(next, bend, XS)
      expect(parts.slice(0, kept)).toEqual(contributions(all, bend, XS).slice(0, kept))
      expect(parts.slice(kept).every(part => part.every(value => value === 0))).toBe(true)
    }),
  )
})

test('each part of the axis has one new neuron that bends there', () => {
  fc.assert(
    fc.property(width, bend, seed, (width, bend, seed) => {
      const { w, b } = drawWeights(width, bend, rng(seed))
      const turns = Array.from(w, (slope, j) => -b[j] / slope).sort((one, other) => one - other)
      turns.forEach((turn, part) => {
        const share = ((turn / X_MOST + 1) / 2) * width
        expect(share).toBeGreaterThan(part - 1e-9)
        expect(share).toBeLessThan(part + 1 + 1e-9)
      })
    }),
  )
})

test('each example is a curve on the plot, and a formula that is not one says why', () => {
  for (const { formula } of EXAMPLE_CURVES) {
    const curve = curveOf(formula)
    expect('ys' in curve && curve.note === null && curve.ys.every(y => Math.abs(y) <= Y_MOST), formula).toBe(true)
  }
  expect(curveOf('2x')).toMatchObject({ note: 'Values beyond ±2.5 are moved to the edge.' })
  expect(curveOf('sqrt(x)')).toMatchObject({ note: 'Where the formula has no value, 0 is learned.' })
  expect(curveOf('sqrt(-1)')).toEqual({ error: 'The formula has no value between −3 and 3.' })
  expect(curveOf('2*')).toHaveProperty('error')
})

test('drawing changes the curve between the two points only, and stays on the plot', () => {
  const at = fc.tuple(fc.double({ min: -4, max: 4, noNaN: true }), fc.double({ min: -4, max: 4, noNaN: true }))
  fc.assert(
    fc.property(at, at, (from, to) => {
      const before = new Float64Array(POINTS).fill(1)
      const after = drawnThrough(before, from, to)
      const [first, last] = [from[0], to[0]].map(nearest).sort((a, b) => a - b)
      expect(after.every((y, i) => (i >= first && i <= last) || y === 1)).toBe(true)
      expect(after.every(y => Math.abs(y) <= Y_MOST)).toBe(true)
      const end = Math.min(Y_MOST, Math.max(-Y_MOST, to[1]))
      // The nearest point lies up to half a step before the end of the line.
      const step = Math.abs(((to[1] - from[1]) / (to[0] - from[0] || 1)) * (XS[1] - XS[0])) || 0
      if (Math.abs(to[0]) <= X_MOST) expect(Math.abs(after[nearest(to[0])] - end)).toBeLessThan(step + 1e-9)
    }),
  )
  const lifted = raised(new Float64Array(POINTS), 60, 0.5)
  expect(lifted[60]).toBe(0.5)
  expect([lifted[54], lifted[66]]).toEqual([0, 0])
})
