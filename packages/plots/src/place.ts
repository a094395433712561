import type { Mark, Point, XYChart } from './chart.ts'
import { share } from './scale.ts'

/**
 * The marks of a chart on the unit square, (0, 0) at the bottom left, clipped to it. Both renderers start from
 * this and only stretch it.
 */
export function place({ x, y, marks }: XYChart): Mark[] {
  const at = ([px, py]: Point): Point => [share(x, px), share(y, py)]
  return marks.map(mark => placeMark(mark, at)).filter(mark => mark.kind !== 'rule' || (mark.at >= 0 && mark.at <= 1))
}

/** Height over width of a plane with equal units on both axes; null if they may differ. */
export function unitRatio({ plane, x, y }: Pick<XYChart, 'plane' | 'x' | 'y'>): number | null {
  const ratio = (y.range[1] - y.range[0]) / (x.range[1] - x.range[0])
  return plane && ratio >= 1 / 3 && ratio <= 3 ? ratio : null
}

function placeMark(mark: Mark, at: (point: Point) => Point): Mark {
  switch (mark.kind) {
    case 'lines':
      return { ...mark, lines: mark.lines.flatMap(line => clipLine(line.map(at))) }
    case 'points':
      return { ...mark, points: mark.points.map(at).filter(isInside) }
    case 'region':
      return { ...mark, rings: mark.rings.map(ring => clipRing(ring.map(at))).filter(ring => ring.length > 2) }
    case 'rects':
      return { ...mark, rects: mark.rects.map(([a, b]) => [clamp(at(a)), clamp(at(b))]) }
    case 'texts':
      return {
        ...mark,
        texts: mark.texts.map(each => ({ ...each, at: at(each.at) })).filter(each => isInside(each.at)),
      }
    case 'rule':
      return { ...mark, at: mark.axis === 'x' ? at([mark.at, 1])[0] : at([1, mark.at])[1] }
  }
}

const isInside = ([x, y]: Point): boolean => x >= 0 && x <= 1 && y >= 0 && y <= 1

const clamp = ([x, y]: Point): Point => [Math.min(1, Math.max(0, x)), Math.min(1, Math.max(0, y))]

/** The pieces of a line inside the unit square: Liang and Barsky for each segment. */
export function clipLine(line: readonly Point[]): Point[][] {
  if (line.length === 1) return line.filter(isInside).map(point => [point])
  const pieces: Point[][] = []
  let open = false
  for (let i = 1; i < line.length; i += 1) {
    const segment = clipSegment(line[i - 1], line[i])
    if (!segment) {
      open = false
      continue
    }
    const [from, to, ends] = segment
    if (open) pieces[pieces.length - 1].push(to)
    else pieces.push([from, to])
    open = !ends
  }
  return pieces
}

/** The part of a segment inside the unit square, and whether it ends before the segment does. */
function clipSegment([ax, ay]: Point, [bx, by]: Point): [from: Point, to: Point, ends: boolean] | null {
  let [start, end] = [0, 1]
  // Inside each of the four edges, p·t ≤ q.
  const edges = [
    [ax - bx, ax],
    [bx - ax, 1 - ax],
    [ay - by, ay],
    [by - ay, 1 - ay],
  ]
  for (const [p, q] of edges) {
    if (p === 0 && q < 0) return null
    if (p < 0) start = Math.max(start, q / p)
    if (p > 0) end = Math.min(end, q / p)
  }
  if (start > end) return null
  // Rounding may end slightly outside the square.
  const along = (t: number): Point =>
    clamp(t === 0 ? [ax, ay] : t === 1 ? [bx, by] : [ax + t * (bx - ax), ay + t * (by - ay)])
  return [along(start), along(end), end < 1]
}

/** The part of a polygon inside the unit square: Sutherland and Hodgman, one edge after the other. */
export function clipRing(ring: readonly Point[]): Point[] {
  let left = [...ring]
  for (const axis of [0, 1] as const)
    for (const edge of [0, 1]) {
      const depth = (point: Point) => (edge === 0 ? point[axis] : 1 - point[axis])
      left = left.flatMap((point, i) => {
        const before = left.at(i - 1) ?? point
        const [a, b] = [depth(before), depth(point)]
        const crossing = (): Point => {
          const t = a / (a - b)
          const other = before[1 - axis] + t * (point[1 - axis] - before[1 - axis])
          return axis === 0 ? [edge, other] : [other, edge]
        }
        if (a >= 0) return b >= 0 ? [point] : [crossing()]
        return b >= 0 ? [crossing(), point] : []
      })
    }
  return left
}
