import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { COURSE_ROOT, findLabs } from '../src/course.ts'

/** A copy of lab 01 and its solution in a new folder of `around`, to be broken. */
export async function copyOfLab(around: string) {
  const [lab] = await findLabs('1')
  const root = mkdtempSync(join(around, 'kurs für alle '))
  for (const kind of ['labs', 'solutions']) {
    const filter = (path: string) => !/node_modules|\.cache|\.turbo/.test(path)
    cpSync(join(COURSE_ROOT, kind, lab.manifest.id), join(root, kind, lab.manifest.id), { recursive: true, filter })
  }
  const [copy] = await findLabs('1', root)
  const edit = (path: string, change: (text: string) => string) => {
    const file = join(root, path)
    writeFileSync(file, change(readFileSync(file, 'utf8')))
  }
  return { copy, edit }
}
