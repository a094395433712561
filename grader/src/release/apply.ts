import { rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeWhole } from '@backprop/files'
import { GraderFault } from '../errors.ts'
import { firstThatIsNoFolder, type Found, inspect } from './inspect.ts'
import type { Step } from './plan.ts'
import { contentHash } from './release-files.ts'

/** What was done, and the name of the second file if there is one. */
export interface Done {
  readonly step: Step
  /** The student's copy of a replaced file, or the course's copy next to the student's file. */
  readonly beside?: string
}

/** Performs one step in the student repository; with `dryRun` it only determines the names. Never follows a link. */
export async function apply(root: string, step: Step, dryRun: boolean): Promise<Done> {
  const beside = await besideOf(step, path => inspect(root, path))
  const done = beside ? { step, beside: beside.path } : { step }
  if (dryRun || step.do === 'leave') return done
  await refuseLinks(root, step.path)
  if (step.do === 'remove') await remove(root, step.path)
  else if (step.do === 'put beside') await put(root, done.beside ?? step.path, step.bytes)
  else {
    if (beside && !beside.isThere) await rename(join(root, step.path), join(root, beside.path))
    await put(root, step.path, step.bytes)
  }
  return done
}

export interface Beside {
  readonly path: string
  /** The same content is already there. */
  readonly isThere: boolean
}

/** `name.yours` or `name.new`: a name that is free, or holds the same content from an earlier update. */
export async function besideOf(step: Step, look: (path: string) => Promise<Found>): Promise<Beside | null> {
  if (step.do !== 'replace' && step.do !== 'put beside') return null
  const suffix = step.do === 'replace' ? 'yours' : 'new'
  const theirs = await look(step.path)
  const hash = step.do === 'put beside' ? contentHash(step.bytes) : theirs.is === 'file' ? theirs.hash : null
  for (let count = 1; ; count++) {
    const path = `${step.path}.${suffix}${count === 1 ? '' : `-${count}`}`
    const found = await look(path)
    if (found.is === 'nothing') return { path, isThere: false }
    if (found.is === 'file' && found.hash === hash) return { path, isThere: true }
  }
}

/** Writes a new file and renames it: what is at the path is replaced, not written into, even a link. */
export async function put(root: string, path: string, bytes: Buffer): Promise<void> {
  await writeWhole(join(root, path), bytes)
}

/** Removes a file, and the folders that are empty without it. */
async function remove(root: string, path: string): Promise<void> {
  await rm(join(root, path), { force: true })
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
    const gone = await rmdir(join(root, folder)).then(
      () => true,
      () => false,
    )
    if (!gone) return
  }
}

/** The plan has checked already; this catches changes since then. */
async function refuseLinks(root: string, path: string): Promise<void> {
  const blocked = await firstThatIsNoFolder(root, dirname(path))
  if (blocked) throw new GraderFault(`${blocked.at} became ${blocked.what} during the update: run it again.`)
}
