import type { XYChart } from '../chart.ts'
import { share, type Tick } from '../scale.ts'
import { shorten, width as columnsOf } from '../text.ts'
import { columnsIn, FONT, type Frame, textWidth } from './draw.ts'
import { element, group, px, text } from './element.ts'

/** The grid, the ticks with their texts, and the labels of both axes. Labels lie flat: the y label above its axis. */
export function drawAxes(chart: XYChart, frame: Frame, xs: readonly Tick[], ys: readonly Tick[]): string {
  const { x, y, plane } = chart
  const { outer, left, top, width, height } = frame
  const bottom = top + height
  const across = xs.map(({ at, text }) => ({ at: left + width * share(x, at), text }))
  const up = ys.map(({ at, text }) => ({ at: bottom - height * share(y, at), text }))
  const ticks = [
    ...across.map(({ at }) => `M${px(at)} ${px(bottom)}v4`),
    ...(plane ? up.map(({ at }) => `M${px(left)} ${px(at)}h-4`) : []),
  ]
  const middle = left + width / 2
  const parts = [
    grid(chart, frame, across, up),
    element('path', { class: 'bp-axis', fill: 'none', d: edge(frame, plane) + ticks.join('') }),
    group(
      { class: 'bp-muted', 'text-anchor': 'middle' },
      ...apart(across, outer).map(({ at, text: content }) => text(content, { x: at, y: bottom + 17 })),
    ),
    group(
      { class: 'bp-muted', 'text-anchor': 'end' },
      ...up.map(({ at, text: content }) => text(content, { x: left - 8, y: at + FONT / 3 })),
    ),
    y.label && text(shorten(y.label, columnsIn(outer - left)), { class: 'bp-ink', x: left, y: top - 9 }),
    x.label &&
      text(shorten(x.label, columnsIn(2 * Math.min(middle, outer - middle))), {
        ...{ class: 'bp-ink', x: middle, y: bottom + 35, 'text-anchor': 'middle' },
      }),
  ]
  return parts.filter(Boolean).join('\n')
}

interface Placed {
  readonly at: number
  readonly text: string
}

/** A plane has an edge all around and no grid; other charts have an axis below. */
function edge({ left, top, width, height }: Frame, plane: boolean): string {
  return plane
    ? `M${px(left)} ${px(top)}h${px(width)}v${px(height)}h${px(-width)}z`
    : `M${px(left)} ${px(top + height)}h${px(width)}`
}

/** Lines at the ticks of the value axis, and between names if there are points on them. */
function grid(
  { y, plane, marks }: XYChart,
  { left, top, width, height }: Frame,
  across: Placed[],
  up: Placed[],
): string {
  if (plane) return ''
  const flat = up.map(({ at }) => `M${px(left)} ${px(at)}h${px(width)}`)
  const upright = across.map(({ at }) => `M${px(at)} ${px(top)}v${px(height)}`)
  const lines =
    y.scale !== 'category' ? flat : marks.some(mark => mark.kind === 'rects') ? upright : [...flat, ...upright]
  return lines.length > 0 ? element('path', { class: 'bp-grid', fill: 'none', d: lines.join('') }) : ''
}

/** The texts that neither overlap the one before nor leave the picture. */
function apart(texts: readonly Placed[], outer: number): Placed[] {
  let end = 0
  return texts.filter(({ at, text }) => {
    const half = textWidth(columnsOf(text)) / 2
    if (at - half < end || at + half > outer) return false
    end = at + half
    return true
  })
}
