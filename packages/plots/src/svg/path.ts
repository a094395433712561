import type { Point } from '../chart.ts'
import { px } from './element.ts'

/** Lines in pixels as path data, with no more points than can be seen. */

/** How far a line may move, in pixels. */
const TOLERANCE = 0.2

/** Path data of a line. */
export function pathOf(line: readonly Point[], closed = false): string {
  const [first, ...rest] = simplify(line).map(([x, y]) => `${px(x)} ${px(y)}`)
  const steps = rest.filter((step, i) => step !== (i === 0 ? first : rest[i - 1]))
  return `M${first}${steps.length > 0 ? `L${steps.join(' ')}` : closed ? '' : 'h0'}${closed ? 'z' : ''}`
}

/** Without the points that lie on the line between others: Douglas and Peucker. */
function simplify(line: readonly Point[]): Point[] {
  const keep = new Set([0, line.length - 1])
  const open: [number, number][] = [[0, line.length - 1]]
  for (let part = open.pop(); part; part = open.pop()) {
    const [from, to] = part
    let [far, at] = [TOLERANCE, -1]
    for (let i = from + 1; i < to; i += 1) {
      const distance = distanceTo(line[from], line[to], line[i])
      if (distance > far) [far, at] = [distance, i]
    }
    if (at > 0) {
      keep.add(at)
      open.push([from, at], [at, to])
    }
  }
  return line.filter((_, i) => keep.has(i))
}

function distanceTo([ax, ay]: Point, [bx, by]: Point, [x, y]: Point): number {
  const length = Math.hypot(bx - ax, by - ay)
  if (length === 0) return Math.hypot(x - ax, y - ay)
  return Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length
}

/** The width in pixels within which only the lowest and the highest point of a dense curve are visible. */
const COLUMN = 1.5

/** A curve that goes to the right, with at most a few points in each column of pixels. */
export function thin(line: readonly Point[]): Point[] {
  const columns = new Map<number, Point[]>()
  for (const point of line) {
    const column = Math.floor(point[0] / COLUMN)
    const points = columns.get(column)
    if (points) points.push(point)
    else columns.set(column, [point])
  }
  return [...columns.values()].flatMap(points => {
    const low = points.reduce((a, b) => (b[1] < a[1] ? b : a))
    const high = points.reduce((a, b) => (b[1] > a[1] ? b : a))
    return points.filter((point, i) => i === 0 || i === points.length - 1 || point === low || point === high)
  })
}

/** Whether x never decreases along the line. */
export const isToTheRight = (line: readonly Point[]): boolean => line.every(([x], i) => i === 0 || x >= line[i - 1][0])
