import type { Report } from '../schema.ts'

/** One file of an export. `name` is relative to the folder of the report, with forward slashes. */
export interface ExportFile {
  readonly name: string
  readonly text: string
}

/** What Classroom 50 wants to know of a submission. It sets them as environment variables where it grades. */
export interface Classroom50Submission {
  readonly classroom: string
  readonly assignment: string
  readonly assignmentType: string
  /** Whose repository it is. */
  readonly owner: string
  /** The tag that was graded: `submit/…`. */
  readonly submission: string
  /** URLs. */
  readonly commit: string
  readonly release: string
  readonly review: string
}

/** What some formats want to know and a report does not say. */
export interface ExportContext {
  readonly classroom50?: Partial<Classroom50Submission>
}

/** Turns a report into the files that some other system reads. Pure. */
export interface Exporter {
  /** As given to `--export`. */
  readonly id: string
  /** Who reads it, for `--help`. */
  readonly about: string
  /** The file that is made, or a pattern of their names. */
  readonly file: string
  readonly mediaType: string
  /** Throws `ExportRefused` where the context lacks what this format cannot do without. */
  readonly needs?: (context: ExportContext) => void
  /** The text of the one file, or all files. Throws `ExportRefused` where the report cannot be said in this format. */
  readonly render: (report: Report, context: ExportContext) => string | readonly ExportFile[]
}

/** A format cannot take this report, or not here: one sentence says why, and what to do. */
export class ExportRefused extends Error {
  override readonly name = 'ExportRefused'
}
