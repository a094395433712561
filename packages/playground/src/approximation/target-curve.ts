import { parseFormula } from '../data/formula.ts'
import { X_MOST, Y_MOST } from './one-hidden-layer.ts'

/** How many points a curve has, and the network learns from. */
export const POINTS = 121

/** From −3 to 3. */
export const XS: Float64Array = Float64Array.from({ length: POINTS }, (_, i) => X_MOST * (-1 + (2 * i) / (POINTS - 1)))

/** Curves to start from, as formulas. */
export const EXAMPLE_CURVES: readonly { readonly name: string; readonly formula: string }[] = [
  { name: 'wave', formula: '1.5*sin(2x)' },
  { name: 'absolute value', formula: 'abs(x) - 1' },
  { name: 'step', formula: 'sign(x - 0.5)' },
  { name: 'bump', formula: '2*exp(-4x^2)' },
  { name: 'square wave', formula: 'sign(sin(3x))' },
  { name: 'chirp', formula: 'sin(x^2 * 2)' },
  { name: 'cubic', formula: '(x^3 - 6x)/4' },
]

/** A curve, or what is wrong with its formula. */
export type Curve =
  | {
      /** `[POINTS]` */
      readonly ys: Float64Array
      /** What was changed so that the curve fits on the page; `null` if nothing was. */
      readonly note: string | null
    }
  | { readonly error: string }

/** The curve of a formula in x. What lies beyond the plot is moved to its edge; where it isn't a number, it is 0. */
export function curveOf(formula: string): Curve {
  const parsed = parseFormula(formula)
  if ('error' in parsed) return { error: parsed.error }
  const raw = XS.map(parsed.f)
  const undefinedPoints = raw.filter(y => Number.isNaN(y)).length
  if (undefinedPoints === POINTS) return { error: `The formula has no value between −${X_MOST} and ${X_MOST}.` }
  const isCut = raw.some(y => Math.abs(y) > Y_MOST)
  const notes = [
    isCut ? `Values beyond ±${Y_MOST} are moved to the edge.` : '',
    undefinedPoints > 0 ? 'Where the formula has no value, 0 is learned.' : '',
  ]
  const note = notes.filter(Boolean).join(' ')
  return { ys: raw.map(y => (Number.isNaN(y) ? 0 : inside(y))), note: note === '' ? null : note }
}

/** A copy of a curve that passes through the line between two points, where the pointer went. */
export function drawnThrough(ys: Float64Array, [x0, y0]: PlotPoint, [x1, y1]: PlotPoint): Float64Array {
  const [first, last] = [nearest(Math.min(x0, x1)), nearest(Math.max(x0, x1))]
  return ys.map((y, i) => {
    if (i < first || i > last) return y
    const share = x1 === x0 ? 1 : Math.min(1, Math.max(0, (XS[i] - x0) / (x1 - x0)))
    return inside(y0 + share * (y1 - y0))
  })
}

export type PlotPoint = readonly [x: number, y: number]

/** How many points on each side follow a point that is raised by key. */
const NEIGHBOURS = 6

/** A copy of a curve with one point raised, and its neighbours a little. */
export const raised = (ys: Float64Array, at: number, by: number): Float64Array =>
  ys.map((y, i) => {
    const distance = Math.abs(i - at) / NEIGHBOURS
    return distance >= 1 ? y : inside(y + by * (1 - distance * distance) ** 2)
  })

/** The index of the point at x, or nearest to it. */
export const nearest = (x: number): number =>
  Math.min(POINTS - 1, Math.max(0, Math.round(((x / X_MOST + 1) / 2) * (POINTS - 1))))

const inside = (y: number): number => Math.min(Y_MOST, Math.max(-Y_MOST, y))
