import { readFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { writeWhole } from '@backprop/files'
import { finalPoints } from '@backprop/report'
import { safeLine } from '@backprop/safe-text'
import { Option } from '@commander-js/extra-typings'
import type { ClassReport } from '../class/class-report.ts'
import { markPublished, peopleOf, readClass, releasedLabs } from '../class/read-class.ts'
import { isGraded, labsNotFound } from '../class/student-result.ts'
import { findLabs } from '../course.ts'
import { UsageError } from '../errors.ts'
import { writeFeedbackArchive } from '../gradebook/feedback-archive.ts'
import { type FilledGradebook, fillGradebook } from '../gradebook/fill-gradebook.ts'
import { GRADEBOOKS } from '../gradebook/gradebook-formats.ts'
import { readGradebook, writeGradebook } from '../gradebook/gradebook-table.ts'
import { mailMerge } from '../gradebook/mail-merge.ts'
import { Directory } from '../roster/directory.ts'
import type { People, Person } from '../roster/people.ts'
import { openTermFile } from '../term/open-term.ts'
import { command, EXIT, TERM } from './command.ts'

const MAIL = 'mail'

export const gradebook = command({
  name: 'gradebook',
  summary: 'Write the grades of a class as a learning platform takes them',
  syntax: parser =>
    parser
      .requiredOption('--class <dir>', 'where "grade class" wrote its reports, with the --roster')
      .addOption(
        new Option('--platform <name>', 'who takes them; mail is a table for a mail merge')
          .choices([...GRADEBOOKS.map(({ id }) => id), MAIL])
          .makeOptionMandatory(),
      )
      .option('--table <file>', "the platform's own table, as exported from it: its rows and columns are filled")
      .option('--lab <id>', 'which lab, if the class was graded in several')
      .option('--column <name>', "the platform's column for it (default: the title of the lab)")
      .option('--scale', 'convert the points if the column has another maximum')
      .option('--feedback <file>', 'Moodle: also write an archive with the reports, for its feedback files')
      .addOption(TERM)
      .requiredOption('--out <file>', 'the table to import')
      .addHelpText(
        'after',
        `
Where the platform's table comes from:
${GRADEBOOKS.map(({ id, about }) => `  ${id.padEnd(18)}${about}`).join('\n')}
A row belongs to the student of the roster whose id, e-mail address and name fit; where none does, or they contradict each
other, it is listed and left out. A student without a score gets no row, so the platform keeps what it has.

  pnpm grade gradebook --class ../class/report --platform canvas --table export.csv --out import.csv

Exit codes: 0 every row and every student was matched, 2 some were not (they are listed), or wrong usage.`,
      ),
  async run(_, { class: folder, platform, table, out, feedback, ...options }, { stdout, course }) {
    const reports = resolve(folder)
    const report = await readClass(reports)
    const people = peopleOf(report)
    if (!people)
      throw new UsageError(`"${folder}" was graded without a roster: run "grade class" again, with --roster.`)
    if (feedback !== undefined || platform === MAIL) {
      const term = await openTermFile(options.term, course, await findLabs('all', course))
      requireReleased(report, releasedLabs(report, term), term?.file ?? '')
    }
    const reportOf = (outbox: string) => join(reports, 'students', outbox, 'report.html')
    if (platform === MAIL) {
      await writeWhole(resolve(out), mailMerge(report, reportOf))
      await markPublished(reports)
      stdout.write(`Table: ${relative('', resolve(out))}\n`)
      return EXIT.fullMarks
    }
    const format = GRADEBOOKS.find(({ id }) => id === platform)
    if (!format || table === undefined)
      throw new UsageError(`--table: give the table that ${platform} exports: ${format?.about}.`)
    if (feedback !== undefined && platform !== 'moodle')
      throw new UsageError(
        '--feedback needs the numbers of participants, which only the table of --platform moodle has.',
      )
    const bytes = await readFile(table).catch(() => {
      throw new UsageError(`There is no file "${table}". Give the platform's own table with --table.`)
    })
    const given = readGradebook(bytes, table)
    const lab = labOf(report, options.lab)
    const grades = gradesOf(report, people)
    const pointsOf = (person: Person) => grades.get(person)?.points.get(lab.id) ?? null
    const filled = fillGradebook({
      ...options,
      ...{ format, table: given, people: people.people, directory: new Directory(people), pointsOf, lab },
      scale: options.scale === true,
    })
    await writeWhole(resolve(out), writeGradebook(filled.lines, given))
    if (feedback !== undefined)
      await writeFeedbackArchive(
        resolve(feedback),
        filled.graded.map(({ person, cells }) => ({ cells, report: reportOf(grades.get(person)?.outbox ?? '') })),
      )
    await markPublished(reports)
    const notFound = filled.graded.filter(({ person }) => grades.get(person)?.notFound.has(lab.id))
    const files = [out, ...(feedback === undefined ? [] : [feedback])]
    stdout.write(summary(filled, notFound, files))
    return filled.left.length === 0 ? EXIT.fullMarks : EXIT.notGradable
  },
})

/** A report shows all labs that were graded with it: it may be sent only if all of them are out. */
function requireReleased({ labs }: ClassReport, released: ReadonlySet<string> | null, file: string): void {
  const held = labs.map(({ id }) => id).filter(id => released !== null && !released.has(id))
  if (held.length === 0) return
  throw new UsageError(
    `The reports also show ${held.join(', ')}, which "${file}" does not mark as released. Mark them with "released: true", ` +
      'or grade the released labs alone, with --labs.',
  )
}

function labOf({ labs }: ClassReport, wanted: string | undefined): ClassReport['labs'][number] {
  const found =
    wanted === undefined ? labs : labs.filter(({ id }) => id === wanted || Number(id.slice(0, 2)) === Number(wanted))
  if (found.length === 1) return found[0]
  throw new UsageError(`--lab: give one of the labs of this class: ${labs.map(({ id }) => id).join(', ')}.`)
}

interface Grades {
  readonly outbox: string
  /** By lab. */
  readonly points: ReadonlyMap<string, number>
  /** Labs of which no files were found. */
  readonly notFound: ReadonlySet<string>
}

function gradesOf({ roster = [], students }: ClassReport, { people }: People): ReadonlyMap<Person, Grades> {
  const rows = new Map(students.map(row => [row.student, row]))
  return new Map(
    people.flatMap((person, i) => {
      const row = rows.get(roster[i].student ?? '')
      if (!row || !isGraded(row)) return []
      const points = new Map(row.labs.map(lab => [lab.id, finalPoints(lab)]))
      const notFound = new Set(labsNotFound(row).flatMap(({ id }) => (points.get(id) === 0 ? [id] : [])))
      return [[person, { outbox: row.outbox, points, notFound }] as const]
    }),
  )
}

const MAX_NAMED = 50

function summary(
  { graded, left }: FilledGradebook,
  notFound: FilledGradebook['graded'],
  files: readonly string[],
): string {
  const names = notFound.slice(0, MAX_NAMED).map(({ person }) => person.name)
  const others = notFound.length - names.length
  const more = left.length - MAX_NAMED
  const lines = [
    `${graded.length} grades, ${left.length} left out`,
    ...left.slice(0, MAX_NAMED).map(({ who, why }) => `✗ ${who}: ${why}`),
    ...(more > 0 ? [`✗ … and ${more} more`] : []),
    ...(notFound.length > 0
      ? [`! 0 points, because no files were found: ${names.join(', ')}${others > 0 ? ` and ${others} more` : ''}`]
      : []),
    ...files.map(file => `Written: ${relative('', resolve(file))}`),
  ]
  return lines.map(line => `${safeLine(line)}\n`).join('')
}
