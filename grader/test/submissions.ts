import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { solutionDir } from '../src/course.ts'
import { stubOf } from '../src/intake/stubs.ts'

/** A new folder with the given text as the lab's first edited file. */
export function submissionOf(lab: Lab, code: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'submission of zoë '))
  mkdirSync(join(folder, 'src'))
  writeFileSync(join(folder, lab.manifest.edit[0]), code)
  return folder
}

/** A copy of the stubs, as a student has them on the first day. */
export function untouched(lab: Lab): string {
  const folder = mkdtempSync(join(tmpdir(), 'untouched-'))
  cpSync(join(lab.dir, 'src'), join(folder, 'src'), { recursive: true })
  return folder
}

/** The solution of one exercise, and the stubs of all others. */
export function onlySolved(lab: Lab, exercise: string): string {
  const folder = submissionOf(lab, '')
  for (const file of lab.manifest.edit) writeFileSync(join(folder, file), solved(lab, [exercise], file))
  return folder
}

/** The text of an edited file, by default the lab's first, with the solutions of some exercises and the stubs of all others. */
export function solved(lab: Lab, exercises: readonly string[], file: string = lab.manifest.edit[0]): string {
  const solution = readFileSync(join(solutionDir(lab), file), 'utf8')
  const kept = new RegExp(`^ *// SOLUTION\\((${exercises.join('|') || '-'})\\): .*\\n([^]*?)^ *// END\\n`, 'gm')
  return stubOf(solution.replace(kept, '$2'), file)
}
