import { join, resolve } from 'node:path'
import { findLabs, type Lab } from '@backprop/course'
import type { Submission } from '@backprop/course/submission'
import { readUnlinked } from '@backprop/files'
import { expectedStubs } from './stubs.ts'

/** Far more than a lab.json needs. */
const MAX_MANIFEST_BYTES = 64 << 10

/**
 * Why the files in a folder without `labs/` are not those of a lab, or null if they are. Several labs have a
 * `src/quiz.ts`: the name alone says nothing, but the text does, because it keeps much of the stub's.
 */
export async function notOfThisLab(folder: string, lab: Lab, submission: Submission): Promise<string | null> {
  if (!submission.isFlat) return null
  const others = (await labsBeside(lab)).filter(other => other.manifest.id !== lab.manifest.id)
  const there = [...submission.files.keys(), ...submission.refused.keys()]
  const sharers = others.filter(({ manifest }) => there.some(file => manifest.edit.includes(file)))
  if (there.some(file => !sharers.some(({ manifest }) => manifest.edit.includes(file)))) return null
  const named = await idIn(folder)
  if (named !== null) return named === lab.manifest.id ? null : `the folder is that of ${named}, as its lab.json says.`
  return byTheirTexts(lab, sharers, submission.files)
}

/** All labs of a course, read once. */
const courses = new Map<string, Promise<Lab[]>>()

function labsBeside({ dir }: Lab): Promise<Lab[]> {
  const root = resolve(dir, '../..')
  const labs = courses.get(root) ?? findLabs(root, 'all')
  courses.set(root, labs)
  return labs
}

/** The lab that a folder names in its lab.json, if that is readable. */
async function idIn(folder: string): Promise<string | null> {
  const bytes = await readUnlinked(join(folder, 'lab.json'), MAX_MANIFEST_BYTES).catch(() => '')
  const id = /"id"\s*:\s*"(\d\d-[a-z0-9-]{1,60})"/.exec(bytes.toString())?.[1]
  return id ?? null
}

async function byTheirTexts(lab: Lab, sharers: readonly Lab[], files: ReadonlyMap<string, string>) {
  const candidates = [lab, ...sharers]
  const stubs = await Promise.all(candidates.map(expectedStubs))
  const all = stubs.map(lines)
  const own = all.map(
    (mine, i) => new Set([...mine].filter(line => all.every((other, j) => i === j || !other.has(line)))),
  )
  const texts = lines(files)
  const counts = own.map(mine => [...mine].filter(line => texts.has(line)).length)
  const most = Math.max(...counts)
  if (most > 0 && counts[0] === most) return null
  const names = [...files.keys()].join(' and ')
  const whose = counts.indexOf(most)
  if (most > 0)
    return `${names} ${files.size === 1 ? 'is' : 'are'} of ${candidates[whose].manifest.id}, as the text says.`
  const ids = candidates.map(({ manifest }) => manifest.id).join(', ')
  return `several labs have ${names} (${ids}), and it is unclear which of them this is: hand in the whole folder of the lab.`
}

/** The lines of some files that are long enough to be distinctive, each after the name of its file. */
function lines(files: ReadonlyMap<string, string>): Set<string> {
  const found = [...files].flatMap(([file, text]) => text.split('\n').map(line => `${file}: ${line.trim()}`))
  return new Set(found.filter(line => /: .*\w.*\w.*\w.*\w.*\w/.test(line)))
}
