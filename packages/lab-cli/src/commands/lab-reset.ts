import { existsSync } from 'node:fs'
import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { writeWhole } from '@backprop/files'
import { command, oneLab, WrongUsage } from '../command.ts'
import { keptFiles } from '../lab/changed-files.ts'
import { exercisesOf } from '../lab/current-exercise.ts'
import { type Declaration, declarations, declarationsOf } from '../lab/declarations.ts'
import { handedOut, STUBS } from '../lab/exercise-functions.ts'
import { shownPath } from '../render/finding-lines.ts'

export const reset = command({
  name: 'reset',
  summary: 'start a lab, or one exercise, over; a copy of yours is kept. --tests restores only the lab’s tests',
  syntax: parser =>
    parser
      .argument('<lab>', 'a number (5) or an id (05-mnist-mlp)')
      .argument('[exercise]', 'its id: score')
      .option('--tests', 'restore only the tests of the lab'),
  async run([name, exercise], options, { root, cwd, stdout }) {
    const lab = await oneLab(root, name)
    const stubs = await handedOut(lab)
    if (stubs.size === 0)
      throw new WrongUsage(
        `${lab.manifest.id} has no copies of its files as they were handed out, so nothing can be reset here.`,
      )
    if (options.tests && exercise !== undefined)
      throw new WrongUsage('--tests restores all tests of a lab: leave out the exercise.')
    const fresh = options.tests
      ? await courseFiles(lab)
      : exercise === undefined
        ? stubs
        : await withoutExercise(lab, exercisesOf(lab, exercise)[0].id, stubs)
    let count = 0
    for (const [file, text] of fresh) {
      const path = join(lab.dir, file)
      const before = await readFile(path, 'utf8').catch(() => null)
      if (before?.replaceAll('\r\n', '\n') === text) continue
      const kept = before === null ? '' : `; yours is kept in ${shownPath(cwd, lab.dir, await keep(lab, file))}`
      await writeWhole(path, text)
      stdout.write(
        `${shownPath(cwd, lab.dir, file)} is as it was handed out${exercise ? `, for ${exercise}` : ''}${kept}\n`,
      )
      count++
    }
    if (count === 0) stdout.write('Nothing to do: it is as it was handed out.\n')
    return 0
  },
})

/** Tests and given code, as they were handed out. */
async function courseFiles(lab: Lab): Promise<Map<string, string>> {
  const files = await keptFiles(lab)
  return new Map(
    await Promise.all(files.map(async file => [file, await readFile(join(lab.dir, STUBS, file), 'utf8')] as const)),
  )
}

/** Copies a file to a free name next to it that no tool reads as code. */
async function keep({ dir }: Lab, file: string): Promise<string> {
  for (let n = 1; ; n++) {
    const name = `${file}.kept-${n}`
    if (existsSync(join(dir, name))) continue
    await copyFile(join(dir, file), join(dir, name))
    return name
  }
}

/** The student's files with the functions of one exercise as they were handed out. */
async function withoutExercise(
  lab: Lab,
  exercise: string,
  stubs: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const fresh = new Map<string, string>()
  for (const [file, stub] of stubs) {
    const wanted = declarationsOf(stub, exercise)
    if (wanted.length === 0) continue
    const text = await readFile(join(lab.dir, file), 'utf8').catch(() => stub)
    fresh.set(
      file,
      wanted.reduce((now, each) => replaced(now, stub, each, file), text.replaceAll('\r\n', '\n')),
    )
  }
  return fresh
}

function replaced(text: string, stub: string, { name, from, to }: Declaration, file: string): string {
  const mine = declarations(text).find(each => each.name === name)
  if (!mine) throw new WrongUsage(`${file} has no "${name}" to replace. "pnpm lab reset <lab>" resets whole files.`)
  const lines = text.split('\n')
  lines.splice(mine.from - 1, mine.to - mine.from + 1, ...stub.split('\n').slice(from - 1, to))
  return lines.join('\n')
}
