import type { Lab } from '@backprop/course'
import { UsageError } from '../errors.ts'
import type { People } from '../roster/people.ts'
import type { FinalRules } from './final.ts'
import { Folders } from './folders.ts'
import { labNamed } from './labs.ts'
import type { HandIn } from './late.ts'
import { extensionParts, readUntil } from './more-time.ts'
import { type Override, readOverrides } from './overrides.ts'
import { Problems } from './problems.ts'
import type { Extension, Term } from './term-file.ts'

/** The files of a term, as far as they can be read without knowing the class. */
export interface TermFiles {
  readonly term: Term | null
  readonly overrides: { readonly file: string; readonly csv: string } | null
  /** All labs of the course: the files may speak of labs that are not graded now. */
  readonly labs: readonly Lab[]
}

/** What a term says about the results of one class. */
export class TermRules {
  readonly #term: Term | null
  readonly #extensions: readonly Extension[]
  readonly #overrides: readonly Override[]

  private constructor(term: Term | null, extensions: readonly Extension[], overrides: readonly Override[]) {
    this.#term = term
    this.#extensions = extensions
    this.#overrides = overrides
  }

  /** Finds the students that the files name. Throws a `UsageError` that names every line about a student who is not there. */
  static for({ term, overrides, labs }: TermFiles, submissions: readonly string[], people?: People): TermRules {
    const folders = new Folders(submissions, people)
    const read = overrides ? readOverrides(overrides.csv, overrides.file, labs, folders) : []
    const extensions = term ? [...inFile(term, folders), ...inRoster(people, labs, term, folders)] : []
    return new TermRules(term, extensions, read)
  }

  /** The rules for one lab of the submission in a folder. */
  of(folder: string, lab: string, handIn: HandIn | null): FinalRules {
    const isAbout = (each: { readonly student: string; readonly lab: string | null }) =>
      each.student === folder && (each.lab === null || each.lab === lab)
    return {
      term: this.#term?.labs.get(lab),
      extensions: this.#extensions.filter(isAbout),
      handIn,
      overrides: this.#overrides.filter(isAbout),
    }
  }
}

function inFile({ extensions, file }: Term, folders: Folders): Extension[] {
  const problems = new Problems(file)
  const found = extensions.flatMap(extension => {
    const found = folders.find(extension.student)
    if ('why' in found) problems.add(extension.line, found.why)
    return 'why' in found || found.folder === null ? [] : [{ ...extension, student: found.folder }]
  })
  problems.throwIfAny()
  return found
}

/** The column `extension` of the roster. More time for one member of a team is more time for the team. */
function inRoster(people: People | undefined, labs: readonly Lab[], { zone }: Term, folders: Folders): Extension[] {
  const problems: string[] = []
  const extensions = (people?.people ?? []).flatMap(({ name, more }) =>
    extensionParts(more.extension ?? '').flatMap(({ lab, until }): Extension[] => {
      const found = folders.find(name)
      const about = lab === null ? null : labNamed(lab, labs)
      const read = readUntil(until, zone)
      const wrong = [about, read].filter(each => typeof each === 'string')
      if (wrong.length > 0) problems.push(`${name}: ${wrong.join('; ')}`)
      if (typeof about === 'string' || typeof read === 'string' || 'why' in found || found.folder === null) return []
      const id = about?.manifest.id ?? null
      return [{ student: found.folder, lab: id, until: read, reason: 'in the roster', line: 0 }]
    }),
  )
  if (problems.length === 0) return extensions
  throw new UsageError(`The column "extension" of the roster cannot be used:\n  ${problems.join('\n  ')}`)
}
