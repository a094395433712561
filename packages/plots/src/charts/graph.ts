import type { Chart, Mark, Point } from '../chart.ts'
import { fail } from '../check.ts'
import { counted } from '../numbers.ts'

/** What `graph` draws. */
export interface GraphOptions {
  readonly title?: string
  readonly description?: string
  /** The lines of text of each node, such as its formula and its value. */
  readonly nodes: readonly { readonly lines: readonly string[] }[]
  /** Arrows, by the indices of their nodes, with a text on each. They must not lead in a circle. */
  readonly edges: readonly { readonly from: number; readonly to: number; readonly text?: string }[]
}

/** Lengths as shares of the distance of two columns. */
const HEAD = { length: 0.07, width: 0.05 }
const GAP = { start: 0.25, end: 0.28 }
const LINE = 0.13

/**
 * A graph from left to right, such as that of a computation: every node is in the column after its last input.
 *
 * @throws RangeError if there is no node, an arrow has no such node, or arrows lead in a circle
 * @example graph({ nodes: [{ lines: ['x', '2'] }, { lines: ['x²', '4'] }], edges: [{ from: 0, to: 1, text: '4' }] })
 */
export function graph({ title = '', description, nodes, edges }: GraphOptions): Chart {
  if (nodes.length === 0) fail('graph', 'there are no nodes, expected at least one')
  for (const { from, to } of edges)
    if (!(from in nodes && to in nodes))
      fail('graph', `an arrow leads from node ${from} to ${to}, but there are ${nodes.length}`)
  const at = places(nodes.length, edges)
  const texts = nodes.flatMap(({ lines }, i) =>
    lines.map((text, k) => ({ at: [at[i][0], at[i][1] + LINE * ((lines.length - 1) / 2 - k)] as const, text })),
  )
  const notes = edges.flatMap(({ from, to, text }) => {
    const [[ax, ay], [bx, by]] = [at[from], at[to]]
    return text === undefined ? [] : [{ at: [(ax + bx) / 2, (ay + by) / 2] as const, text }]
  })
  const arrows = edges.flatMap(({ from, to }) => arrow(at[from], at[to]))
  const marks: Mark[] = [
    { kind: 'lines', look: 'path', slot: 0, lines: arrows },
    { kind: 'texts', place: 'on', texts: [...texts, ...notes] },
  ]
  const [xs, ys] = [at.map(([x]) => x), at.map(([, y]) => y)]
  const around = (values: readonly number[]) => [Math.min(...values) - 0.5, Math.max(...values) + 0.5] as const
  return {
    kind: 'xy',
    title,
    description: description ?? `${counted(nodes.length, 'node')}, ${counted(edges.length, 'arrow')}.`,
    plane: true,
    bare: true,
    x: { label: '', scale: 'linear', range: around(xs) },
    y: { label: '', scale: 'linear', range: around(ys) },
    marks,
  }
}

/**
 * The column of a node is the length of the longest way to it. The nodes of a column are spread around its middle; one
 * that is alone stands at the height of its inputs, which keeps long arrows away from it.
 */
function places(count: number, edges: GraphOptions['edges']): Point[] {
  const columns = columnsOf(count, edges)
  const heights = new Map<number, number>()
  for (const i of [...columns.keys()].sort((a, b) => columns[a] - columns[b])) {
    const beside = [...columns.keys()].filter(other => columns[other] === columns[i])
    const inputs = edges.filter(({ to }) => to === i).map(({ from }) => heights.get(from) ?? 0)
    const mean = inputs.reduce((sum, height) => sum + height, 0) / (inputs.length || 1)
    heights.set(i, beside.length === 1 ? mean : (beside.length - 1) / 2 - beside.indexOf(i))
  }
  return columns.map((column, i) => [column, heights.get(i) ?? 0])
}

function columnsOf(count: number, edges: GraphOptions['edges']): number[] {
  const columns = new Array<number>(count).fill(0)
  for (let round = 0, moved = true; moved; round += 1) {
    if (round > count) fail('graph', 'the arrows lead in a circle', 'every arrow must lead to a later node')
    moved = false
    for (const { from, to } of edges)
      if (columns[to] <= columns[from]) {
        columns[to] = columns[from] + 1
        moved = true
      }
  }
  return columns
}

/** A line that stops before both nodes, and the two sides of its head. */
function arrow([ax, ay]: Point, [bx, by]: Point): Point[][] {
  const length = Math.hypot(bx - ax, by - ay)
  const [ux, uy] = [(bx - ax) / length, (by - ay) / length]
  const end: Point = [bx - ux * GAP.end, by - uy * GAP.end]
  const barb = (side: number): Point => [
    end[0] - ux * HEAD.length - side * uy * HEAD.width,
    end[1] - uy * HEAD.length + side * ux * HEAD.width,
  ]
  return [
    [[ax + ux * GAP.start, ay + uy * GAP.start], end],
    [barb(1), end, barb(-1)],
  ]
}
