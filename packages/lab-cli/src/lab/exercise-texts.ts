import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { declarationsOf } from './declarations.ts'
import { handedOut } from './exercise-functions.ts'

/** What an exercise asks for, collected from its files. */
export interface Task {
  /** The TODO of each function. */
  readonly todos: readonly string[]
  /** A call and its result, from the first function that has an `@example`. */
  readonly example?: string
  /** The line of the README where its section begins: `README.md:31`. */
  readonly readAt: string
  readonly points: number
}

export async function taskOf(lab: Lab, exercise: string): Promise<Task> {
  const stubs = await handedOut(lab)
  const texts = await Promise.all(
    lab.manifest.edit.map(
      async file => stubs.get(file) ?? (await readFile(join(lab.dir, file), 'utf8').catch(() => '')),
    ),
  )
  const functions = texts.flatMap(text => functionsIn(text, exercise))
  const { tests } = lab.manifest.exercises.find(({ id }) => id === exercise) ?? { tests: [] }
  return {
    todos: functions.flatMap(({ todo }) => todo),
    example: functions.flatMap(({ example }) => example)[0],
    readAt: await sectionOf(lab, exercise),
    points: tests.reduce((sum, { points }) => sum + points, 0),
  }
}

function functionsIn(text: string, exercise: string): { todo: string[]; example: string[] }[] {
  const lines = text.split(/\r?\n/)
  return declarationsOf(text, exercise).map(({ from, to }) => ({
    todo: lines.slice(from - 1, to).flatMap(line => /\/\/ TODO\([a-z0-9-]+\): (.*)/.exec(line)?.[1] ?? []),
    example: exampleAbove(lines, from),
  }))
}

/** The text after `@example` in the comment above a function. */
function exampleAbove(lines: readonly string[], from: number): string[] {
  const begin = lines.slice(0, from - 1).findLastIndex(line => line.trim().startsWith('/**'))
  const comment = lines.slice(begin, from - 1).map(line => line.trim().replace(/^\/?\*+\/?\s?/, ''))
  const at = comment.findIndex(line => line.startsWith('@example '))
  if (begin < 0 || at < 0) return []
  const rest = comment.slice(at + 1)
  const end = rest.findIndex(line => line === '' || line.startsWith('@'))
  const more = end < 0 ? rest : rest.slice(0, end)
  return [[comment[at].replace('@example ', ''), ...more].join('\n').trim()]
}

/** Where the README has the heading of an exercise. */
async function sectionOf({ dir }: Lab, exercise: string): Promise<string> {
  const text = await readFile(join(dir, 'README.md'), 'utf8').catch(() => '')
  const line = text.split('\n').findIndex(each => /^#+ /.test(each) && each.includes(`\`${exercise}\``))
  return line < 0 ? 'README.md' : `README.md:${line + 1}`
}

/** The hints of an exercise, from the vaguest to the clearest. */
export async function hintsOf(lab: Lab, exercise: string): Promise<string[]> {
  const text = await readFile(join(lab.dir, 'hints.md'), 'utf8').catch(() => '')
  const section = text
    .replaceAll('\r\n', '\n')
    .split(/^## /m)
    .find(part => part.split('\n')[0].trim() === exercise)
  const levels = section?.split(/^### .*$/m).slice(1) ?? []
  return levels.map(level => joined(level.trim())).filter(Boolean)
}

/** Each paragraph on one line, for terminals of any width; indented text is code and keeps its lines. */
const joined = (text: string): string =>
  text.replace(/(?<=\S)\n(?=\S)/g, (_, at: number) => (isCode(text, at) ? '\n' : ' '))

const isCode = (text: string, at: number): boolean => text.slice(text.lastIndexOf('\n', at - 1) + 1).startsWith('    ')
