import type { Mark, Point } from '../chart.ts'
import { entries } from '../legend.ts'
import { shorten, width as columnsOf } from '../text.ts'
import { columnsIn, type Drawing, FONT, PAD, type Room, textWidth } from './draw.ts'
import { group, text } from './element.ts'
import { drawMark } from './marks.ts'

const SAMPLE = 24
const GAP = 10
const LINE = 20
/** Letters that need more room than others, as in "momentum". */
const WIDE = /[mwMW@%]/g

/** A small sample of each labelled mark with its name, in as many lines as needed. */
export function drawLegend(marks: readonly Mark[], { width, patterns }: Room, top: number): Drawing {
  let [x, y] = [PAD, top]
  const parts: string[] = []
  for (const [label, own] of entries(marks)) {
    const name = shorten(label, columnsIn(width - 2 * PAD - SAMPLE - 6))
    const size = SAMPLE + 6 + textWidth(columnsOf(name) + 0.6 * (name.match(WIDE)?.length ?? 0))
    if (x > PAD && x + size > width - PAD) [x, y] = [PAD, y + LINE]
    const frame = { outer: width, left: x, top: y, width: SAMPLE, height: 14 }
    parts.push(...own.map(mark => drawMark(sample(mark), frame, patterns)))
    parts.push(text(name, { class: 'bp-ink', x: x + SAMPLE + 6, y: y + 7 + FONT / 3 }))
    x += size + GAP
  }
  if (parts.length === 0) return { height: 0, body: '' }
  return { height: y - top + LINE + 4, body: group({}, ...parts) }
}

/** A sample of the mark on the unit square, for a legend. */
function sample(mark: Mark): Mark {
  const square: Point[] = [
    [0.04, 0],
    [0.96, 0],
    [0.96, 1],
    [0.04, 1],
  ]
  switch (mark.kind) {
    case 'lines':
      return {
        ...mark,
        lines: [
          [
            [0, 0.5],
            [1, 0.5],
          ],
        ],
      }
    case 'points':
      return { ...mark, points: [[0.5, 0.5]] }
    case 'region':
      return { ...mark, rings: [square] }
    case 'rects':
      return {
        ...mark,
        rects: [
          [
            [0.1, 0.1],
            [0.9, 0.9],
          ],
        ],
      }
    case 'texts':
    case 'rule':
      return mark
  }
}
