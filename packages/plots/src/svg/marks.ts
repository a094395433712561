import type { Lines, Mark, Point, Rects, Region, Rule, Texts } from '../chart.ts'
import { shorten } from '../text.ts'
import { columnsIn, FONT, type Frame, type Patterns } from './draw.ts'
import { element, group, text } from './element.ts'
import { isToTheRight, pathOf, thin } from './path.ts'
import { shapes } from './shapes.ts'

/** A mark on the unit square, stretched over a frame. */
export function drawMark(mark: Mark, frame: Frame, patterns: Patterns): string {
  const at = ([x, y]: Point): Point => [frame.left + x * frame.width, frame.top + (1 - y) * frame.height]
  switch (mark.kind) {
    case 'lines':
      return lines(mark, at)
    case 'points':
      return shapes(mark.points.map(at), mark.slot, mark.size)
    case 'region':
      return region(mark, at, patterns)
    case 'rects':
      return rects(mark, at, patterns)
    case 'texts':
      return texts(mark, at, frame.outer)
    case 'rule':
      return rule(mark, at, columnsIn(frame.width * 0.4))
  }
}

type At = (point: Point) => Point

const LOOKS: Readonly<Record<Lines['look'], { class?: string; 'stroke-width': string; opacity?: string }>> = {
  series: { 'stroke-width': '2' },
  path: { 'stroke-width': '1.5' },
  faint: { 'stroke-width': '1', opacity: '.35' },
  spine: { 'stroke-width': '.8' },
  boundary: { class: 'bp-edge', 'stroke-width': '1.8' },
  contour: { class: 'bp-edge', 'stroke-width': '.8', opacity: '.45' },
}

function lines({ lines, look, slot }: Lines, at: At): string {
  const d = lines.map(line => {
    const inPixels = line.map(at)
    return pathOf(isToTheRight(inPixels) ? thin(inPixels) : inPixels)
  })
  const round = { 'stroke-linejoin': 'round', 'stroke-linecap': 'round' }
  return d.length > 0
    ? element('path', { class: `bp-s${slot}`, fill: 'none', ...LOOKS[look], ...round, d: d.join('') })
    : ''
}

const OPACITY: Readonly<Record<Region['look'], string>> = {
  plain: '.16',
  dotted: '.16',
  band: '.16',
  step: '.06',
  ribbon: '.5',
}

function region({ rings, look, slot }: Region, at: At, patterns: Patterns): string {
  if (rings.length === 0) return ''
  const d = rings.map(ring => pathOf(ring.map(at), true)).join('')
  const fill = element('path', {
    class: `bp-f${slot}`,
    'fill-opacity': OPACITY[look],
    'fill-rule': 'evenodd',
    d,
  })
  if (look !== 'dotted') return fill
  const dot = element('circle', { class: `bp-f${slot}`, cx: 4, cy: 4, r: 1, 'fill-opacity': '.5' })
  const dots = patterns.use(`dots${slot}`, id =>
    element('pattern', { id, width: 8, height: 8, patternUnits: 'userSpaceOnUse' }, dot),
  )
  return `${fill}\n${element('path', { fill: dots, 'fill-rule': 'evenodd', d })}`
}

/** Bars of the second and third series have stripes and dots as well. */
function rects({ rects, slot }: Rects, at: At, patterns: Patterns): string {
  const boxes = rects.map(([a, b]) => {
    const [[ax, ay], [bx, by]] = [at(a), at(b)]
    return { x: Math.min(ax, bx), y: Math.min(ay, by), width: Math.abs(bx - ax), height: Math.abs(by - ay) }
  })
  const bars = (attributes: Record<string, string>) =>
    group(attributes, ...boxes.filter(({ width, height }) => width > 0 && height > 0).map(box => element('rect', box)))
  const solid = bars({ class: `bp-f${slot} bp-halo`, 'stroke-width': '1' })
  if (slot % 3 === 0) return solid
  const texture = slot % 3 === 1 ? stripes(patterns) : specks(patterns)
  return [solid, bars({ fill: texture })].filter(Boolean).join('\n')
}

const stripes = (patterns: Patterns) =>
  patterns.use('stripes', id =>
    element(
      'pattern',
      { id, width: 5, height: 5, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
      element('path', { class: 'bp-halo', d: 'M0 0V5', 'stroke-width': '2.4' }),
    ),
  )

const specks = (patterns: Patterns) =>
  patterns.use('specks', id =>
    element(
      'pattern',
      { id, width: 5, height: 5, patternUnits: 'userSpaceOnUse' },
      element('circle', { class: 'bp-back', cx: 2.5, cy: 2.5, r: 1.1 }),
    ),
  )

/** Text over marks has an edge in the colour of the background. */
const HALO = { class: 'bp-ink bp-halo', 'stroke-width': '3', 'stroke-linejoin': 'round', 'paint-order': 'stroke' }

function texts({ texts, place }: Texts, at: At, outer: number): string {
  const written = texts.map(each => {
    const [x, y] = at(each.at)
    const left = place === 'side' && each.at[0] > 0.85
    const shift = place === 'on' ? 0 : left ? -8 : 8
    const anchor = place === 'on' ? 'middle' : left ? 'end' : undefined
    // Text must not leave the picture on either side.
    const room = { on: 2 * Math.min(x, outer - x), right: outer - x - shift, side: Infinity }[place]
    return text(shorten(each.text, columnsIn(room)), { x: x + shift, y: y + FONT / 3, 'text-anchor': anchor })
  })
  return group({ ...HALO, 'font-size': place === 'on' ? '10.5' : undefined }, ...written)
}

/** A dashed line with its text beside it, towards the middle of the frame. */
function rule({ axis, at: value, text: words }: Rule, at: At, columns: number): string {
  const [[ax, ay], [bx, by]] = axis === 'x' ? [at([value, 0]), at([value, 1])] : [at([0, value]), at([1, value])]
  const line = element('path', {
    class: 'bp-axis',
    fill: 'none',
    'stroke-dasharray': '4 4',
    'stroke-width': '1.2',
    d: pathOf([
      [ax, ay],
      [bx, by],
    ]),
  })
  const left = axis === 'x' && value < 0.6
  const place =
    axis === 'x' ? { x: bx + (left ? 6 : -6), y: by + FONT } : { x: bx - 4, y: value > 0.9 ? by + FONT + 4 : by - 5 }
  return `${line}\n${text(shorten(words, columns), { ...HALO, ...place, ...(left ? {} : { 'text-anchor': 'end' }) })}`
}
