import type { ImageChart, Picture } from '../chart.ts'
import { pad, wrap } from '../text.ts'
import type { Screen } from './screen.ts'
import { nearest } from './signs.ts'

const GAP = 2
/** Narrower pictures are unrecognizable; larger ones are shrunk so that a few fit side by side. */
const SMALLEST = 10
const SIDE_BY_SIDE = 3

/** Pictures as lines of characters. */
export function imageLines(chart: ImageChart, screen: Screen): string[] {
  const wide = widthOf(chart, screen.columns)
  const perRow = Math.max(1, Math.floor((screen.columns + GAP) / (wide + GAP)))
  const lines: string[] = []
  for (let first = 0; first < chart.images.length; first += perRow) {
    const blocks = chart.images
      .slice(first, first + perRow)
      .map(picture => [
        ...(screen.colour && screen.unicode
          ? halves(chart, picture, wide)
          : shaded(chart, picture, wide, screen.signs.shades)),
        ...wrap(screen.say(picture.caption), wide).map(line => pad(line, wide, 'both')),
      ])
    if (first > 0) lines.push('')
    for (let line = 0; line < Math.max(...blocks.map(block => block.length)); line += 1)
      lines.push(blocks.map(block => pad(block[line] ?? '', wide)).join(' '.repeat(GAP)))
  }
  return lines
}

/** The columns of a picture: one for each pixel if that is neither too few nor too many. */
function widthOf({ width, images }: ImageChart, columns: number): number {
  const enlarged = width * Math.max(1, Math.floor(SMALLEST / width))
  const fitting = Math.floor((columns + GAP) / Math.min(SIDE_BY_SIDE, images.length)) - GAP
  return Math.max(1, Math.min(enlarged, columns, Math.max(SMALLEST, fitting)))
}

/** A character is about twice as high as it is wide, so each shows two rows of pixels, as one shade. */
function shaded(chart: ImageChart, picture: Picture, wide: number, shades: readonly string[]): string[] {
  return sampled(chart, picture, wide, Math.max(1, Math.round((wide * chart.height) / chart.width / 2))).map(row =>
    row
      .map(([red, green, blue]) => {
        const brightness = 0.2126 * red + 0.7152 * green + 0.0722 * blue
        return shades[Math.floor(((chart.paper ? 255 - brightness : brightness) / 256) * shades.length)]
      })
      .join(''),
  )
}

/** Two rows of pixels as the two halves of a character. */
function halves(chart: ImageChart, picture: Picture, wide: number): string[] {
  const high = Math.max(1, Math.round((wide * chart.height) / chart.width / 2))
  const rows = sampled(chart, picture, wide, 2 * high)
  return Array.from({ length: high }, (_, line) => {
    const cells = rows[2 * line].map((top, column) => {
      return `\x1b[38;5;${nearest(...top)};48;5;${nearest(...rows[2 * line + 1][column])}m▀`
    })
    return `${cells.join('')}\x1b[0m`
  })
}

type Colour = readonly [red: number, green: number, blue: number]

/** The picture scaled to other numbers of rows and columns: the mean of the pixels under each. */
function sampled({ width, height }: ImageChart, { pixels }: Picture, columns: number, rows: number): Colour[][] {
  const channels = pixels.length / (width * height)
  const under = (index: number, count: number, size: number): number[] => {
    const from = Math.floor((index * size) / count)
    const to = Math.max(from + 1, Math.ceil(((index + 1) * size) / count))
    return Array.from({ length: to - from }, (_, i) => from + i)
  }
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column): Colour => {
      const places = under(row, rows, height).flatMap(y => under(column, columns, width).map(x => y * width + x))
      const mean = (channel: number) =>
        Math.round(
          places.reduce((sum, place) => sum + pixels[place * channels + (channels === 3 ? channel : 0)], 0) /
            places.length,
        )
      return [mean(0), mean(1), mean(2)]
    }),
  )
}
