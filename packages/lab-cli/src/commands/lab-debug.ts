import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, relative, resolve } from 'node:path'
import type { Lab } from '@backprop/course'
import { debugSuite } from '@backprop/test-runner'
import { visibleSuite } from '@backprop/visible-tests'
import { type Command, type Context, oneLab, findExercise, WrongUsage } from '../command.ts'
import { exercisesOf } from '../lab/current-exercise.ts'

export const debug: Command = {
  usage: 'debug [file | lab] [exercise]',
  summary: 'run visible tests under a debugger, without limits; VS Code’s launch.json calls it',
  positionals: { min: 0, max: 2 },
  async run(context) {
    const { lab, exercise, file } = await asked(context)
    const { isGreen, text } = await debugSuite({
      ...visibleSuite(lab),
      ...(file ? { include: [`test/${basename(file)}`] } : {}),
      exercise,
    })
    context.stdout.write(text)
    return isGreen ? 0 : 1
  },
}

interface Asked {
  readonly lab: Lab
  readonly exercise?: string
  /** A file of tests. */
  readonly file?: string
}

/** A file means its lab, and a file of tests these alone. */
async function asked({ root, cwd, positionals }: Context): Promise<Asked> {
  const [first, exercise] = positionals
  if (first === undefined || !/[\\/.]/.test(first)) {
    const spot = await findExercise({ root, cwd }, positionals)
    return first !== undefined && exercise === undefined ? { lab: spot.lab } : spot
  }
  const path = relative(root, resolve(cwd, first)).replaceAll('\\', '/')
  const [, id, rest] = /^labs\/([^/]+)\/(.*)$/.exec(path) ?? []
  if (id === undefined)
    throw new WrongUsage(`${first} is not in the folder of a lab: open one of its files, and start again.`)
  const lab = await oneLab(root, id)
  if (exercise !== undefined) return { lab, exercise: exercisesOf(lab, exercise)[0].id }
  if (/^test\/.*\.test\.ts$/.test(rest) && existsSync(resolve(root, path))) return { lab, file: rest }
  // A file of the student's: the exercise that the watch is at, when it is one of that file.
  const here = await findExercise({ root, cwd }, [id])
  const source = await readFile(resolve(root, path), 'utf8').catch(() => '')
  return source.includes(`(${here.exercise})`) ? here : { lab }
}
