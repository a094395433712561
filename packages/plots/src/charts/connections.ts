import type { Axis, Chart, Mark, Point } from '../chart.ts'
import { fail, sameLength, type Vector, vector } from '../check.ts'
import { inWords } from '../numbers.ts'

/** What `connections` draws. */
export interface ConnectionsOptions {
  readonly title?: string
  readonly description?: string
  /** The words of a sentence, or other names, from top to bottom. */
  readonly names: readonly string[]
  /** The index of the name that all connections start from. */
  readonly from: number
  /** How strong the connection to each name is, from 0 to 1, such as attention. */
  readonly weights: Vector
}

/** The height of a ribbon of weight 1, as a share of a row. */
const THICKEST = 0.9
/** Weaker connections have no line and no number. */
const LEAST = 0.05
/** Where ribbons start and end. */
const [START, END] = [0, 1]

/**
 * Ribbons from one name to the rows of all names, each as thick as its weight, with the weight at its end: where a word
 * looks.
 *
 * @throws RangeError if a weight is not from 0 to 1, lengths differ, or there is no name `from`
 * @example connections({ names: ['the', 'dog', 'it'], from: 2, weights: [0.1, 0.8, 0.1] })
 */
export function connections(options: ConnectionsOptions): Chart {
  const where = 'connections'
  const { names, from } = options
  const weights = vector(where, 'weights', options.weights)
  sameLength(where, 'names', names.length, 'weights', weights.length)
  const outside = weights.findIndex(weight => weight < 0 || weight > 1)
  if (outside !== -1)
    fail(where, `the weight at index ${outside} is ${weights[outside]}`, 'each must be a number from 0 to 1')
  if (names[from] === undefined)
    fail(where, `from is ${from}, and there are ${names.length} names`, 'give the index of one of them')
  const ribbons = weights.map((weight, to): Mark => ({
    kind: 'region',
    look: 'ribbon',
    slot: 0,
    rings: [ribbon(from, to, weight)],
  }))
  const strong = [...weights.keys()].filter(to => weights[to] >= LEAST)
  const lines: Mark = {
    kind: 'lines',
    look: 'spine',
    slot: 0,
    lines: strong.map(to => [
      [START, from],
      [END, to],
    ]),
  }
  const texts = strong.map(to => ({ at: [END, to] as Point, text: weights[to].toFixed(2) }))
  const y: Axis = { label: '', scale: 'category', range: [-0.5, names.length - 0.5], names }
  return {
    kind: 'xy',
    plane: false,
    title: options.title ?? '',
    description: options.description ?? summary(names, from, weights),
    // No ticks: only the rows mean something.
    x: { label: '', scale: 'category', range: [END, START], names: [] },
    y,
    marks: [...ribbons, lines, { kind: 'texts', place: 'right', texts }],
  }
}

/** As thick at both ends, and at least as a hair. */
function ribbon(from: number, to: number, weight: number): Point[] {
  const half = (THICKEST * weight) / 2
  return [
    [START, from - half],
    [END, to - half],
    [END, to + half],
    [START, from + half],
  ]
}

function summary(names: readonly string[], from: number, weights: readonly number[]): string {
  const best = weights.indexOf(Math.max(...weights))
  return `From ${names[from]}, the strongest connection leads to ${names[best]} (${inWords(weights[best])}).`
}
