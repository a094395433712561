import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { solutionDir } from '../course.ts'
import { stubOf } from './stub.ts'

/** Each file that students edit, with the text that its solution says it must have. */
export async function expectedStubs(lab: Lab): Promise<Map<string, string>> {
  const stubs = new Map<string, string>()
  for (const file of lab.manifest.edit) {
    stubs.set(
      file,
      stubOf(await readFile(join(solutionDir(lab), file), 'utf8'), `solutions/${lab.manifest.id}/${file}`),
    )
  }
  return stubs
}
