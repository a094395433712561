import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { z } from 'zod'
import { GraderFault } from '../errors.ts'
import { json } from './release-files.ts'

/** A reason for some of the questions, as `solutions/NN-name/quiz.json` has it. */
const Reasons = z.record(z.string(), z.string().min(1).max(500))

/**
 * `quiz.json` of a lab, which "pnpm lab quiz" shows: the right letter of each question, and why. It is the solution, so it
 * is released only on request, after the deadline.
 */
export async function quizFile(root: string, { manifest: { id } }: Lab): Promise<Buffer> {
  const folder = join(root, 'solutions', id)
  const source = await readFile(join(folder, 'src/quiz.ts'), 'utf8').catch(() => '')
  const letters = Array.from(
    source.matchAll(/\b(\w+)\s*:\s*'([a-d])'(?!\s*\|)/g),
    ([, name, letter]) => [name, letter] as const,
  )
  if (letters.length === 0) throw new GraderFault(`solutions/${id}/src/quiz.ts has no answers that could be released.`)
  const reasons = await reasonsIn(join(folder, 'quiz.json'))
  const unknown = Object.keys(reasons).filter(name => letters.every(([question]) => question !== name))
  if (unknown.length > 0) throw new GraderFault(`solutions/${id}/quiz.json explains ${unknown.join(', ')}, which the quiz does not ask.`) // prettier-ignore
  return json(
    Object.fromEntries(
      letters.map(([name, answer]) => [name, { answer, ...(reasons[name] ? { why: reasons[name] } : {}) }]),
    ),
  )
}

async function reasonsIn(file: string): Promise<Record<string, string>> {
  const text = await readFile(file, 'utf8').catch(() => '{}')
  return Reasons.parse(JSON.parse(text))
}
