import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { z } from 'zod'
import { GraderFault } from '../errors.ts'
import { solutionDir } from '../course.ts'

/** A plausible wrong answer: one change to the solution, and the exercises that must lose points by it. */
export type Mutant = z.infer<typeof Mutant>
const Mutant = z.strictObject({
  id: z.string().min(1),
  file: z.string().startsWith('src/'),
  /** Text that occurs exactly once in the file. */
  find: z.string().min(1),
  replace: z.string(),
  loses: z.array(z.string()).min(1),
  /** It never ends, so it is always shown to the tests behind the wall. */
  hangs: z.boolean().optional(),
  why: z.string().min(3),
})

export async function loadMutants(lab: Lab): Promise<Mutant[]> {
  const file = `solutions/${lab.manifest.id}/mutants.json`
  const text = await readFile(join(solutionDir(lab), 'mutants.json'), 'utf8').catch(() => {
    throw new GraderFault(`${file} is missing.`)
  })
  const parsed = z.array(Mutant).safeParse(JSON.parse(text))
  if (!parsed.success) throw new GraderFault(`${file} is not right:\n${z.prettifyError(parsed.error)}`)
  return parsed.data
}

/** The solution's text with the mutant's change. */
export function applyMutant({ id, file, find, replace }: Mutant, solution: string): string {
  const count = solution.split(find).length - 1
  if (count !== 1) throw new GraderFault(`mutant ${id}: its text occurs ${count} times in ${file}, not once.`)
  return solution.replace(find, () => replace)
}
