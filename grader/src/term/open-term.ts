import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Lab } from '@backprop/course'
import { UsageError } from '../errors.ts'
import { rosterText } from '../roster/roster-text.ts'
import { readTerm, type Term } from './term-file.ts'
import type { TermFiles } from './term-rules.ts'

/** The files of a term in the root of the course, if none are given. */
const NAMES = { term: 'term.yaml', overrides: 'overrides.csv' } as const

export interface GivenFiles {
  readonly term?: string
  readonly overrides?: string
}

/** Reads the files of the term: those given, or else those in the root of the course, if they are there. Throws `UsageError`. */
export async function openTerm(given: GivenFiles, course: string, labs: readonly Lab[]): Promise<TermFiles> {
  const overrides = await textOf('overrides', given.overrides, course)
  return {
    term: await openTermFile(given.term, course, labs),
    overrides: overrides && { file: overrides.file, csv: overrides.text },
    labs,
  }
}

/** `term.yaml` alone; null if there is none. */
export async function openTermFile(
  given: string | undefined,
  course: string,
  labs: readonly Lab[],
): Promise<Term | null> {
  const found = await textOf('term', given, course)
  return found && readTerm(found.text, found.file, labs)
}

async function textOf(
  which: keyof typeof NAMES,
  given: string | undefined,
  course: string,
): Promise<{ readonly file: string; readonly text: string } | null> {
  const path = given ?? join(course, NAMES[which])
  const file = given ?? (relative('', path) || path)
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && given === undefined) return null
    throw new UsageError(`"${file}" cannot be read (${error.code}). Give the file with --${which}.`)
  })
  return bytes && { file, text: rosterText(bytes, `"${file}"`) }
}
