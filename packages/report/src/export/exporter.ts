import type { Report } from '../schema.ts'

/** One file of an export. `name` is relative to the folder of the report, with forward slashes. */
export interface ExportFile {
  readonly name: string
  readonly text: string
}

/** What Classroom 50 needs to know about a submission; it sets them as environment variables when it grades. */
export interface Classroom50Submission {
  readonly classroom: string
  readonly assignment: string
  readonly assignmentType: string
  /** The owner of the repository. */
  readonly owner: string
  /** The tag that was graded: `submit/…`. */
  readonly submission: string
  /** URLs. */
  readonly commit: string
  readonly release: string
  readonly review: string
}

/** What some formats need besides the report. */
export interface ExportContext {
  readonly classroom50?: Partial<Classroom50Submission>
}

/** Turns a report into the files that another system reads. Pure. */
export interface Exporter {
  /** The name for `--export`. */
  readonly id: string
  /** The system that reads it, for `--help`. */
  readonly about: string
  /** The name of the file, or a pattern of several names. */
  readonly file: string
  readonly mediaType: string
  /** Throws `ExportRefused` if the context lacks what this format requires. */
  readonly needs?: (context: ExportContext) => void
  /** The text of the one file, or all files. Throws `ExportRefused` if this format cannot hold the report. */
  readonly render: (report: Report, context: ExportContext) => string | readonly ExportFile[]
}

/** A format cannot hold this report; the message says why, and what to do. */
export class ExportRefused extends Error {
  override readonly name = 'ExportRefused'
}
