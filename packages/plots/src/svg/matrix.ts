import type { MatrixChart } from '../chart.ts'
import { inWords } from '../numbers.ts'
import { shorten, width as columnsOf } from '../text.ts'
import { columnsIn, type Drawing, FONT, heading, PAD, type Room, textWidth } from './draw.ts'
import { element, group, text } from './element.ts'

const LABEL = 20
const NAMES = 0.25

/** How dark a cell is, 0 to 1: a right answer by its share of the row, a mistake by its share of the worst mistake. */
export function strength(counts: MatrixChart['counts'], row: number, column: number): number {
  const count = counts[row][column]
  if (count === 0) return 0
  if (row === column) return count / counts[row].reduce((sum, each) => sum + each, 0)
  return count / counts.reduce((most, each, i) => each.reduce((a, b, j) => (i === j ? a : Math.max(a, b)), most), 0)
}

/** Draws a confusion matrix. */
export function drawMatrix(chart: MatrixChart, room: Room): Drawing {
  const title = heading(chart.title, room)
  const names = chart.names.map(name => shorten(name, columnsIn(room.width * NAMES)))
  const left = PAD + 8 + Math.max(...names.map(name => textWidth(columnsOf(name))), textWidth(columnsOf(chart.y)))
  const cell = (room.width - left - PAD) / names.length
  const high = Math.min(cell, 44)
  const top = title.height + 2 * LABEL + 4
  const middle = (index: number, size: number) => (index + 0.5) * size
  const cells = chart.counts.flatMap((row, i) =>
    row.map((count, j) => ({ count, i, j, x: left + middle(j, cell), y: top + middle(i, high) + FONT / 3 })),
  )
  const boxes = cells
    .filter(({ count }) => count > 0)
    .map(({ i, j }) =>
      element('rect', {
        class: i === j ? 'bp-right' : 'bp-wrong',
        'fill-opacity': strength(chart.counts, i, j).toFixed(2),
        ...{
          x: left + j * cell + 1,
          y: top + i * high + 1,
          width: Math.max(0.5, cell - 2),
          height: Math.max(0.5, high - 2),
          rx: 2,
        },
      }),
    )
  const words = cells.map(({ count }) => (count === 0 ? '·' : inWords(count)))
  // A table of very many classes is only a picture.
  const legible = words.every(word => textWidth(columnsOf(word)) <= cell)
  const figures = legible ? cells.map(({ x, y }, i) => text(words[i], { x, y })) : []
  const columns = names.map((name, j) =>
    text(shorten(name, columnsIn(cell)), { x: left + middle(j, cell), y: top - 8 }),
  )
  const rows = names.map((name, i) => text(name, { x: left - 8, y: top + middle(i, high) + FONT / 3 }))
  const body = [
    title.body,
    ...boxes,
    group({ class: 'bp-ink', 'text-anchor': 'middle' }, ...figures),
    group({ class: 'bp-muted', 'text-anchor': 'middle' }, ...columns),
    group({ class: 'bp-muted', 'text-anchor': 'end' }, ...rows),
    group(
      { class: 'bp-ink' },
      text(chart.x, { x: left + (names.length * cell) / 2, y: top - 8 - LABEL, 'text-anchor': 'middle' }),
      text(chart.y, { x: left - 8, y: top - 8, 'text-anchor': 'end' }),
    ),
  ]
  return { height: top + names.length * high + PAD, body: body.filter(Boolean).join('\n') }
}
