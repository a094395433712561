import type { Chart, Row } from '../chart.ts'
import { type Drawing, heading, PAD, type Room } from './draw.ts'
import { group, px } from './element.ts'

/** In less than this, the texts around a chart leave no room for the chart. */
export const SMALLEST = 240

/** Charts in rows; those in one row are equally high, so that their axes are level. */
export function drawRow(row: Row, room: Room, draw: (chart: Chart, room: Room) => Drawing): Drawing {
  const title = heading(row.title, room)
  const columns = Math.max(1, Math.min(row.columns, row.charts.length, Math.floor(room.width / SMALLEST)))
  const count = Math.ceil(row.charts.length / columns)
  const height = room.height === undefined ? undefined : Math.max(SMALLEST, (room.height - title.height) / count)
  const inner: Room = { ...room, width: room.width / columns, height, nested: true }
  const parts = [title.body]
  let top = row.title ? title.height - PAD / 2 : 0
  for (let first = 0; first < row.charts.length; first += columns) {
    const charts = row.charts.slice(first, first + columns)
    const highest = Math.max(...charts.map(chart => draw(chart, inner).height))
    const drawn = charts.map(chart => draw(chart, { ...inner, height: highest }))
    for (const [column, { body }] of drawn.entries())
      parts.push(group({ transform: `translate(${px(column * inner.width)} ${px(top)})` }, body))
    top += Math.max(...drawn.map(each => each.height))
  }
  return { height: top, body: parts.filter(Boolean).join('\n') }
}
