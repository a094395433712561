import type { MatrixChart } from '../chart.ts'
import { inWords } from '../numbers.ts'
import { pad, shorten, width } from '../text.ts'
import type { Screen } from './screen.ts'

const NAMES = 0.25
/** The number of mistakes to list if the table is too wide. */
const LISTED = 10

/** The table of counts, or the most frequent mistakes if it is too wide. */
export function matrixLines(chart: MatrixChart, screen: Screen): string[] {
  const { say, unicode } = screen
  const none = unicode ? '·' : '.'
  const names = chart.names.map(name => shorten(say(name), Math.floor(screen.columns * NAMES)))
  const margin = Math.max(...names.map(width), width(chart.y))
  const figures = chart.counts.map(row => row.map(count => (count === 0 ? none : say(inWords(count)))))
  const needed = Math.max(...figures.flat().map(width)) + 1
  const room = Math.floor((screen.columns - margin) / names.length)
  if (needed > room) return mistakes(chart, screen)
  const cell = Math.min(room, Math.max(needed + 1, ...names.map(name => width(name) + 2)))
  const line = (name: string, cells: readonly string[]) =>
    pad(name, margin) + cells.map(each => pad(shorten(each, cell - 1), cell, 'left')).join('')
  return [
    pad('', margin) + pad(chart.x, cell * names.length, 'both'),
    line(chart.y, names),
    ...names.map((name, i) => line(name, figures[i])),
  ]
}

function mistakes({ names, counts }: MatrixChart, { say, columns }: Screen): string[] {
  const all = counts.flatMap((row, i) =>
    row.map((count, j) => ({ count: i === j ? 0 : count, name: names[i], taken: names[j] })),
  )
  const worst = all.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count)
  return worst
    .slice(0, LISTED)
    .map(({ count, name, taken }) => shorten(say(`${inWords(count)}: ${name} taken for ${taken}`), columns))
}
