import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import type { Span } from '../explain/span.ts'
import { declarations, declarationsOf } from './declarations.ts'

/** Folder in a lab that keeps its files as they were handed out. */
const STUBS = '.stubs'

/** The files to edit as they were handed out, by name. Empty where a course has none, as its own repository has. */
export async function handedOut({ dir, manifest }: Lab): Promise<Map<string, string>> {
  const found = await Promise.all(
    manifest.edit.map(async file => [file, await readFile(join(dir, STUBS, file), 'utf8').catch(() => null)] as const),
  )
  return new Map(found.flatMap(([file, text]) => (text === null ? [] : [[file, text] as const])))
}

/** Where an exercise is in the student's files: the functions that the stubs ask for, wherever they stand by now. */
export async function spansOf(lab: Lab, exercise: string): Promise<Span[]> {
  const stubs = await handedOut(lab)
  const spans = lab.manifest.edit.map(async file => {
    const source = await readFile(join(lab.dir, file), 'utf8').catch(() => '')
    const names = declarationsOf(stubs.get(file) ?? source, exercise).map(({ name }) => name)
    const mine = declarations(source).filter(({ name }) => names.includes(name))
    return mine.map(({ from, to }) => ({ file, from, to }))
  })
  const found = (await Promise.all(spans)).flat()
  if (found.length > 0 || stubs.size > 0) return found
  // Nothing says where it is, so it may be anywhere.
  return lab.manifest.edit.map(file => ({ file, from: 1, to: Number.MAX_SAFE_INTEGER }))
}
