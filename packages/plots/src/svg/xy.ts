import type { Mark, XYChart } from '../chart.ts'
import { place, unitRatio } from '../place.ts'
import { type Tick, ticks } from '../scale.ts'
import { shorten, width as columnsOf } from '../text.ts'
import { drawAxes } from './axes.ts'
import { columnsIn, type Drawing, type Frame, heading, PAD, type Room, textWidth } from './draw.ts'
import { drawLegend } from './legend.ts'
import { drawMark } from './marks.ts'

/** Heights of the lines of text around a frame, and the height of a frame as a share of its width unless given. */
const Y_LABEL = 22
const TICKS = 20
const X_LABEL = 18
const FLAT = 0.56
const NARROWEST = 40
const LOWEST = 20

/** Title, legend, and the frame with its axes. */
export function drawXY(chart: XYChart, room: Room): Drawing {
  const title = heading(chart.title, room)
  const legend = drawLegend(chart.marks, room, title.height)
  const top = title.height + legend.height + (chart.y.label ? Y_LABEL : 6)
  const below = chart.bare ? PAD : TICKS + (chart.x.label ? X_LABEL : 0) + PAD - 4
  const height = room.height === undefined ? undefined : Math.max(LOWEST, room.height - top - below)
  const ys = chart.bare ? [] : yTicks(chart, frameSize(chart, room.width - 4 * PAD, height).height, room.width)
  const left = PAD + 8 + widest(ys)
  const right = PAD + spill(chart, room.width * NAMES)
  const size = frameSize(chart, Math.max(NARROWEST, room.width - left - right), height)
  const frame: Frame = { outer: room.width, left, top, ...size }
  const axes = chart.bare ? '' : drawAxes(chart, frame, ticks(chart.x, Math.max(2, frame.width / 65)), ys)
  const marks = place(chart).map(mark => drawMark(mark, frame, room.patterns))
  const body = [title.body, legend.body, axes, ...marks].filter(Boolean).join('\n')
  return { height: Math.max(room.height ?? 0, top + frame.height + below), body }
}

/** A name on the y axis takes at most this share of the whole, and so does a text to the right of the frame. */
const NAMES = 0.35

const yTicks = ({ y }: XYChart, height: number, width: number): Tick[] =>
  ticks(y, Math.max(2, height / 45)).map(({ at, text }) => ({ at, text: shorten(text, columnsIn(width * NAMES)) }))

const widest = (texts: readonly { readonly text: string }[]): number =>
  texts.reduce((most, { text }) => Math.max(most, textWidth(columnsOf(text))), 0)

/** Room to the right of the frame for the numbers at the ends of bars, at most so much, and half the text of the last tick. */
function spill({ x, marks }: XYChart, most: number): number {
  const figures = marks.flatMap(mark => (mark.kind === 'texts' && mark.place === 'right' ? mark.texts : []))
  return Math.max(0, widest(ticks(x, 6)) / 2 - 6, Math.min(most, widest(figures)))
}

function frameSize(chart: XYChart, width: number, height?: number): { width: number; height: number } {
  const ratio = unitRatio(chart)
  if (ratio !== null) {
    const fitting = height === undefined ? width : Math.min(width, height / ratio)
    return { width: fitting, height: fitting * ratio }
  }
  const { names } = chart.y
  return { width, height: height ?? (names ? names.length * rowHeight(chart.marks) : width * FLAT) }
}

const rowHeight = (marks: readonly Mark[]): number =>
  Math.max(26, 10 + 16 * marks.filter(mark => mark.kind === 'rects').length)
