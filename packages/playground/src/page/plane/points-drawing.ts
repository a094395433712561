import { RADIUS } from '../../data/points.ts'
import type { Points } from '../../worker/protocol.ts'
import { colourOf, css, type Palette } from '../colours.ts'

/** What the points of a drawing look like. */
export interface PointStyle {
  readonly palette: Palette
  readonly classes: number
  /** Pixels. */
  readonly radius: number
  /** Test points have a dark edge. */
  readonly edge: string
}

/** Draws points into a square of `side` pixels over [−6, 6]². Classes after the second also differ in shape. */
export const drawPoints = (
  on: CanvasRenderingContext2D,
  { at, target }: Points,
  side: number,
  style: PointStyle,
): void => drawScatter(on, { at, reach: RADIUS }, target, side, style)

/** Draws points into a square over [−reach, reach]². */
export function drawScatter(
  on: CanvasRenderingContext2D,
  { at, reach }: { readonly at: Float64Array; readonly reach: number },
  target: Float64Array,
  side: number,
  { palette, classes, radius, edge }: PointStyle,
): void {
  on.strokeStyle = edge
  on.lineWidth = Math.max(radius * 0.28, 0.6)
  for (let i = 0; i < target.length; i += 1) {
    const x = ((at[2 * i] + reach) / (2 * reach)) * side
    const y = ((reach - at[2 * i + 1]) / (2 * reach)) * side
    on.fillStyle = css(classes > 1 ? palette.classes[target[i]] : colourOf(target[i], palette))
    on.beginPath()
    shape(on, classes > 1 ? target[i] : 0, x, y, radius)
    on.fill()
    on.stroke()
  }
}

function shape(on: CanvasRenderingContext2D, kind: number, x: number, y: number, r: number): void {
  switch (kind) {
    case 1:
      on.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8)
      break
    case 2:
      polygon(on, 3, x, y + r * 0.15, r * 1.3)
      break
    case 3:
      polygon(on, 4, x, y, r * 1.25)
      break
    case 4:
      polygon(on, 5, x, y, r * 1.15)
      break
    default:
      on.arc(x, y, r, 0, 2 * Math.PI)
  }
}

function polygon(on: CanvasRenderingContext2D, corners: number, x: number, y: number, r: number): void {
  for (let i = 0; i < corners; i += 1) {
    const angle = (2 * Math.PI * i) / corners - Math.PI / 2
    on.lineTo(x + r * Math.cos(angle), y + r * Math.sin(angle))
  }
  on.closePath()
}

/** Rings around some of the points, by their indices. */
export function markPoints(
  on: CanvasRenderingContext2D,
  { at }: Points,
  indices: Uint32Array,
  side: number,
  palette: Palette,
): void {
  const radius = Math.max(side / 55, 5)
  for (const [width, colour] of [
    [4, palette.paper],
    [2, palette.ink],
  ] as const) {
    on.lineWidth = width
    on.strokeStyle = colour
    for (const i of indices) {
      const x = ((at[2 * i] + RADIUS) / (2 * RADIUS)) * side
      const y = ((RADIUS - at[2 * i + 1]) / (2 * RADIUS)) * side
      on.beginPath()
      on.arc(x, y, radius, 0, 2 * Math.PI)
      on.stroke()
    }
  }
}
