import type { Mark, XYChart } from '../chart.ts'
import { entries } from '../legend.ts'
import { place, unitRatio } from '../place.ts'
import { ticks } from '../scale.ts'
import { pad, paintedWidth, shorten, width } from '../text.ts'
import { marginOf, withYAxis, xAxis } from './axes.ts'
import { Canvas } from './canvas.ts'
import { drawMark, sampleOf } from './marks.ts'
import type { Screen } from './screen.ts'

/** A name on the y axis takes at most this share of the width, and so does a text to the right of the axes. */
const NAMES = 0.3

/** The number of lines inside a chart unless given. */
const ROWS = 16
const PLANE_ROWS = 24

/** Legend, y label, the marks between their axes, x label. */
export function xyLines(chart: XYChart, screen: Screen): string[] {
  const { say, columns } = screen
  if (chart.bare) return bareLines(chart, screen)
  const tail = tailOf(chart, screen)
  const count = Math.max(2, sizeOf(chart, screen, columns - tail).rows / 3)
  const names = ticks(chart.y, count).map(({ at, text }) => ({
    at,
    text: shorten(say(text), Math.floor(columns * NAMES)),
  }))
  const margin = marginOf(names)
  const size = sizeOf(chart, screen, columns - margin - tail)
  const canvas = new Canvas(size.columns, size.rows, tail)
  for (const mark of place(chart)) drawMark(mark, canvas, screen)
  const label = pad(shorten(say(chart.x.label), size.columns), size.columns, 'both')
  return [
    ...legend(chart.marks, screen),
    ...(chart.y.label ? [shorten(say(chart.y.label), columns)] : []),
    ...withYAxis(canvas.toLines(screen), chart, names, screen),
    ...xAxis(chart, size.columns, margin, screen),
    ...(chart.x.label ? [' '.repeat(margin) + label] : []),
  ]
}

/** The marks alone. */
function bareLines(chart: XYChart, screen: Screen): string[] {
  const size = sizeOf(chart, screen, screen.columns)
  const canvas = new Canvas(size.columns, size.rows, 0)
  for (const mark of place(chart)) drawMark(mark, canvas, screen)
  return canvas.toLines(screen)
}

/** The numbers at the ends of bars are to the right of the axes; a longer text is cut there. */
function tailOf({ marks }: XYChart, { say, columns }: Screen): number {
  const figures = marks.flatMap(mark => (mark.kind === 'texts' && mark.place === 'right' ? mark.texts : []))
  const widest = figures.reduce((most, { text }) => Math.max(most, width(say(text)) + 2), 0)
  return Math.min(widest, Math.floor(columns * NAMES))
}

function sizeOf({ plane, x, y, marks }: XYChart, { rows }: Screen, columns: number): { columns: number; rows: number } {
  if (y.names)
    return { columns, rows: y.names.length * Math.max(1, marks.filter(mark => mark.kind === 'rects').length) }
  const ratio = unitRatio({ plane, x, y })
  if (ratio === null) return { columns, rows: rows ?? ROWS }
  // A character is about twice as high as it is wide.
  const wide = Math.min(columns, Math.round((2 * (rows ?? PLANE_ROWS)) / ratio))
  return { columns: wide, rows: Math.max(2, Math.round((wide * ratio) / 2)) }
}

/** Each label with its sign, in as many lines as needed. */
function legend(marks: readonly Mark[], screen: Screen): string[] {
  const lines: string[] = []
  for (const [label, own] of entries(marks)) {
    const sample = sampleOf(own, screen)
    const entry = `${sample} ${shorten(screen.say(label), screen.columns - paintedWidth(sample) - 1)}`
    const last = lines.at(-1)
    const longer = `${last}   ${entry}`
    if (last !== undefined && paintedWidth(longer) <= screen.columns) lines[lines.length - 1] = longer
    else lines.push(entry)
  }
  return lines
}
