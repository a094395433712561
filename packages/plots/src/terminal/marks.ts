import type { Mark, Point, Rects, Region, Rule, Slot, Texts } from '../chart.ts'
import { shorten, width } from '../text.ts'
import type { Canvas } from './canvas.ts'
import type { Screen } from './screen.ts'
import { colourOf, paint } from './signs.ts'

/** A mark on the unit square, drawn on a canvas. */
export function drawMark(mark: Mark, canvas: Canvas, screen: Screen): void {
  switch (mark.kind) {
    case 'lines':
      // The values behind a smooth curve would only blur it.
      if (mark.look === 'faint') return
      for (const line of mark.lines) canvas.line(line, hasColour(mark.look) ? colourOf(mark.slot) : null)
      return
    case 'points':
      for (const point of mark.points)
        canvas.put(...canvas.cellOf(point), screen.signs.points[mark.slot], colourOf(mark.slot))
      return
    case 'region':
      return region(mark, canvas, screen)
    case 'rects':
      return mark.grow === 'right' ? lying(mark, canvas, screen) : standing(mark, canvas, screen)
    case 'texts':
      return texts(mark, canvas, screen)
    case 'rule':
      return rule(mark, canvas, screen)
  }
}

const hasColour = (look: string): boolean => look === 'series' || look === 'path' || look === 'spine'

/** The sign for labelled marks in a legend: a point, also on its region, or a bar, or else a line. */
export function sampleOf(marks: readonly Mark[], { signs, colour }: Screen): string {
  const of = <K extends Mark['kind']>(kind: K) =>
    marks.find((mark): mark is Extract<Mark, { kind: K }> => mark.kind === kind)
  const ink = (slot: Slot, sign: string) => (colour ? paint(sign, colourOf(slot)) : sign)
  const [points, region, rects, lines] = [of('points'), of('region'), of('rects'), of('lines')]
  const point = points ? ink(points.slot, signs.points[points.slot]) : ''
  if (region) {
    const inside = ink(region.slot, region.look === 'dotted' ? signs.dotted : region.look === 'band' ? signs.band : ' ')
    return `[${inside}${point}${inside}]`
  }
  if (rects) return ink(rects.slot, signs.fills[rects.slot])
  return point || (lines ? ink(lines.slot, signs.line) : '')
}

/** A sign in each cell whose middle lies inside, even–odd. */
function region({ rings, look, slot }: Region, canvas: Canvas, { signs }: Screen): void {
  if (look !== 'dotted' && look !== 'band') return
  const sign = look === 'dotted' ? signs.dotted : signs.band
  for (let row = 0; row < canvas.rows; row += 1)
    for (let column = 0; column < canvas.columns; column += 1) {
      const middle: Point = [(column + 0.5) / canvas.columns, 1 - (row + 0.5) / canvas.rows]
      if (isInside(rings, middle)) canvas.put(column, row, sign, colourOf(slot))
    }
}

/** Whether a ray to the right crosses the rings an odd number of times. */
function isInside(rings: readonly (readonly Point[])[], [x, y]: Point): boolean {
  let inside = false
  for (const ring of rings)
    for (const [i, [ax, ay]] of ring.entries()) {
      const [bx, by] = ring[(i + 1) % ring.length]
      if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside
    }
  return inside
}

/** One line of characters for each bar, from left to right. */
function lying({ rects, slot }: Rects, canvas: Canvas, { signs }: Screen): void {
  for (const [[ax, ay], [bx, by]] of rects) {
    const row = canvas.rowOf((ay + by) / 2)
    const [from, to] = [Math.min(ax, bx) * canvas.columns, Math.max(ax, bx) * canvas.columns]
    for (let column = Math.round(from); column < canvas.columns; column += 1) {
      const sign = partOf(slot === 0 ? signs.right : [' ', signs.fills[slot]], to - column)
      if (sign !== ' ') canvas.put(column, row, sign, colourOf(slot))
    }
  }
}

/** Columns of characters, from the bottom up. */
function standing({ rects, slot }: Rects, canvas: Canvas, { signs }: Screen): void {
  for (const [[ax, ay], [bx, by]] of rects) {
    const height = Math.max(ay, by) * canvas.rows
    for (
      let column = Math.round(Math.min(ax, bx) * canvas.columns);
      column < Math.round(Math.max(ax, bx) * canvas.columns);
      column += 1
    )
      for (let level = 0; level < canvas.rows; level += 1) {
        const sign = partOf(signs.up, height - level)
        if (sign !== ' ') canvas.put(column, canvas.rows - 1 - level, sign, colourOf(slot))
      }
  }
}

/** The sign for a cell that is filled that much; never blank unless it is empty. */
function partOf(signs: readonly string[], filled: number): string {
  const steps = signs.length - 1
  const least = filled > 0.02 ? 1 : 0
  return signs[filled >= 1 ? steps : Math.max(least, Math.min(steps, Math.round(filled * steps)))]
}

function texts({ texts, place }: Texts, canvas: Canvas, { say }: Screen): void {
  for (const { at, text } of texts) {
    const said = say(text)
    const wide = width(said)
    // Numbers go beside bars, which fill whole lines and parts of a cell.
    if (place === 'right') {
      const start = Math.ceil(at[0] * canvas.columns) + 1
      canvas.write(start, canvas.rowOf(at[1]), shorten(said, canvas.width - start))
      continue
    }
    const [column, row] = canvas.cellOf(at)
    const side = column + 2 + wide <= canvas.columns ? column + 2 : column - 1 - wide
    canvas.write(Math.max(0, place === 'side' ? side : column - Math.floor(wide / 2)), row, said)
  }
}

function rule({ axis, at, text }: Rule, canvas: Canvas, { signs, say }: Screen): void {
  const [column, row] = canvas.cellOf(axis === 'x' ? [at, 1] : [1, at])
  const said = say(text)
  if (axis === 'y') {
    for (let each = 0; each < canvas.columns; each += 1) canvas.put(each, row, signs.rule.y)
    canvas.write(canvas.columns - width(said) - 1, row === 0 ? 1 : row - 1, said)
    return
  }
  for (let each = 0; each < canvas.rows; each += 1) canvas.put(column, each, signs.rule.x)
  canvas.write(at < 0.6 ? column + 2 : column - 1 - width(said), 0, said)
}
