import type { People, Person } from './people.ts'
import { columnKey, EMAIL_COLUMNS } from './roster-columns.ts'

/** What a platform says about who somebody is. Everything that it says must fit. */
export interface Identity {
  /** Numbers and user names, and the columns of a roster that they may be in. */
  readonly ids?: readonly { readonly value: string; readonly columns: readonly string[] }[]
  readonly email?: string
  /** Of the student, of the team, or of both with a dash between them. */
  readonly name?: string
  /** The name without spaces and in lower case, family name first or last. */
  readonly solidName?: string
}

export type Found = { readonly people: readonly Person[] } | { readonly why: string }

/** Finds students by what a platform says about them, and never guesses. */
export class Directory {
  readonly #people: readonly Person[]

  constructor({ people }: People) {
    this.#people = people
  }

  /**
   * The student whom everything in `identity` fits; members of one team may share a name for the team. If nothing fits, or
   * two things contradict each other, or several students fit, `why` says so.
   */
  find(identity: Identity): Found {
    const evidence = this.#evidence(identity)
    const fitting = evidence.filter(({ people }) => people.length > 0)
    if (fitting.length === 0) {
      const said = evidence.map(({ what }) => what).join(', ')
      if (said === '') return { why: 'it does not say whose it is' }
      return { why: `the roster has no student with ${said}${this.#withoutZeros(identity)}` }
    }
    const people = this.#people.filter(person => fitting.every(each => each.people.includes(person)))
    if (people.length === 0) return { why: contradiction(fitting) }
    const oneTeam = people.every(({ team }) => team !== null && team === people[0].team)
    if (people.length === 1 || oneTeam) return { people }
    return { why: `${fitting.map(({ what }) => what).join(', ')} fits ${namesOf(people)}` }
  }

  /** A spreadsheet makes 0042 a number, and saves it as 42: two different ids, but worth a hint. */
  #withoutZeros({ ids = [] }: Identity): string {
    const short = ids.find(({ value, columns }) => {
      const number = /^0+(\d+)$/.exec(value)?.[1]
      return number !== undefined && this.#people.some(person => valuesOf(person, columns).includes(number))
    })
    return short ? ` (it has ${short.value.replace(/^0+/, '')}: did a spreadsheet drop the zeros?)` : ''
  }

  #evidence({ ids = [], email, name, solidName }: Identity): Evidence[] {
    const those = (fits: (person: Person) => boolean) => this.#people.filter(fits)
    const evidence = ids.map(({ value, columns }): Evidence => ({
      what: `the id ${value}`,
      people: those(person => valuesOf(person, columns).includes(value.toLowerCase())),
    }))
    if (email !== undefined)
      evidence.push({
        what: `the e-mail address ${email}`,
        people: those(person => valuesOf(person, EMAIL_COLUMNS).includes(email.toLowerCase())),
      })
    if (name !== undefined) evidence.push({ what: `the name ${name}`, people: this.#byName(name) })
    if (solidName !== undefined)
      evidence.push({
        what: `the name ${solidName}`,
        people: those(({ name }) => [name, withoutNote(name)].some(each => solidKeys(each).has(solid(solidName)))),
      })
    return evidence
  }

  #byName(name: string): readonly Person[] {
    const whole = this.#people.filter(person => isCalled(person, name))
    if (whole.length > 0) return whole
    const dashes = [...name.matchAll(/-/g)].map(({ index }) => [name.slice(0, index), name.slice(index + 1)] as const)
    return this.#people.filter(person =>
      dashes.some(
        ([group, rest]) =>
          isCalled({ ...person, team: null }, rest) && groupsOf(person).some(each => isSame(each, group)),
      ),
    )
  }
}

interface Evidence {
  readonly what: string
  readonly people: readonly Person[]
}

const groupsOf = ({ team, more }: Person): string[] => [team ?? '', more.section ?? '', more.group ?? '']

/** "the id 1002 is Bo Li, but the name Ada Obi is Ada Obi" */
function contradiction(evidence: readonly Evidence[]): string {
  const whom = [...new Set(evidence.map(({ people }) => namesOf(people)))]
  const said = (name: string) => evidence.filter(({ people }) => namesOf(people) === name).map(({ what }) => what)
  return whom.map(name => `${said(name).join(' and ')} is ${name}`).join(', but ')
}

const namesOf = (people: readonly Person[]): string => people.map(({ name }) => name).join(' and ')

const valuesOf = ({ more }: Person, columns: readonly string[]): string[] =>
  Object.entries(more)
    .filter(([column, value]) => value !== '' && columns.includes(columnKey(column)))
    .map(([, value]) => value.toLowerCase())

/** By their own name or by that of their team. */
const isCalled = ({ name, team }: Person, called: string): boolean =>
  isSame(name, called) || isSame(withoutNote(name), called) || (team !== null && isSame(team, called))

/** "Ada Obi (2)" → "Ada Obi": a roster tells students of one name apart in parentheses, which platforms do not know. */
const withoutNote = (name: string): string => name.replace(/\s*\([^()]*\)$/, '')

/** Letters that are spelled with plain ones where only those are allowed. */
const PLAIN: Readonly<Record<string, string>> = {
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
}

/** The words of a name without case and accents. */
const words = (name: string): string[] =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[øłđðþßæœı]/g, letter => PLAIN[letter])
    .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []

/** The same for "Obi, Ada" and "Ada Obi". */
const wordKey = (name: string): string => words(name).sort().join(' ')

const isSame = (one: string, other: string): boolean => wordKey(one) !== '' && wordKey(one) === wordKey(other)

const solid = (name: string): string => words(name).join('')

/** "Ada Grace Obi": adagraceobi, graceobiada, obiadagrace. */
const solidKeys = (name: string): ReadonlySet<string> => {
  const all = words(name)
  return new Set(all.map((_, i) => [...all.slice(i), ...all.slice(0, i)].join('')))
}
