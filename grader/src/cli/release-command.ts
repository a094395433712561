import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Lab } from '@backprop/course'
import type { Context } from '../context.ts'
import { COURSE_ROOT, findLabs, findListedLabs } from '../course.ts'
import { UsageError } from '../errors.ts'
import type { CourseFile } from '../release/course-file.ts'
import { placeForRelease, placeForUpdate } from '../release/place.ts'
import { makeRelease, type Release } from '../release/release.ts'
import { summarize } from '../release/summary.ts'
import { readCourseFile, updateRepository } from '../release/update.ts'
import { writeRelease } from '../release/write-release.ts'
import { demandWritable } from '../writable.ts'
import { command, EXIT } from './command.ts'
import { releaseToClass } from './release-class.ts'

interface ReleaseOptions {
  readonly out: string
  readonly labs?: string
  readonly quiz?: string
  readonly update?: boolean
  readonly dryRun?: boolean
  readonly fetched?: string
  readonly push?: boolean
  readonly allowFile?: boolean
}

export const release = command({
  name: 'release',
  summary: 'Write what students receive: no hidden suites, no solutions, no grader',
  syntax: parser =>
    parser
      .requiredOption('--out <dir>', 'a folder that does not exist, or is empty; with --update, a student repository')
      .option(
        '--labs <list>',
        'ids or numbers, such as 1,5 (default: all; with --update, LIST and the labs that are there)',
      )
      .option('--update', 'change an existing student repository')
      .option('--fetched <dir>', 'with --update: all repositories that "grade fetch" put there; --out gets the updates')
      .option('--push', 'with --fetched: also push each update, as a new branch')
      .option('--allow-file', 'with --push: to file: addresses too')
      .option(
        '--quiz <list>',
        'add the answers to the quiz of these labs, after their deadline; "pnpm lab quiz" shows them',
      )
      .option('--dry-run', 'only say what would be done')
      .addHelpText(
        'after',
        `
Without --update it fills a new folder: commit it, push it, and mark it as a template repository. With --update it
brings course fixes into a student repository. Files that students edit stay unchanged; what the course changed in
them is put beside, as NAME.new. Other files that a student changed are kept as NAME.yours. Nothing is committed.

With --fetched it does that for a whole class, as one commit on top of each fetched one: a patch in --out and, with
--push, a new branch that the student merges. GITHUB_TOKEN must be allowed to write contents, and workflows if those changed.

  pnpm grade release --update --fetched ../class/submissions --out ../class/update

Exit codes: 0 done, 2 refused or failed; then nothing was changed, or running it again completes it.`,
      ),
  run(_, options, context) {
    const { fetched, push, update: isUpdate } = options
    if (fetched === undefined && push)
      throw new UsageError('--push updates the repositories of a class: give them with --fetched.')
    if (fetched === undefined) return isUpdate ? update(options, context) : releaseAnew(options, context)
    if (!isUpdate) throw new UsageError('--fetched updates the repositories of a class: add --update.')
    return releaseToClass({ ...options, fetched }, before => releaseOn(before, options), context)
  },
})

async function releaseAnew(options: ReleaseOptions, { stdout, signal }: Context): Promise<number> {
  const { dryRun } = options
  const out = await placeForRelease(options.out, COURSE_ROOT)
  if (!dryRun) await demandWritable(nearestFolder(out), '--out')
  const labs = await findListedLabs(options.labs ?? 'all')
  const made = await makeRelease(labs, COURSE_ROOT, { quiz: await quizOf(options) })
  if (!dryRun) await writeRelease(out, made.files, signal)
  stdout.write(
    `${dryRun ? 'Would release' : 'Released'} ${made.labs.join(', ')} to ${out}\n` +
      `${sizeOf(made)}, course ${made.version}. No hidden suite, solution or mutant is in it${quizWords(made)}.\n`,
  )
  return EXIT.fullMarks
}

/** The folder itself, or the one that it will be made in: nothing is made before everything is ready. */
function nearestFolder(path: string): string {
  return existsSync(path) ? path : nearestFolder(dirname(path))
}

async function update({ dryRun = false, ...options }: ReleaseOptions, { stdout, signal }: Context): Promise<number> {
  const root = await placeForUpdate(options.out)
  const before = await readCourseFile(root)
  if (!dryRun) await demandWritable(root, '--out')
  const made = await releaseOn(before, options)
  const done = await updateRepository(root, before, made, { dryRun, signal })
  stdout.write(summarize(done, made, before.version, dryRun))
  return EXIT.fullMarks
}

/** The release for a repository with these labs, and the quizzes that it has. */
async function releaseOn(before: CourseFile, options: ReleaseOptions): Promise<Release> {
  const known = (await findLabs('all')).map(lab => lab.manifest.id)
  const labs = await findListedLabs([...before.labs.filter(id => known.includes(id)), options.labs].join(','))
  return makeRelease(labs, COURSE_ROOT, { quiz: await quizOf(options, before) })
}

function quizWords({ labs, files }: Release): string {
  const told = labs.filter(id => files.has(`labs/${id}/quiz.json`))
  return told.length === 0 ? '' : `, but the answers to the quiz of ${told.join(', ')}`
}

/** The labs whose answers are released: the named ones, and those already in the repository. */
function quizOf({ quiz }: ReleaseOptions, before?: CourseFile): Promise<Lab[]> {
  const there = before?.labs.filter(id => `labs/${id}/quiz.json` in before.files) ?? []
  return findListedLabs([...there, quiz].join(','))
}

function sizeOf({ files }: Release): string {
  const bytes = [...files.values()].reduce((sum, { length }) => sum + length, 0)
  return `${files.size} files, ${(bytes / 1e6).toFixed(1)} MB`
}
