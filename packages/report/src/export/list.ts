import { join } from 'node:path'
import { writeWhole } from '@backprop/files'
import type { Report } from '../schema.ts'
import { withPlainTexts } from '../text.ts'
import { classroom50, classroom50FromEnv } from './classroom50.ts'
import { csv } from './csv.ts'
import { exercism } from './exercism.ts'
import type { ExportContext, Exporter, ExportFile } from './exporter.ts'
import { githubClassroom } from './github-classroom.ts'
import { gradescope } from './gradescope.ts'
import { junit } from './junit.ts'
import { markdown } from './markdown.ts'
import { prairielearn } from './prairielearn.ts'

/** Every format that a report can be exported to. */
export const EXPORTERS: readonly Exporter[] = [
  classroom50,
  githubClassroom,
  gradescope,
  junit,
  exercism,
  prairielearn,
  csv,
  markdown,
]

/** There is no export of this name. */
export class NoSuchExport extends Error {
  override readonly name = 'NoSuchExport'
}

/** A line for each format, for `--help`. */
export const EXPORT_HELP: string = EXPORTERS.map(
  ({ id, about, file }) => `  ${id.padEnd(18)}${file.padEnd(27)}${about}`,
).join('\n')

/** The exporters that a list like `junit,csv` names. Throws `NoSuchExport`. */
export function parseExports(list: string): Exporter[] {
  const names = [...new Set(list.split(',').map(name => name.trim()))]
  return names.map(name => {
    const found = EXPORTERS.find(({ id }) => id === name)
    if (found) return found
    throw new NoSuchExport(`There is no export "${name}". There are: ${EXPORTERS.map(({ id }) => id).join(', ')}.`)
  })
}

/** The context from environment variables. Throws `ExportRefused` if an exporter needs more. */
export function contextFor(
  exporters: readonly Exporter[],
  env: Readonly<Record<string, string | undefined>>,
): ExportContext {
  const context = { classroom50: classroom50FromEnv(env) }
  for (const { needs } of exporters) needs?.(context)
  return context
}

/** The files of one export. Throws `ExportRefused`. */
export function exportReport(exporter: Exporter, report: Report, context: ExportContext = {}): readonly ExportFile[] {
  const made = exporter.render(withPlainTexts(report), context)
  return typeof made === 'string' ? [{ name: exporter.file, text: made }] : made
}

/**
 * Writes the exports into the folder of a report; a link under one of their names is replaced, never followed. Throws
 * `ExportRefused`, and then writes nothing.
 */
export async function writeExports(
  folder: string,
  exporters: readonly Exporter[],
  report: Report,
  context: ExportContext,
): Promise<void> {
  const files = exporters.flatMap(exporter => exportReport(exporter, report, context))
  for (const { name, text } of files) await writeWhole(join(folder, name), text, folder)
}
