import type { People } from '../roster/people.ts'
import { didYouMean } from './problems.ts'

/** The folder that a name means; null for a student of the roster who has handed in no folder. */
export type FoundFolder =
  | { readonly folder: string | null; readonly isMember: boolean }
  /** A clause that begins with the name. */
  | { readonly why: string }

/** Finds folders of submissions by the names in the files of a term: of a student, of a team, or of a member of one. */
export class Folders {
  readonly #byName: ReadonlyMap<string, string>
  readonly #people: People['people']

  constructor(folders: readonly string[], people: People | undefined) {
    this.#byName = new Map(folders.map(folder => [folder.normalize('NFC'), folder]))
    this.#people = people?.people ?? []
  }

  find(given: string): FoundFolder {
    const name = given.normalize('NFC')
    const own = this.#byName.get(name)
    if (own !== undefined) return { folder: own, isMember: false }
    const person = this.#people.find(person => person.name === name)
    if (person) return { folder: this.#byName.get(person.team ?? '') ?? null, isMember: person.team !== null }
    if (this.#people.some(({ team }) => team === name)) return { folder: null, isMember: false }
    const names = [...this.#byName.keys(), ...this.#people.flatMap(({ name, team }) => [name, ...(team ? [team] : [])])]
    const hint = didYouMean(name, names)
    return { why: `"${given}" is no student or team of this class${hint || ': write the name of the folder'}` }
  }

  /** The name of the team that a student hands in with. */
  teamOf(name: string): string | null {
    return this.#people.find(person => person.name === name.normalize('NFC'))?.team ?? null
  }
}
