import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { EXIT, text, type Command } from './command.ts'
import type { Context } from '../context.ts'
import type { Lab } from '@backprop/course'
import { COURSE_ROOT, findLabs } from '../course.ts'
import { UsageError } from '../errors.ts'
import type { CourseFile } from '../release/course-file.ts'
import { placeForRelease, placeForUpdate } from '../release/place.ts'
import { makeRelease, type Release } from '../release/release.ts'
import { summarize } from '../release/summary.ts'
import { readCourseFile, updateRepository } from '../release/update.ts'
import { writeRelease } from '../release/write-release.ts'
import { demandWritable } from '../writable.ts'

export const release: Command = {
  name: 'release',
  help: `Write what students receive: no hidden suites, no solutions, no grader

  pnpm grade release --out DIR [--labs LIST] [--dry-run]
  pnpm grade release --update --out STUDENT_REPO [--labs LIST] [--quiz LIST] [--dry-run]

The first form fills a new folder: commit it, push it, and mark it as a template repository.
The second brings course fixes into a student repository. Files that students edit stay as they are; what the course
changed in them is put beside, as NAME.new. Other files that a student changed are kept as NAME.yours. Nothing is committed.

  --out DIR     a folder that does not exist, or is empty; with --update, a student repository
  --labs LIST   ids or numbers, with commas: 1,5. By default all; with --update those that are there, and LIST is added
  --update      change an existing student repository
  --quiz LIST   with the answers to the quiz of these labs, for after their deadline: "pnpm lab quiz" shows them
  --dry-run     only tell what would be done

Exit codes: 0 done, 2 refused or failed; then nothing was changed, or running it again completes it.`,
  options: {
    out: { type: 'string' },
    labs: { type: 'string' },
    quiz: { type: 'string' },
    update: { type: 'boolean' },
    'dry-run': { type: 'boolean' },
  },
  positionals: { min: 0, max: 0 },
  async run(context) {
    if (!text(context.values, 'out', ''))
      throw new UsageError('Say where to with --out DIR.\nSee: pnpm grade release --help')
    return context.values.update ? update(context) : releaseAnew(context)
  },
}

async function releaseAnew({ values, stdout, signal }: Context): Promise<number> {
  const out = await placeForRelease(text(values, 'out', ''), COURSE_ROOT)
  if (!values['dry-run']) await demandWritable(nearestFolder(out), '--out')
  const made = await makeRelease(await labsOf(text(values, 'labs', 'all').split(',')), COURSE_ROOT, {
    quiz: await quizOf(values),
  })
  if (!values['dry-run']) await writeRelease(out, made.files, signal)
  stdout.write(
    `${values['dry-run'] ? 'Would release' : 'Released'} ${made.labs.join(', ')} to ${out}\n` +
      `${sizeOf(made)}, course ${made.version}. No hidden suite, solution or mutant is in it${quizWords(made)}.\n`,
  )
  return EXIT.fullMarks
}

/** The folder itself, or the one that it will be made in: nothing is made before all is ready. */
function nearestFolder(path: string): string {
  return existsSync(path) ? path : nearestFolder(dirname(path))
}

async function update({ values, stdout, signal }: Context): Promise<number> {
  const root = await placeForUpdate(text(values, 'out', ''))
  const before = await readCourseFile(root)
  if (!values['dry-run']) await demandWritable(root, '--out')
  const dryRun = values['dry-run'] === true
  const known = (await labsOf(['all'])).map(lab => lab.manifest.id)
  const asked = text(values, 'labs', '').split(',').filter(Boolean)
  const labs = await labsOf([...before.labs.filter(id => known.includes(id)), ...asked])
  const made = await makeRelease(labs, COURSE_ROOT, { quiz: await quizOf(values, before) })
  const done = await updateRepository(root, before, made, { dryRun, signal })
  stdout.write(summarize(done, made, before.version, dryRun))
  return EXIT.fullMarks
}

function quizWords({ labs, files }: Release): string {
  const told = labs.filter(id => files.has(`labs/${id}/quiz.json`))
  return told.length === 0 ? '' : `, but the answers to the quiz of ${told.join(', ')}`
}

/** The labs whose answers are released: those that are named, and those that a repository has already. */
function quizOf(values: Context['values'], before?: CourseFile): Promise<Lab[]> {
  const there = before?.labs.filter(id => `labs/${id}/quiz.json` in before.files) ?? []
  return labsOf([...there, ...text(values, 'quiz', '').split(',').filter(Boolean)])
}

/** The labs with these names, each once and in order. */
async function labsOf(names: readonly string[]): Promise<Lab[]> {
  const found = await Promise.all(names.map(name => findLabs(name.trim())))
  const byId = new Map(found.flat().map(lab => [lab.manifest.id, lab]))
  return [...byId.keys()].sort().flatMap(id => byId.get(id) ?? [])
}

function sizeOf({ files }: Release): string {
  const bytes = [...files.values()].reduce((sum, { length }) => sum + length, 0)
  return `${files.size} files, ${(bytes / 1e6).toFixed(1)} MB`
}
