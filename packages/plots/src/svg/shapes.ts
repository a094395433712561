import type { Point, Points, Slot } from '../chart.ts'
import { element, px } from './element.ts'

/** The shapes that tell series and classes apart without colour, as path data around a centre. */

/** Straight lines from corner to corner, by their distances from the centre in units of the shape's size. */
type Outline = readonly (readonly Point[])[]

const OUTLINES: Readonly<Record<Exclude<Slot, 0>, { readonly lines: Outline; readonly solid: boolean }>> = {
  1: { lines: [[[-0.85, -0.85], [0.85, 0.85]], [[0.85, -0.85], [-0.85, 0.85]]], solid: false }, // ×
  2: { lines: [[[0, -1.15], [1.1, 0.8], [-1.1, 0.8]]], solid: true }, // ▲
  3: { lines: [[[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]]], solid: true }, // ■
  4: { lines: [[[0, -1.2], [1, 0], [0, 1.2], [-1, 0]]], solid: true }, // ◆
  5: { lines: [[[-1.1, 0], [1.1, 0]], [[0, -1.1], [0, 1.1]]], solid: false }, // +
} // prettier-ignore

const SIZES: Readonly<Record<Points['size'], number>> = { large: 3.6, small: 3, tiny: 2.1 }

/** One path with a shape at each point. Solid shapes have a thin edge, so that they stay apart where they overlap. */
export function shapes(points: readonly Point[], slot: Slot, size: Points['size']): string {
  if (points.length === 0) return ''
  const shape = shapeOf(slot, SIZES[size])
  const d = points.map(([x, y]) => `M${px(x)} ${px(y)}${shape}`).join('')
  const solid = slot === 0 || OUTLINES[slot].solid
  const edge = size === 'tiny' ? { class: `bp-f${slot}` } : { class: `bp-f${slot} bp-halo`, 'stroke-width': '.7' }
  const stroke = { class: `bp-s${slot}`, 'stroke-width': size === 'large' ? '2' : '1.5', fill: 'none' }
  return element('path', { ...(solid ? edge : stroke), d })
}

function shapeOf(slot: Slot, size: number): string {
  const r = px(size)
  if (slot === 0) return `m-${r} 0a${r} ${r} 0 1 0 ${px(2 * size)} 0a${r} ${r} 0 1 0-${px(2 * size)} 0z`
  let [fromX, fromY] = [0, 0]
  const steps = OUTLINES[slot].lines.map(line => {
    const relative = line.map(([x, y], i) => {
      const [dx, dy] = [Number(px(x * size)) - fromX, Number(px(y * size)) - fromY]
      ;[fromX, fromY] = [fromX + dx, fromY + dy]
      return `${i === 0 ? 'm' : 'l'}${px(dx)} ${px(dy)}`
    })
    return relative.join('')
  })
  return steps.join('') + (OUTLINES[slot].solid ? 'z' : '')
}
