import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')
const LABS = ['01-neuron', '02-scale'] as const

/**
 * Copies a course of two tiny labs to a new folder, where its labs can be done, graded and broken; gives the folder.
 * Tests of the product use it rather than a real lab, so that a real lab can change freely.
 */
export function openCourse(parent: string = tmpdir()): string {
  const course = realpathSync(mkdtempSync(join(parent, 'tiny course ')))
  for (const kind of ['labs', 'solutions']) {
    cpSync(join(import.meta.dirname, kind), join(course, kind), { recursive: true })
    // What real labs depend on is installed for these as well.
    for (const lab of LABS)
      symlinkSync(join(ROOT, 'labs/05-mnist-mlp/node_modules'), join(course, kind, lab, 'node_modules'), 'junction')
  }
  cpSync(join(ROOT, 'tsconfig.base.json'), join(course, 'tsconfig.base.json'))
  process.on('exit', () => rmSync(course, { recursive: true, force: true }))
  return course
}
