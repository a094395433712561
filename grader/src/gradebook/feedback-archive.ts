import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import type { Cells } from './gradebook-formats.ts'

export interface Feedback {
  /** The row of Moodle's grading worksheet. */
  readonly cells: Cells
  /** The path of the student's report. */
  readonly report: string
}

/**
 * The archive that Moodle takes with "Upload multiple feedback files in a zip": a folder for each student, called as in the
 * download of the submissions. Moodle splits the names at underscores and goes by the number. See
 * mod/assign/feedback/file/importziplib.php.
 */
export async function writeFeedbackArchive(file: string, feedback: readonly Feedback[]): Promise<void> {
  const zip = new ZipFile()
  for (const { cells, report } of feedback) {
    const participant = cells('identifier').replace(/^\D+/, '')
    const name =
      cells('full name')
        .replace(/[_\\/:*?"<>|\p{C}]/gu, ' ')
        .trim() || 'Participant'
    zip.addFile(report, `${name}_${participant}_assignsubmission_file_/report.html`)
  }
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(file))
}
