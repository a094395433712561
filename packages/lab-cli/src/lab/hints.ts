import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'

/** The hints of an exercise, from the faintest to the plainest; none where the lab has none for it. */
export async function hintsOf(lab: Lab, exercise: string): Promise<string[]> {
  const text = await readFile(join(lab.dir, 'hints.md'), 'utf8').catch(() => '')
  const section = text
    .replaceAll('\r\n', '\n')
    .split(/^## /m)
    .find(part => part.split('\n')[0].trim() === exercise)
  const levels = section?.split(/^### .*$/m).slice(1) ?? []
  return levels.map(level => joined(level.trim())).filter(Boolean)
}

/** Paragraphs on one line each, for terminals of any width; what is set in is code and keeps its lines. */
const joined = (text: string): string =>
  text.replace(/(?<=\S)\n(?=\S)/g, (_, at: number) => (isCode(text, at) ? '\n' : ' '))

const isCode = (text: string, at: number): boolean => text.slice(text.lastIndexOf('\n', at - 1) + 1).startsWith('    ')
