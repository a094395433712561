import { constants } from 'node:fs'
import { copyFile, lstat, readdir, rm } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { makeFolders } from '@backprop/files'
import { clipText } from '@backprop/safe-text'
import { ArchiveRefused, faultOfName, samePath } from '../archive/entry.ts'
import { CLASS, isArchiveName, type LeftOut, SUBMISSION, unpack, Unpacking, unpackWithin } from '../archive/unpack.ts'
import type { Part } from './delivery.ts'

export interface Gathered {
  readonly leftOut: readonly LeftOut[]
  /** Why archives could not be unpacked, or code was left out. */
  readonly problems: readonly string[]
}

/** Copies what a student handed in, by full paths, into an empty folder, and unpacks it. A single archive is unpacked in place. */
export async function gather(parts: readonly Part[], folder: string): Promise<Gathered> {
  const into = new Unpacking(SUBMISSION)
  const files = await filesOf(parts, into)
  const [only] = files
  const problems: string[] = []
  if (files.length === 1 && isArchiveName(only.to))
    try {
      await unpack(only.from, folder, into)
    } catch (error) {
      if (!(error instanceof ArchiveRefused)) throw error
      problems.push(`${only.to}: ${error.message}`)
      for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true })
      await copy(only, folder)
    }
  else for (const file of files) await copy(file, folder)
  if (problems.length === 0) {
    const refused = await unpackWithin(folder, into)
    const those = refused.map(({ path, why }) => `${shortened(path)}: ${why}`)
    problems.push(...few(those), ...(await losses(parts, folder, into)))
  }
  return { leftOut: into.leftOut, problems }
}

const CODE = /(?<!\.d)\.ts$/i

/** What may cost a student points: everything was left out, or files with code were. */
async function losses(parts: readonly Part[], folder: string, { leftOut }: Unpacking): Promise<string[]> {
  const isEmpty = parts.length > 0 && !(await hasFile(folder))
  if (isEmpty && leftOut.length === 0) return ['there is no file in it']
  const lost = isEmpty ? leftOut : leftOut.filter(({ path }) => CODE.test(path))
  const named = few(lost.map(({ path, why }) => `${shortened(path)} ${why}`))
  return isEmpty ? ['nothing in it could be taken', ...named] : named
}

const MAX_NAMED = 3
const MAX_PATH = 120

const few = (those: readonly string[]): string[] =>
  those.length > MAX_NAMED ? [...those.slice(0, MAX_NAMED), `and ${those.length - MAX_NAMED} more`] : [...those]

const shortened = (path: string): string => clipText(path, MAX_PATH)

async function hasFile(folder: string): Promise<boolean> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.some(entry => entry.isFile())
}

interface File {
  readonly from: string
  readonly to: string
}

async function copy({ from, to }: File, folder: string): Promise<void> {
  await makeFolders(dirname(join(folder, to)))
  await copyFile(from, join(folder, to), constants.COPYFILE_EXCL)
}

/** The regular files of some parts, with sound names, each name once. */
async function filesOf(parts: readonly Part[], into: Unpacking): Promise<File[]> {
  const files = new Map<string, File | null>()
  const add = async (from: string, to: string): Promise<void> => {
    const entry = await lstat(from)
    if (entry.isDirectory()) {
      if (/(^|\/)(node_modules|__MACOSX|\.git)$/.test(to) || to.split('/').length > 20) return
      for (const name of await readdir(from)) await add(join(from, name), posix.join(to, name))
      return
    }
    const why = faultOf(to, entry.size) ?? (entry.isFile() ? null : 'is a link, or is no regular file')
    if (why !== null) return void into.leftOut.push({ path: to, why })
    if (++into.files > into.limits.files) return void into.leftOut.push({ path: to, why: 'is one file too many' })
    const key = samePath(to)
    const earlier = files.get(key)
    if (earlier !== undefined)
      into.leftOut.push({ path: to, why: 'is there twice, or differs from another only in case' })
    if (earlier) into.leftOut.push({ path: earlier.to, why: 'is there twice, or differs from another only in case' })
    files.set(key, earlier === undefined ? { from, to } : null)
  }
  for (const { from, to } of parts) await add(from, to)
  return [...files.values()].filter(file => file !== null)
}

function faultOf(name: string, bytes: number): string | null {
  const most = isArchiveName(name) ? CLASS.fileBytes : SUBMISSION.fileBytes
  return faultOfName(name.normalize('NFC')) ?? (bytes > most ? `has ${bytes} bytes; at most ${most} are taken` : null)
}
