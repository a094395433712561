/** One column of pictures: the features, a hidden layer or the outputs. All in pixels. */
export interface Column {
  /** The middle of the column. */
  readonly x: number
  /** The middle of each picture. */
  readonly ys: readonly number[]
}

export interface NetworkLayout {
  readonly width: number
  readonly height: number
  /** The side of each picture. */
  readonly size: number
  readonly columns: readonly Column[]
}

const REM = { labels: 3.4, head: 5.4, size: 2.7, rows: 24, narrowest: 5.9, lowestRow: 1.85 } as const
/** How much of a row its picture fills. */
const FILL = 0.8

/**
 * Where the pictures of the network stand: the features at the left, the outputs at the right, the layers evenly between.
 *
 * @param counts how many pictures each column has
 * @param available pixels from left to right; the network gets wider if its layers don't fit
 * @param rem pixels
 */
export function networkLayout(counts: readonly number[], available: number, rem: number): NetworkLayout {
  const rows = Math.max(...counts)
  const pitch = Math.max(REM.rows / Math.max(rows, 7), REM.lowestRow) * rem
  const size = Math.min(REM.size * rem, pitch * FILL)
  const width = Math.max(available, (REM.labels + REM.size + REM.narrowest * (counts.length - 1)) * rem)
  const first = REM.labels * rem + size / 2
  const last = width - Math.max(size, REM.size * rem) / 2 - 0.4 * rem
  const middle = REM.head * rem + (pitch * Math.max(rows, 7)) / 2
  const columns = counts.map((count, i) => ({
    x: first + ((last - first) * i) / (counts.length - 1),
    ys: Array.from({ length: count }, (_, row) => middle + (row - (count - 1) / 2) * pitch),
  }))
  return { width, height: REM.head * rem + pitch * Math.max(rows, 7), size, columns }
}

/** The four points of the curve of a link: start, two control points, end. */
export function linkCurve({ columns, size }: NetworkLayout, layer: number, from: number, to: number) {
  const [left, right] = [columns[layer - 1], columns[layer]]
  const x0 = left.x + size / 2
  const x1 = right.x - size / 2
  const bend = (x1 - x0) / 2
  const [y0, y1] = [left.ys[from], right.ys[to]]
  return { x0, y0, x1: x0 + bend, y1: y0, x2: x1 - bend, y2: y1, x3: x1, y3: y1 }
}

const SAMPLES = 24

/** The distance in pixels of a point to the curve of a link. */
export function distanceToLink(curve: ReturnType<typeof linkCurve>, x: number, y: number): number {
  let least = Infinity
  for (let i = 0; i <= SAMPLES; i += 1) {
    const t = i / SAMPLES
    const [a, b, c, d] = [(1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t * t, t ** 3]
    const dx = a * curve.x0 + b * curve.x1 + c * curve.x2 + d * curve.x3 - x
    const dy = a * curve.y0 + b * curve.y1 + c * curve.y2 + d * curve.y3 - y
    least = Math.min(least, dx * dx + dy * dy)
  }
  return Math.sqrt(least)
}
