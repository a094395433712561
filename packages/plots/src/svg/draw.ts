import { wrap } from '../text.ts'
import { text } from './element.ts'

/** What all charts of an SVG share: the room they get, what they give back, and their title. */

/** The room of one chart, in pixels, and what it shares with the whole drawing. */
export interface Room {
  readonly width: number
  /** As high as the chart needs unless given. */
  readonly height?: number
  /** One of several charts: its title is smaller. */
  readonly nested: boolean
  /** The patterns that the drawing uses. */
  readonly patterns: Patterns
}

/** The markup of one chart, and its size. */
export interface Drawing {
  readonly height: number
  readonly body: string
}

/** Where the marks are, in pixels. */
export interface Frame {
  /** Of the whole chart, with the texts around the frame. */
  readonly outer: number
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Collects the patterns of a drawing and gives them names that no other drawing on a page has. */
export interface Patterns {
  use(name: string, markup: (id: string) => string): string
}

/** Space around each chart. */
export const PAD = 14

/** The size of the text, in pixels. */
export const FONT = 12
const TITLE = 15
const LINE = 20

/** The approximate width of a text: fonts differ, so this is rather too much. */
export const textWidth = (columns: number, size = FONT): number => columns * size * 0.6

/** The number of text columns that fit. */
export const columnsIn = (width: number, size = FONT): number => Math.max(1, Math.floor(width / (size * 0.6)))

/** The title above a chart, in as many lines as it needs. */
export function heading(title: string, { width, nested }: Room): Drawing {
  const size = nested ? TITLE - 2 : TITLE
  const lines = wrap(title, columnsIn(width - 2 * PAD, size))
  const body = lines.map((line, i) =>
    text(line, { x: PAD, y: PAD + size + i * LINE, class: 'bp-ink', 'font-size': size, 'font-weight': '600' }),
  )
  return { height: PAD + (lines.length > 0 ? lines.length * LINE + 4 : 0), body: body.join('\n') }
}
