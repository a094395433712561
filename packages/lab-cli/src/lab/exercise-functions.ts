import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { type Declaration, declarations, declarationsOf } from './declarations.ts'

/** Folder in a lab that keeps its files as they were handed out. */
export const STUBS = '.stubs'

/** Lines of a file, counted from 1; both ends are included. */
export interface LineRange {
  readonly file: string
  readonly from: number
  readonly to: number
}

export const isIn = ({ file, line }: { readonly file: string; readonly line: number }, range: LineRange): boolean =>
  file === range.file && line >= range.from && line <= range.to

/** A function (or class) of an exercise, where it is now. */
export interface ExerciseFunction extends LineRange {
  readonly name: string
  /** Its lines. */
  readonly code: readonly string[]
  /** Still as it was handed out. */
  readonly isUntouched: boolean
}

/** The edited files as they were handed out, by name; empty if the course keeps no stubs, as in its own repository. */
export async function handedOut({ dir, manifest }: Lab): Promise<Map<string, string>> {
  const found = await Promise.all(
    manifest.edit.map(async file => [file, await readFile(join(dir, STUBS, file), 'utf8').catch(() => null)] as const),
  )
  return new Map(found.flatMap(([file, text]) => (text === null ? [] : [[file, text] as const])))
}

/** The functions that the stubs ask for in an exercise and that the student's files have. */
export async function functionsOf(lab: Lab, exercise: string): Promise<ExerciseFunction[]> {
  const stubs = await handedOut(lab)
  const functions = lab.manifest.edit.map(async file => {
    const source = await readFile(join(lab.dir, file), 'utf8').catch(() => '')
    const stub = stubs.get(file)
    const asked = declarationsOf(stub ?? source, exercise)
    return declarations(source).flatMap(found => {
      const original = asked.find(({ name }) => name === found.name)
      if (!original) return []
      const code = linesOf(source, found)
      const isUntouched = stub === undefined ? isStub(code) : isSameCode(code, linesOf(stub, original))
      return [{ ...found, file, code, isUntouched }]
    })
  })
  return (await Promise.all(functions)).flat()
}

/** Whether an exercise is still as it was handed out. */
export async function isUntouched(lab: Lab, exercise: string): Promise<boolean> {
  const functions = await functionsOf(lab, exercise)
  return functions.length > 0 && functions.every(each => each.isUntouched)
}

/** Where an exercise is in the student's files. */
export async function rangesOf(lab: Lab, exercise: string): Promise<LineRange[]> {
  const found = await functionsOf(lab, exercise)
  if (found.length > 0 || (await handedOut(lab)).size > 0)
    return found.map(({ file, from, to }) => ({ file, from, to }))
  // Without stubs it could be anywhere.
  return lab.manifest.edit.map(file => ({ file, from: 1, to: Number.MAX_SAFE_INTEGER }))
}

const linesOf = (source: string, { from, to }: Pick<Declaration, 'from' | 'to'>): string[] =>
  source.split(/\r?\n/).slice(from - 1, to)

/** White space doesn't count: a formatter may have changed it. */
const isSameCode = (a: readonly string[], b: readonly string[]): boolean => withoutSpace(a) === withoutSpace(b)
const withoutSpace = (lines: readonly string[]): string => lines.join('').replace(/\s+/g, '')

/** Without a stub to compare with: a TODO, a throw, and nothing else between the braces. */
const isStub = (code: readonly string[]): boolean => {
  const todo = code.findIndex(line => /\/\/ TODO\([a-z0-9-]+\):/.test(line))
  return todo > 0 && /\{\s*$/.test(code[todo - 1]) && isThrow(code[todo + 1]) && /^\s*\}/.test(code[todo + 2] ?? '')
}

/** The line that a stub has in place of code. */
export const isThrow = (line: string | undefined): boolean => /^\s*throw new NotImplemented\(/.test(line ?? '')
