import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { givenFiles, type Lab } from '@backprop/course'
import { expectedStubs } from '../intake/stubs.ts'
import { type Token, type Unit, unitsOf } from './tokens.ts'

/** A function or a statement of a submission, without what every student was given. */
export interface Piece {
  readonly file: string
  readonly tokens: readonly Token[]
}

/** What every student of a lab was given: the stubs, the files beside them, and the code in the README and the hints. */
export interface Given {
  /** By the name of the function: its parameters, and its statements. */
  readonly functions: ReadonlyMap<string, { readonly head: string; readonly statements: ReadonlySet<string> }>
  /** All of it, as kinds of tokens. */
  readonly pieces: readonly (readonly string[])[]
}

/** Its answers are letters, which are all alike here. */
const QUIZ = 'src/quiz.ts'

/** The files of a lab that can say anything about who wrote them. */
export const comparedFiles = ({ manifest }: Lab): string[] => manifest.edit.filter(file => file !== QUIZ)

export async function givenIn(lab: Lab): Promise<Given> {
  const [stubs, beside, texts] = await Promise.all([
    expectedStubs(lab),
    givenFiles(lab),
    Promise.all(['README.md', 'hints.md'].map(name => readFile(join(lab.dir, name), 'utf8').catch(() => ''))),
  ])
  const inFiles = [...stubs.values(), ...beside.values()].flatMap(unitsOf)
  const inTexts = texts.flatMap(codeIn).flatMap(code => {
    try {
      return unitsOf(code)
    } catch {
      return [] // a block of something else: a table, output of a program
    }
  })
  return {
    functions: functionsOf(inFiles),
    pieces: [...inFiles, ...inTexts].map(({ head, statements }) => [head, ...statements].flatMap(kinds)),
  }
}

/** Statements outside of functions all have the same, empty name. */
function functionsOf(units: readonly Unit[]): Given['functions'] {
  const functions = new Map<string, { readonly head: string; readonly statements: Set<string> }>()
  for (const { name, head, statements } of units) {
    const known = functions.get(name) ?? { head: words(head), statements: new Set() }
    for (const statement of statements) known.statements.add(words(statement))
    functions.set(name, known)
  }
  return functions
}

/** What the student added: new functions, and what is new in those of the stubs. */
export function piecesOf(file: string, units: readonly Unit[], { functions }: Given): Piece[] {
  return units.flatMap(({ name, head, statements }) => {
    const given = functions.get(name)
    const own = statements.filter(statement => !given?.statements.has(words(statement)))
    if (own.length === 0) return []
    const isHeadGiven = given?.head === words(head)
    return [{ file, tokens: [...(isHeadGiven ? [] : head), ...own.flat()] }]
  })
}

export const kinds = (tokens: readonly Token[]): string[] => tokens.map(({ kind }) => kind)

const words = (tokens: readonly Token[]): string => kinds(tokens).join(' ')

/** The blocks of code in Markdown: indented, or between fences. */
const codeIn = (markdown: string): string[] => [
  ...Array.from(markdown.matchAll(/^```\w*\n([^]*?)^```/gm), ([, code]) => code),
  ...Array.from(markdown.matchAll(/(?:^ {4}.*\n|^\n(?= {4}))+/gm), ([code]) => code.replace(/^ {4}/gm, '')),
]
