import type { Chart } from '../chart.ts'
import { fail } from '../check.ts'
import type { Drawing, Patterns, Room } from './draw.ts'
import { element, escape, fingerprint, px } from './element.ts'
import { drawImages } from './images.ts'
import { drawMatrix } from './matrix.ts'
import { drawRow, SMALLEST } from './row.ts'
import { styleSheet, type Theme } from './theme.ts'
import { drawXY } from './xy.ts'

/** The size and the colours of an SVG. */
export interface SvgOptions {
  /** In pixels; by the kind of chart unless given. */
  readonly width?: number
  /** In pixels; as high as the chart needs unless given. Pictures and tables always take what they need. */
  readonly height?: number
  /** `auto` (unless given) follows the reader's system. */
  readonly theme?: Theme
}

const WIDTH: Readonly<Record<Chart['kind'], number>> = { xy: 640, images: 640, matrix: 520, row: 920 }
const PLANE = 460

/**
 * A chart as a self-contained SVG file: the same text for the same chart on every machine.
 *
 * It has its own background, so that it is readable anywhere, and a title and a description for readers who don't see
 * it.
 *
 * @throws RangeError if there is no room to draw in
 */
export function toSvg(chart: Chart, options: SvgOptions = {}): string {
  const { width = chart.kind === 'xy' && chart.plane && !chart.bare ? PLANE : WIDTH[chart.kind], theme = 'auto' } =
    options
  for (const [name, size] of Object.entries({ width, height: options.height ?? width }))
    if (!(size >= SMALLEST && Number.isFinite(size)))
      fail('toSvg', `${name} is ${size}, expected at least ${SMALLEST} pixels`)
  const { patterns, definitions } = collect(fingerprint(JSON.stringify([chart, options])))
  const { height, body } = draw(chart, { width, height: options.height, nested: false, patterns })
  const back = element('rect', { class: 'bp-back', width, height, rx: 6 })
  const defs = definitions.size > 0 ? element('defs', {}, ...definitions.values()) : ''
  const picture = [defs, back, body].filter(Boolean).join('\n')
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${px(width)} ${px(height)}`,
    width,
    height,
    role: 'img',
    'font-family': "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif",
    'font-size': 12,
  }
  const title = element('title', {}, escape(chart.title || chart.description))
  const description = element('desc', {}, escape(chart.description))
  return `${element('svg', attributes, title, description, element('style', {}, styleSheet(theme, picture)), picture)}\n`
}

function draw(chart: Chart, room: Room): Drawing {
  switch (chart.kind) {
    case 'xy':
      return drawXY(chart, room)
    case 'images':
      return drawImages(chart, room)
    case 'matrix':
      return drawMatrix(chart, room)
    case 'row':
      return drawRow(chart, room, draw)
  }
}

function collect(prefix: string): { patterns: Patterns; definitions: Map<string, string> } {
  const definitions = new Map<string, string>()
  const use: Patterns['use'] = (name, markup) => {
    const id = `bp-${prefix}-${name}`
    definitions.set(id, markup(id))
    return `url(#${id})`
  }
  return { patterns: { use }, definitions }
}
