import { copyFile, lstat, mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Lab } from '@backprop/course'
import { Refused, type Submission, takeIn as takeFiles, Unreadable } from '@backprop/course/submission'
import { ArchiveRefused } from '../archive/entry.ts'
import { archivesIn, SUBMISSION, unpack, Unpacking, unpackWithin } from '../archive/unpack.ts'
import { GraderFault, UsageError } from '../errors.ts'
import { makeWorkFolder } from '../sandbox/tiers/host.ts'
import { notOfThisLab } from './belongs.ts'
import { isInPlace, type Place, placesOf } from './places.ts'

/** What was handed in for a lab. */
export interface Taken extends Submission {
  /** Where the files were, if not where students have them: `labs-main`, or `lab.zip` and a folder in it. */
  readonly foundIn?: string
}

/**
 * What was handed in for a lab: a student's repository, the folder of a lab, or exactly one of these in other folders or in
 * an archive, which is unpacked in a folder that `makeFolder` makes. Throws `Refused` if there is none, or several.
 */
export async function takeLabIn(folder: string, lab: Lab, makeFolder = makeWorkFolder): Promise<Taken> {
  const { id, edit } = lab.manifest
  if ((await isInPlace(folder, lab)) || !(await isFolder(folder))) {
    const submission = await takeIn(folder, id, edit)
    const why = await notOfThisLab(folder, lab, submission)
    if (why !== null) throw new Refused(`No file of ${id} is there: ${why}`, 'missing')
    return submission
  }
  const temporary = makeFolder()
  try {
    return await search(folder, lab, temporary)
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

const isFolder = async (path: string): Promise<boolean> => (await lstat(path).catch(() => null))?.isDirectory() === true

/** A folder to search, and what to call it. */
interface Searched {
  readonly folder: string
  /** Empty for the submission itself. */
  readonly name: string
}

async function search(folder: string, lab: Lab, temporary: string): Promise<Taken> {
  const { unpacked, refused } = await unpackAll(folder, join(temporary, 'archives'))
  const [found, others]: [Taken[], string[]] = [[], []]
  for (const searched of [{ folder, name: '' }, ...unpacked])
    for (const place of await placesOf(searched.folder, lab)) {
      const root = await folderOf(place, searched, lab, temporary)
      const taken = await takeIn(root, lab.manifest.id, lab.manifest.edit).catch(onlyRefused)
      if (taken instanceof Refused) others.push(taken.message)
      else {
        const why = await notOfThisLab(root, lab, taken)
        const foundIn = [searched.name, place.path].filter(Boolean).join('/')
        if (why === null) found.push({ ...taken, foundIn })
        else others.push(why)
      }
    }
  if (found.length === 1) return found[0]
  if (found.length > 1) throw new Refused(several(lab, found), 'missing')
  throw await nothing(folder, lab, [...refused, ...others])
}

function onlyRefused(error: unknown): Refused {
  if (error instanceof Refused) return error
  throw error
}

const several = ({ manifest }: Lab, found: readonly Taken[]): string =>
  `${found.length} places have files of ${manifest.id}: ${found.map(({ foundIn }) => foundIn || 'the folder itself').join(', ')}. Hand in one of them.`

/** Why no place has the lab's files: what the folder itself lacks, and what was wrong elsewhere. */
async function nothing(folder: string, { manifest: { id, edit } }: Lab, why: readonly string[]): Promise<Refused> {
  const missing = await takeIn(folder, id, edit).catch(onlyRefused)
  const lines = missing instanceof Refused ? [missing.message] : []
  return new Refused([...lines, ...[...new Set(why)].slice(0, 5)].join('\n'), 'missing')
}

/** The folder to take a place's files from. Loose files are copied to where the lab has them. */
async function folderOf(place: Place, searched: Searched, { manifest }: Lab, temporary: string): Promise<string> {
  const root = join(searched.folder, place.path)
  if (!place.isLoose) return root
  const copy = await mkdtemp(join(temporary, 'loose-'))
  for (const file of manifest.edit) {
    const loose = join(root, basename(file))
    const entry = await lstat(loose).catch(() => null)
    if (!entry?.isFile() || entry.size > SUBMISSION.fileBytes) continue
    await mkdir(join(copy, dirname(file)), { recursive: true })
    await copyFile(loose, join(copy, file))
  }
  return copy
}

/** Unpacks the archives of a submission into a temporary folder. */
async function unpackAll(folder: string, temporary: string): Promise<{ unpacked: Searched[]; refused: string[] }> {
  const into = new Unpacking(SUBMISSION)
  const [unpacked, refused]: [Searched[], string[]] = [[], []]
  for (const [i, name] of (await archivesIn(folder)).entries()) {
    const target = join(temporary, String(i))
    await mkdir(target, { recursive: true })
    try {
      await unpack(join(folder, name), target, into)
      const inner = await unpackWithin(target, into)
      refused.push(...inner.map(({ path, why }) => `${name}/${path} cannot be unpacked: ${why}.`))
      unpacked.push({ folder: target, name })
    } catch (error) {
      if (!(error instanceof ArchiveRefused)) throw error
      refused.push(`${name} cannot be unpacked: ${error.message}.`)
    }
  }
  refused.push(...into.leftOut.slice(0, 5).map(({ path, why }) => `${path} in an archive ${why}.`))
  return { unpacked, refused }
}

/**
 * What the course's `takeIn` takes from a folder. A missing folder is the user's mistake, and a file that cannot
 * be read here is not the student's fault.
 */
export async function takeIn(folder: string, labId: string, edit: readonly string[]): Promise<Submission> {
  const given = await stat(folder).catch(() => null)
  if (!given?.isDirectory()) throw new UsageError(`There is no folder "${folder}". Give the folder of a submission.`)
  try {
    return await takeFiles(folder, labId, edit)
  } catch (error) {
    if (error instanceof Unreadable) throw new GraderFault(error.message)
    throw error
  }
}
