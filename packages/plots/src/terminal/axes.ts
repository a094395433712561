import type { XYChart } from '../chart.ts'
import { share, type Tick, ticks } from '../scale.ts'
import { pad, width } from '../text.ts'
import { Canvas } from './canvas.ts'
import type { Screen } from './screen.ts'

/** The number of columns to the left of the inside of a chart: its widest text, a blank, the axis. */
export const marginOf = (names: readonly Tick[]): number =>
  names.reduce((most, { text }) => Math.max(most, width(text)), 0) + 2

/** The inside of a chart with the y axis and its texts to the left. */
export function withYAxis(
  lines: readonly string[],
  { y }: XYChart,
  names: readonly Tick[],
  { signs }: Screen,
): string[] {
  const rowOf = (at: number) => {
    const down = 1 - share(y, at)
    return y.scale === 'category' ? Math.floor(down * lines.length) : Math.round(down * (lines.length - 1))
  }
  const texts = new Map(names.map(({ at, text }) => [rowOf(at), text]))
  return lines.map((line, row) => {
    const text = texts.get(row)
    const axis = text === undefined ? signs.axis.up : signs.axis.tickUp
    return `${pad(text ?? '', marginOf(names) - 2, 'left')} ${axis}${line}`
  })
}

/** The x axis and below it the texts that have room there. */
export function xAxis({ x }: XYChart, columns: number, margin: number, { signs, say }: Screen): string[] {
  const along = Array<string>(columns).fill(signs.axis.along)
  const texts = new Canvas(margin + columns, 1)
  let end = -1
  for (const { at, text } of ticks(x, Math.max(2, columns / 10))) {
    const column = Math.round(share(x, at) * (columns - 1))
    const said = say(text)
    const centred = margin + column - Math.floor(width(said) / 2)
    const start = Math.max(0, Math.min(margin + columns - width(said), centred))
    if (start <= end) continue
    along[column] = signs.axis.tickAlong
    texts.write(start, 0, said)
    end = start + width(said)
  }
  return [
    ' '.repeat(margin - 1) + signs.axis.corner + along.join(''),
    ...texts.toLines({ colour: false, unicode: true }),
  ]
}
