import type { Chart, Mark, Point, Slot } from '../chart.ts'
import { fail, type PlaneAxisOptions, points, type Rows, slot } from '../check.ts'
import { type Field, regionAbove, sample, type Sampled } from '../field.ts'
import { counted, inWords } from '../numbers.ts'
import { planeAxes } from './scatter.ts'

/** What `landscape` draws. */
export interface LandscapeOptions {
  readonly title?: string
  readonly description?: string
  /** The loss for two weights: a function, or its values on a `grid`. */
  readonly loss: Field
  /** The path of each optimizer, by name, at most 6: the weights before the first step, after it, … `[steps + 1, 2]` */
  readonly paths?: Readonly<Record<string, Rows>>
  /** The number of contour lines, denser near the smallest loss; or their losses. */
  readonly levels?: number | readonly number[]
  /** Give a range if there is no path to take it from. */
  readonly x?: PlaneAxisOptions
  readonly y?: PlaneAxisOptions
}

/**
 * The contour lines of a loss over two weights, fainter where it is lower, with the paths of optimizers.
 *
 * @throws RangeError if a number is not finite, or neither a range nor a path says which part of the plane to draw
 * @example landscape({ loss: (w, v) => w * w + 10 * v * v, paths: { SGD: [[3, 1], [2.4, -0.6]] }, x: 'w', y: 'v' })
 */
export function landscape(options: LandscapeOptions): Chart {
  const where = 'landscape'
  const paths = Object.entries(options.paths ?? {}).map(([name, given], n) => {
    const path = points(where, `"${name}", point`, given)
    if (path.length === 0)
      fail(where, `the path "${name}" has no points`, 'begin with the weights before the first step')
    return { name, path, slot: slot(where, 'paths', n) }
  })
  const all = paths.flatMap(({ path }) => path)
  const needsRange = typeof options.loss === 'function' && all.length === 0
  for (const name of ['x', 'y'] as const)
    if (needsRange && !(typeof options[name] === 'object' && options[name].range))
      fail(
        where,
        `there is no path and no range of ${name}`,
        `say which part to draw: ${name}: { label: 'w', range: [-3, 3] }`,
      )
  const { x, y } = planeAxes(where, options, all, 0.15)
  const field = sample(where, 'loss', options.loss, { x: x.range, y: y.range })
  const losses = levelsOf(where, field, options.levels ?? 10)
  return {
    kind: 'xy',
    plane: true,
    title: options.title ?? '',
    description: options.description ?? summary(field, paths, options.loss),
    x: { ...x, range: field.grid.x },
    y: { ...y, range: field.grid.y },
    marks: [...contourMarks(field, losses, paths), ...paths.flatMap(pathMarks), startTexts(paths)],
  }
}

interface Path {
  readonly name: string
  readonly path: readonly Point[]
  readonly slot: Slot
}

/** Contour lines at equal distances on a quadratic bowl: the loss grows with the square of the distance. */
function levelsOf(where: string, { values }: Sampled, levels: number | readonly number[]): number[] {
  if (typeof levels !== 'number') return [...levels].sort((a, b) => b - a)
  if (!Number.isInteger(levels) || levels < 1) fail(where, `levels is ${levels}, expected a whole number of at least 1`)
  const [low, high] = values.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity])
  const found = Array.from({ length: levels }, (_, k) => low + (high - low) * ((levels - k - 0.5) / levels) ** 2)
  return [...new Set(found.map(level => Number(level.toPrecision(2))))].filter(level => level > low && level < high)
}

function contourMarks(field: Sampled, levels: readonly number[], paths: readonly Path[]): Mark[] {
  const rings = levels.map(level => regionAbove(field, level))
  return [
    ...rings.map((each): Mark => ({ kind: 'region', look: 'step', rings: each, slot: 0 })),
    ...rings.map((each): Mark => ({ kind: 'lines', look: 'contour', lines: each, slot: 0 })),
    { kind: 'texts', place: 'on', texts: heights(field, levels, rings, paths) },
  ]
}

/** The distance of a text from paths, other texts and the edge, as a share of the picture. */
const CLEAR = 0.06
/** At most this many places are compared on a line or a path. */
const COMPARED = 150

/** The loss of each line, written on the line where there is most room, if there is enough. */
function heights(
  { grid: { x, y } }: Sampled,
  levels: readonly number[],
  rings: readonly Point[][][],
  paths: readonly Path[],
) {
  const [wide, high] = [x[1] - x[0], y[1] - y[0]]
  const apart = (a: Point, b: Point) => Math.hypot((a[0] - b[0]) / wide, (a[1] - b[1]) / high)
  const edges = ([px, py]: Point): Point[] => [[x[0], py], [x[1], py], [px, y[0]], [px, y[1]]] // prettier-ignore
  // The word "start" is to the right of the beginning of a path.
  const words = paths.flatMap(({ path: [[px, py]] }): Point[] => [0.05, 0.1].map(right => [px + right * wide, py]))
  const taken = [...words, ...some(paths.flatMap(({ path }) => path))]
  const texts: { at: Point; text: string }[] = []
  for (const [n, level] of levels.entries()) {
    const inside = rings[n].flat().filter(([px, py]) => px > x[0] && px < x[1] && py > y[0] && py < y[1])
    const places = some(inside)
    const clear = places.map(point => {
      const others = [...taken, ...texts.map(({ at }) => at), ...edges(point)]
      return others.reduce((least, other) => Math.min(least, apart(point, other)), Infinity)
    })
    const best = clear.reduce((a, b) => Math.max(a, b), 0)
    if (best > CLEAR) texts.push({ at: places[clear.indexOf(best)], text: inWords(level) })
  }
  return texts
}

const some = (points: readonly Point[]): Point[] => {
  const every = Math.ceil(points.length / COMPARED)
  return points.filter((_, i) => i % every === 0)
}

/** Steps are dots on the line, if they are few enough to be told apart. */
const MOST_DOTS = 100

/** A large shape marks the beginning of a path. */
const pathMarks = ({ name, path, slot }: Path): Mark[] => [
  { kind: 'lines', look: 'path', lines: [path], slot, label: name },
  { kind: 'points', points: path.length > MOST_DOTS ? [] : path.slice(1), slot, size: 'tiny' },
  { kind: 'points', points: path.slice(0, 1), slot, size: 'large', label: name },
]

function startTexts(paths: readonly Path[]): Mark {
  const starts = new Map(paths.map(({ path }) => [path[0].join(), path[0]]))
  return { kind: 'texts', place: 'side', texts: [...starts.values()].map(at => ({ at, text: 'start' })) }
}

function summary(field: Sampled, paths: readonly Path[], loss: Field): string {
  const low = field.values.reduce((a, b) => Math.min(a, b))
  const place = ([x, y]: Point) => `(${inWords(x)}, ${inWords(y)})`
  const near = place(field.grid.points[field.values.indexOf(low)])
  const ways = paths.map(({ name, path }) => {
    const [first, last] = [path[0], path[path.length - 1]]
    const way = `In ${counted(path.length - 1, 'step')} ${name} goes from ${place(first)} to ${place(last)}`
    // The loss between the points of a grid is unknown.
    return typeof loss === 'function'
      ? `${way}, the loss from ${inWords(loss(...first))} to ${inWords(loss(...last))}.`
      : `${way}.`
  })
  return [`A loss over two weights; the smallest shown is ${inWords(low)}, near ${near}.`, ...ways].join(' ')
}
