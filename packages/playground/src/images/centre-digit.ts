/** A point of a drawing, from (0, 0) at the top left to (1, 1) at the bottom right. */
export type Point = readonly [x: number, y: number]

/** What was drawn between putting the pen down and lifting it. */
export type Stroke = readonly Point[]

export const SIDE = 28
/** The box that a digit fills: MNIST's are scaled to 20 × 20 pixels, with their proportions kept. */
export const BOX = 20
/** Of the pen, in pixels of the finished image. */
const PEN_RADIUS = 1.1
/** From black to white at the edge of the pen, in pixels. */
const SOFT_EDGE = 1
/** Moving by a part of a pixel changes how ink is spread over pixels, and with it the centre: so we move again. */
const CENTRING_ROUNDS = 4
/** Drawings below 5 % of the pad are not blown up to fill the box, so that a dot stays a dot. */
const LEAST_SIDE = 0.05

/**
 * A drawing as MNIST's digits were made (LeCun et al. 1998): scaled into a box of 20 × 20 pixels, and moved so that the
 * centre of mass of its ink is in the middle of 28 × 28.
 *
 * @returns ink from 0 to 1, row by row `[784]`; all 0 for an empty drawing
 */
export function centreDigit(strokes: readonly Stroke[]): Float32Array {
  const points = strokes.flat()
  if (points.length === 0) return new Float32Array(SIDE * SIDE)
  const [left, right] = extent(points.map(([x]) => x))
  const [top, bottom] = extent(points.map(([, y]) => y))
  const room = BOX - 2 * (PEN_RADIUS + SOFT_EDGE / 2)
  const scale = room / Math.max(right - left, bottom - top, LEAST_SIDE)
  const middle: Point = [(left + right) / 2, (top + bottom) / 2]
  const placed = (shift: Point): Stroke[] =>
    strokes.map(stroke =>
      stroke.map(([x, y]): Point => [
        (x - middle[0]) * scale + SIDE / 2 + shift[0],
        (y - middle[1]) * scale + SIDE / 2 + shift[1],
      ]),
    )
  let shift: Point = [0, 0]
  for (let round = 0; round < CENTRING_ROUNDS; round++) {
    const [x, y] = centreOfMass(rendered(placed(shift)))
    shift = [shift[0] + SIDE / 2 - x, shift[1] + SIDE / 2 - y]
  }
  return rendered(placed(shift))
}

/** Where the ink of a 28 × 28 image is on average; pixel 0 reaches from 0 to 1. */
export function centreOfMass(ink: Float32Array): Point {
  let [mass, x, y] = [0, 0, 0]
  ink.forEach((value, i) => {
    mass += value
    x += value * ((i % SIDE) + 0.5)
    y += value * (Math.floor(i / SIDE) + 0.5)
  })
  return mass === 0 ? [SIDE / 2, SIDE / 2] : [x / mass, y / mass]
}

/** Strokes in pixels, drawn with a round pen. */
function rendered(strokes: readonly Stroke[]): Float32Array {
  const ink = new Float32Array(SIDE * SIDE)
  for (const stroke of strokes) stroke.forEach((point, i) => drawSegment(ink, stroke[Math.max(0, i - 1)], point))
  return ink
}

function drawSegment(ink: Float32Array, from: Point, to: Point): void {
  const reach = PEN_RADIUS + SOFT_EDGE
  const range = (a: number, b: number) =>
    [Math.max(0, Math.floor(Math.min(a, b) - reach)), Math.min(SIDE - 1, Math.ceil(Math.max(a, b) + reach))] as const
  const [firstCol, lastCol] = range(from[0], to[0])
  const [firstRow, lastRow] = range(from[1], to[1])
  for (let row = firstRow; row <= lastRow; row++) {
    for (let col = firstCol; col <= lastCol; col++) {
      const distance = distanceToSegment([col + 0.5, row + 0.5], from, to)
      const value = Math.min(1, Math.max(0, (PEN_RADIUS - distance) / SOFT_EDGE + 0.5))
      if (value > ink[row * SIDE + col]) ink[row * SIDE + col] = value
    }
  }
}

function distanceToSegment([x, y]: Point, [x0, y0]: Point, [x1, y1]: Point): number {
  const [dx, dy] = [x1 - x0, y1 - y0]
  const length2 = dx * dx + dy * dy
  const t = length2 === 0 ? 0 : Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / length2))
  return Math.hypot(x - x0 - t * dx, y - y0 - t * dy)
}

const extent = (values: readonly number[]): [least: number, most: number] => [
  values.reduce((a, b) => Math.min(a, b)),
  values.reduce((a, b) => Math.max(a, b)),
]
