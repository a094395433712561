import { writeWhole } from '@backprop/files'
import isUnicodeSupported from 'is-unicode-supported'
import type { Chart } from './chart.ts'
import { type SvgOptions, toSvg } from './svg/to-svg.ts'
import type { TerminalOptions } from './terminal/to-terminal.ts'

/**
 * Writes a chart as an SVG file, whole or not at all, and makes missing folders. Throws the error of the file system.
 *
 * @example await saveSvg('pictures/loss.svg', lineChart({ series: { loss } }))
 */
export async function saveSvg(file: string, chart: Chart, options?: SvgOptions): Promise<void> {
  await writeWhole(file, toSvg(chart, options))
}

/** The part of a stream that describes its terminal, such as `process.stdout`. */
export interface Output {
  readonly isTTY?: boolean
  readonly columns?: number
  hasColors?(count: number): boolean
}

/** A wider chart is hard to take in at a glance. */
const MAX_COLUMNS = 100

/**
 * The options for a chart on this output: colours only on a terminal that has them and whose user did not refuse them
 * (NO_COLOR), 80 columns if it is not a terminal.
 *
 * @example console.log(toTerminal(chart, terminalOptions(process.stdout)))
 */
export function terminalOptions(output: Output): TerminalOptions {
  const isTerminal = output.isTTY === true
  return {
    columns: isTerminal ? Math.max(40, Math.min(MAX_COLUMNS, output.columns ?? 80)) : 80,
    colour: isTerminal && output.hasColors?.(256) === true,
    unicode: isUnicodeSupported(),
  }
}
