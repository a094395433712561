import type { Chart } from '../chart.ts'
import { fail } from '../check.ts'

/** How `sideBySide` arranges charts. */
export interface SideBySideOptions {
  readonly title?: string
  readonly description?: string
  /** The number of charts in a row; all of them, but at most 3, unless given. */
  readonly columns?: number
}

/**
 * Several charts as one picture, row by row: the same picture for several models, or loss beside accuracy.
 *
 * @throws RangeError if there is no chart
 * @example sideBySide([lossChart, accuracyChart], { title: 'Five epochs on MNIST' })
 */
export function sideBySide(charts: readonly Chart[], options: SideBySideOptions = {}): Chart {
  const { title = '', columns = Math.min(3, charts.length) } = options
  if (charts.length === 0) fail('sideBySide', 'there is no chart, expected at least one')
  if (!Number.isInteger(columns) || columns < 1)
    fail('sideBySide', `columns is ${columns}, expected a whole number of at least 1`)
  const each = charts.map(chart => (chart.title ? `${chart.title}: ${chart.description}` : chart.description))
  return { kind: 'row', title, description: options.description ?? each.join(' '), charts, columns }
}
