import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { declarationsOf } from './declarations.ts'
import { handedOut } from './stubs.ts'

/** What an exercise asks for, as its files say it. */
export interface Task {
  /** The line "TODO" of each function. */
  readonly todos: readonly string[]
  /** A call and what it gives, of the first function that shows one. */
  readonly example?: string
  /** Line of the README where its section begins: `README.md:31`. */
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

/** What stands behind `@example` in the comment above a function. */
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

/** Where the README begins to speak of an exercise: its heading names it. */
async function sectionOf({ dir }: Lab, exercise: string): Promise<string> {
  const text = await readFile(join(dir, 'README.md'), 'utf8').catch(() => '')
  const line = text.split('\n').findIndex(each => /^#+ /.test(each) && each.includes(`\`${exercise}\``))
  return line < 0 ? 'README.md' : `README.md:${line + 1}`
}
