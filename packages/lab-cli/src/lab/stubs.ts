import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import type { Span } from '../explain/span.ts'
import { declarations, declarationsOf, type Declaration } from './declarations.ts'

/** Folder in a lab that keeps its files as they were handed out. */
export const STUBS = '.stubs'

/** The files to edit as they were handed out, by name. Empty where a course has none, as its own repository has. */
export async function handedOut({ dir, manifest }: Lab): Promise<Map<string, string>> {
  const found = await Promise.all(
    manifest.edit.map(async file => [file, await readFile(join(dir, STUBS, file), 'utf8').catch(() => null)] as const),
  )
  return new Map(found.flatMap(([file, text]) => (text === null ? [] : [[file, text] as const])))
}

/** A function of an exercise, or a class, where it stands by now. */
export interface Part extends Span {
  readonly name: string
  /** Its lines. */
  readonly code: readonly string[]
  /** Still as it was handed out. */
  readonly isUntouched: boolean
}

/** The functions of an exercise that are there: those that the stubs ask for. */
export async function partsOf(lab: Lab, exercise: string): Promise<Part[]> {
  const stubs = await handedOut(lab)
  const parts = lab.manifest.edit.map(async file => {
    const source = await readFile(join(lab.dir, file), 'utf8').catch(() => '')
    const stub = stubs.get(file)
    const asked = declarationsOf(stub ?? source, exercise)
    return declarations(source).flatMap(found => {
      const original = asked.find(({ name }) => name === found.name)
      if (!original) return []
      const code = linesOf(source, found)
      const isUntouched = stub === undefined ? isStub(code) : same(code, linesOf(stub, original))
      return [{ ...found, file, code, isUntouched }]
    })
  })
  return (await Promise.all(parts)).flat()
}

/** Where an exercise is in the student's files. */
export async function spansOf(lab: Lab, exercise: string): Promise<Span[]> {
  const found = await partsOf(lab, exercise)
  if (found.length > 0 || (await handedOut(lab)).size > 0)
    return found.map(({ file, from, to }) => ({ file, from, to }))
  // Nothing says where it is, so it may be anywhere.
  return lab.manifest.edit.map(file => ({ file, from: 1, to: Number.MAX_SAFE_INTEGER }))
}

const linesOf = (source: string, { from, to }: Pick<Declaration, 'from' | 'to'>): string[] =>
  source.split(/\r?\n/).slice(from - 1, to)

/** What a formatter changes does not count. */
const same = (a: readonly string[], b: readonly string[]): boolean => squash(a) === squash(b)
const squash = (lines: readonly string[]): string => lines.join('').replace(/\s+/g, '')

/** Where nothing says how it was handed out: a task, a throw, and nothing else between the braces. */
const isStub = (code: readonly string[]): boolean => {
  const task = code.findIndex(line => /\/\/ TODO\([a-z0-9-]+\):/.test(line))
  return task > 0 && /\{\s*$/.test(code[task - 1]) && isThrow(code[task + 1]) && /^\s*\}/.test(code[task + 2] ?? '')
}

/** The line that stands for what is not written yet. */
export const isThrow = (line: string | undefined): boolean => /^\s*throw new NotImplemented\(/.test(line ?? '')
