import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, relative, resolve } from 'node:path'
import type { Lab } from '@backprop/course'
import { debugSuite } from '@backprop/test-runner'
import { visibleSuite } from '@backprop/visible-tests'
import { command, type Context, findExercise, oneLab, WrongUsage } from '../command.ts'
import { exercisesOf } from '../lab/current-exercise.ts'

export const debug = command({
  name: 'debug',
  summary: 'run visible tests under a debugger, without limits; VS Code’s launch.json calls it',
  syntax: parser =>
    parser.argument('[file-or-lab]', 'a file of a lab, or a lab').argument('[exercise]', 'its id: score'),
  async run(words, _options, context) {
    const { lab, exercise, file } = await findTarget(words, context)
    const { isGreen, text } = await debugSuite({
      ...visibleSuite(lab),
      ...(file ? { include: [`test/${basename(file)}`] } : {}),
      exercise,
    })
    context.stdout.write(text)
    return isGreen ? 0 : 1
  },
})

interface Target {
  readonly lab: Lab
  readonly exercise?: string
  /** A test file. */
  readonly file?: string
}

/** A file means its lab; a test file means only its tests. */
async function findTarget(words: readonly (string | undefined)[], { root, cwd }: Context): Promise<Target> {
  const [first, exercise] = words
  if (first === undefined || !/[\\/.]/.test(first)) {
    const found = await findExercise({ root, cwd }, words)
    return first !== undefined && exercise === undefined ? { lab: found.lab } : found
  }
  const path = relative(root, resolve(cwd, first)).replaceAll('\\', '/')
  const [, id, rest] = /^labs\/([^/]+)\/(.*)$/.exec(path) ?? []
  if (id === undefined)
    throw new WrongUsage(`${first} is not in the folder of a lab: open one of a lab's files and start again.`)
  const lab = await oneLab(root, id)
  if (exercise !== undefined) return { lab, exercise: exercisesOf(lab, exercise)[0].id }
  if (/^test\/.*\.test\.ts$/.test(rest) && existsSync(resolve(root, path))) return { lab, file: rest }
  // A student's file: the current exercise, if it is in that file.
  const current = await findExercise({ root, cwd }, [id])
  const source = await readFile(resolve(root, path), 'utf8').catch(() => '')
  return source.includes(`(${current.exercise})`) ? current : { lab }
}
