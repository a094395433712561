import { encode } from 'fast-png'
import type { ImageChart, Picture } from '../chart.ts'
import { wrap } from '../text.ts'
import { columnsIn, type Drawing, FONT, heading, PAD, type Room } from './draw.ts'
import { element, group, text } from './element.ts'

/** In Node and in browsers; the types of ES2023 do not name it. */
declare const btoa: (binary: string) => string

const GAP = 8
const CAPTION = 15

/** Draws pictures in a grid. */
export function drawImages(chart: ImageChart, room: Room): Drawing {
  const title = heading(chart.title, room)
  const columns = chart.perRow
  const gap = Math.min(GAP, room.width / columns / 8)
  const cell = (room.width - 2 * PAD - (columns - 1) * gap) / columns
  const high = (cell * chart.height) / chart.width
  const pictures: string[] = []
  const captions: string[] = []
  let top = title.height
  for (let first = 0; first < chart.images.length; first += columns) {
    const row = chart.images.slice(first, first + columns)
    const wrapped = row.map(({ caption }) => wrap(caption, columnsIn(cell + gap / 2)))
    for (const [column, picture] of row.entries()) {
      const x = PAD + column * (cell + gap)
      pictures.push(element('image', { x, y: top, width: cell, height: high, href: dataUri(chart, picture) }))
      for (const [line, words] of wrapped[column].entries())
        captions.push(text(words, { x: x + cell / 2, y: top + high + FONT + 2 + line * CAPTION }))
    }
    top += high + Math.max(...wrapped.map(lines => lines.length)) * CAPTION + GAP + 4
  }
  const body = [
    title.body,
    group({ 'image-rendering': 'pixelated' }, ...pictures),
    group({ class: 'bp-ink', 'text-anchor': 'middle' }, ...captions),
  ]
  return { height: top + PAD - GAP, body: body.filter(Boolean).join('\n') }
}

function dataUri({ width, height }: ImageChart, { pixels }: Picture): string {
  const png = encode({
    width,
    height,
    data: Uint8Array.from(pixels),
    channels: pixels.length / (width * height),
    depth: 8,
  })
  return `data:image/png;base64,${btoa(Array.from(png, byte => String.fromCharCode(byte)).join(''))}`
}
