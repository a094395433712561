import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { z } from 'zod'
import { solutionDir } from '../course.ts'
import { GraderFault, UsageError } from '../errors.ts'
import { applyChange } from './change.ts'
import { loadMutants } from './mutants.ts'

/** A change to the solution: a text in one of its files and another for it, or a whole file beside it in its place. */
const Edit = z.union([
  z.strictObject({ file: z.string().startsWith('src/'), find: z.string().min(1), replace: z.string() }),
  z.strictObject({ file: z.string().startsWith('src/'), from: z.string() }),
])

/** `solutions/NN-name/seeds.json`: what training reaches is measured with the solution and with weaker variants of it. */
const SeedTable = z.strictObject({
  /** The exercise that trains; without it, the whole suite runs. */
  exercise: z.string().optional(),
  /** Title of a column → what to find in the notes of the hidden tests; the groups are the numbers. */
  columns: z.record(z.string(), z.string()),
  variants: z.record(z.string(), z.strictObject({ why: z.string().min(3), edits: z.array(Edit).min(1) })),
})
export type SeedTable = z.infer<typeof SeedTable>
export type Edit = z.infer<typeof Edit>

/** The name of the solution without edits. */
export const REFERENCE = 'reference'

export async function loadSeedTable(lab: Lab): Promise<SeedTable> {
  const file = `solutions/${lab.manifest.id}/seeds.json`
  const text = await readFile(join(solutionDir(lab), 'seeds.json'), 'utf8').catch(() => {
    throw new UsageError(`${file} is missing: it says what to measure in this lab. See CONTRIBUTING.md.`)
  })
  const parsed = SeedTable.safeParse(JSON.parse(text))
  if (!parsed.success) throw new GraderFault(`${file} is invalid:\n${z.prettifyError(parsed.error)}`)
  return parsed.data
}

/** The edits that make a variant of the solution: one of the table, or a mutant. Throws `UsageError` for any other name. */
export async function editsOf(name: string, table: SeedTable, lab: Lab): Promise<readonly Edit[]> {
  if (name === REFERENCE) return []
  if (Object.hasOwn(table.variants, name)) return table.variants[name].edits
  const mutants = await loadMutants(lab)
  const mutant = mutants.find(({ id }) => id === name)
  if (mutant) return [mutant]
  const names = [REFERENCE, ...Object.keys(table.variants)].join(', ')
  throw new UsageError(`There is no variant "${name}": expected one of ${names}, or the id of a mutant.`)
}

/** Writes the solution with these edits into `folder`, as a submission. */
export async function writeVariant(lab: Lab, edits: readonly Edit[], folder: string): Promise<void> {
  await cp(join(solutionDir(lab), 'src'), join(folder, 'src'), { recursive: true })
  for (const edit of edits) {
    const path = join(folder, edit.file)
    if ('from' in edit) await cp(join(solutionDir(lab), edit.from), path)
    else await writeFile(path, applyChange('seeds.json', edit, await readFile(path, 'utf8')))
  }
}
