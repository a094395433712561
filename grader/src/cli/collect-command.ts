import { relative, resolve } from 'node:path'
import { clipText, safeLine } from '@backprop/safe-text'
import type { Collected, CollectedSubmission } from '../class/collected.ts'
import { collect as collectAll } from '../collect/collect.ts'
import { folderOf, readRosterFile } from '../roster/people.ts'
import { parseDeadline } from '../term/deadline.ts'
import { demandWritable } from '../writable.ts'
import { command, EXIT } from './command.ts'

export const collect = command({
  name: 'collect',
  summary: 'Turn the download of a learning platform into a folder for each student',
  syntax: parser =>
    parser
      .requiredOption('--from <path...>', 'the downloaded archives, or folders with what was in them: one or several')
      .requiredOption('--roster <file>', 'CSV with the column name and, for example, id, email, section and team')
      .requiredOption('--out <dir>', 'gets a folder for each student or team, and collect.json')
      .option('--before <time>', 'skip what was handed in later; with its zone: 2026-11-30T23:59[Europe/Berlin]')
      .addHelpText(
        'after',
        `
Reads the assignment downloads of Moodle, Canvas, Blackboard and Gradescope, and folders or archives that are named after
students. A submission belongs to the student whose id, e-mail address and name fit what the platform says; where nothing
fits, or two things contradict each other, it is listed and not taken. Of several submissions, the newest counts; if the
platform gives no times, two submissions of a student are a problem to look at.
Archives (.zip, .tar, .tar.gz) are unpacked. Links, names that lead elsewhere and large files are left out, and said so.

  pnpm grade collect --from submissions.zip --roster roster.csv --out ../class/submissions
  pnpm grade collect --from section-a.zip section-b.zip --roster roster.csv --out ../class/submissions
  pnpm grade class --submissions ../class/submissions --roster roster.csv --labs 1

Exit codes: 0 everything belongs to a student, 2 something does not or cannot be unpacked (the rest is collected), or
wrong usage.`,
      ),
  async run(_, { from, roster: file, out: folder, before }, { stdout, stderr, now, signal }) {
    const out = resolve(folder)
    const roster = await readRosterFile(file)
    const deadline = before === undefined ? null : parseDeadline(before)
    await demandWritable(out, '--out')
    const all = new Set(roster.people.map(folderOf)).size
    let done = 0
    const onDone = (submission: CollectedSubmission): void => {
      stderr.write(`${++done}/${all}  ${safeLine(`${submission.name}: ${inWords(submission)}`)}\n`)
    }
    const collected = await collectAll({ from, roster, out, before: deadline, now, signal, onDone })
    stdout.write(summary(collected, out))
    const isSound = collected.unmatched.length === 0 && of(collected, 'problem').length === 0
    return isSound ? EXIT.fullMarks : EXIT.notGradable
  },
})

function inWords({ status, source, leftOut, problem }: CollectedSubmission): string {
  if (status === 'nothing') return 'nothing handed in'
  if (status === 'problem') return problem ?? ''
  return `${source}${leftOut.count > 0 ? `, ${leftOut.count} left out` : ''}`
}

const of = ({ submissions }: Collected, status: CollectedSubmission['status']) =>
  submissions.filter(submission => submission.status === status)

const MAX_NAMED = 20
const MAX_PATH = 120
const CURE =
  '! To solve these: unpack the download, correct what is named above, there or in the roster, and collect again --from that folder.'

function summary(collected: Collected, out: string): string {
  const { platform, before, submissions, unmatched } = collected
  const [taken, problems, nothing] = (['taken', 'problem', 'nothing'] as const).map(status => of(collected, status))
  const leftOut = taken.filter(submission => submission.leftOut.count > 0)
  const late = taken.filter(submission => submission.late)
  const timeless = before === null ? [] : taken.filter(({ submittedAt }) => submittedAt === null)
  const isFew = nothing.length > submissions.length / 5
  const lines = [
    `From ${platform}: ${taken.length} collected, ${nothing.length} handed in nothing, ${problems.length} with a problem, ` +
      `${unmatched.length} not matched`,
    ...named('✗', unmatched, ({ source, why }) => `${source}: ${why}`),
    ...named('✗', problems, ({ name, problem }) => `${name}: ${problem}`),
    ...(unmatched.length + problems.length > 0 ? [CURE] : []),
    ...named('·', leftOut, ({ name, leftOut: { count, first } }) => {
      const [{ path, why }] = first
      return `${name}: ${count} left out: ${clipText(path, MAX_PATH)} ${why}${count > 1 ? ', …' : ''}`
    }),
    ...named('·', late, ({ name }) => `${name}: late, says the platform`),
    ...named('·', nothing, ({ name }) => `${name}: nothing handed in`),
    ...(timeless.length > 0 ? [`! ${timeless.length} have no time of hand-in: --before did not apply to them.`] : []),
    ...(isFew ? ['! More than a fifth handed in nothing: is this the right download, and the right roster?'] : []),
    `Folders: ${relative('', out) || '.'}`,
  ]
  return lines.map(line => `${safeLine(line)}\n`).join('')
}

function named<T>(sign: string, those: readonly T[], inWords: (one: T) => string): string[] {
  const more = those.length - MAX_NAMED
  return [
    ...those.slice(0, MAX_NAMED).map(one => `${sign} ${inWords(one)}`),
    ...(more > 0 ? [`${sign} … and ${more} more, in collect.json`] : []),
  ]
}
