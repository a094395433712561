import type { Chart } from '../chart.ts'
import { fail } from '../check.ts'
import { clean, pad, toAscii, wrap } from '../text.ts'
import { imageLines } from './images.ts'
import { matrixLines } from './matrix.ts'
import type { Screen } from './screen.ts'
import { asciiSigns, unicodeSigns } from './signs.ts'
import { xyLines } from './xy.ts'

/** The size, the characters and the colours of a chart in a terminal. */
export interface TerminalOptions {
  /** The largest width of the text; 80 unless given. */
  readonly columns?: number
  /**
   * The height inside a chart in lines: 16, or 24 for a plane, unless given. Bars, pictures and tables take what they
   * need.
   */
  readonly rows?: number
  /** With colours; without unless given. */
  readonly colour?: boolean
  /** Characters beyond ASCII; with them unless given. */
  readonly unicode?: boolean
}

const NARROWEST = 38
const LOWEST = 4

/**
 * A chart as lines of text. The first lines say what it shows; then follows the picture. Colours only repeat what signs
 * say.
 *
 * @throws RangeError if there is no room to draw in
 */
export function toTerminal(chart: Chart, options: TerminalOptions = {}): string {
  const { columns = 80, rows, colour = false, unicode = true } = options
  if (!Number.isInteger(columns) || columns < NARROWEST)
    fail('toTerminal', `columns is ${columns}, expected a whole number of at least ${NARROWEST}`)
  if (rows !== undefined && !(Number.isInteger(rows) && rows >= LOWEST))
    fail('toTerminal', `rows is ${rows}, expected a whole number of at least ${LOWEST}`)
  const screen: Screen = {
    columns,
    rows,
    colour,
    unicode,
    signs: unicode ? unicodeSigns : asciiSigns,
    say: text => (unicode ? clean(text) : toAscii(clean(text))),
  }
  const said = chart.title ? `${chart.title}: ${chart.description}` : chart.description
  const lines = [...wrap(screen.say(said), columns), '', ...draw(chart, screen)]
  const text = lines.map(line => line.trimEnd()).join('\n')
  // Text that was cut ends with an ellipsis, one column wide.
  return unicode ? text : text.replaceAll('…', '.')
}

function draw(chart: Chart, screen: Screen): string[] {
  switch (chart.kind) {
    case 'xy':
      return xyLines(chart, screen)
    case 'images':
      return imageLines(chart, screen)
    case 'matrix':
      return matrixLines(chart, screen)
    case 'row': {
      const columns = Math.min(chart.columns, Math.max(1, Math.floor((screen.columns + GUTTER) / (NARROWEST + GUTTER))))
      const inner = { ...screen, columns: Math.floor((screen.columns + GUTTER) / columns) - GUTTER }
      const blocks = chart.charts.map(each => [...wrap(screen.say(each.title), inner.columns), ...draw(each, inner)])
      return Array.from({ length: Math.ceil(blocks.length / columns) }, (_, row) =>
        beside(blocks.slice(row * columns, (row + 1) * columns), inner.columns),
      ).flatMap((lines, row) => (row === 0 ? lines : ['', ...lines]))
    }
  }
}

const GUTTER = 2

/** Blocks of lines side by side, each padded to one width. */
function beside(blocks: readonly (readonly string[])[], columns: number): string[] {
  const height = Math.max(...blocks.map(block => block.length))
  return Array.from({ length: height }, (_, line) =>
    blocks.map(block => pad(block[line] ?? '', columns)).join(' '.repeat(GUTTER)),
  )
}
