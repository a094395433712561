import { execFile } from 'node:child_process'
import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { promisify } from 'node:util'
import { UsageError } from '../errors.ts'

/** The folder that was asked for, by its real name, if a new release may go there. */
export async function placeForRelease(folder: string, courseRoot: string): Promise<string> {
  const out = await realName(resolve(folder))
  const given = await stat(out).catch(() => null)
  if (given && !given.isDirectory()) throw new UsageError(`"${folder}" is a file. Give a folder with --out.`)
  // A new repository contains only git's folder.
  if (given && (await readdir(out)).some(name => name !== '.git'))
    throw new UsageError(
      `"${folder}" is not empty. Give a new folder, or add --update to bring a student repository there up to date.`,
    )
  if (await isInCourse(out, courseRoot))
    throw new UsageError(
      `"${folder}" is inside the course and would become part of it. ` +
        'Give a folder outside, or one that .gitignore names.',
    )
  return out
}

/** The folder that was asked for, by its real name, if it is there to be updated. */
export async function placeForUpdate(folder: string): Promise<string> {
  const out = await realName(resolve(folder))
  if (!(await stat(out).catch(() => null))?.isDirectory())
    throw new UsageError(`There is no folder "${folder}" to update. Leave out --update to create it.`)
  return out
}

/** With all links resolved, as far as the path exists. */
async function realName(path: string): Promise<string> {
  const real = await realpath(path).catch(() => null)
  return real ?? (dirname(path) === path ? path : join(await realName(dirname(path)), basename(path)))
}

async function isInCourse(out: string, courseRoot: string): Promise<boolean> {
  const path = relative(await realpath(courseRoot), out).replaceAll(sep, '/')
  if (path.startsWith('../') || path === '..' || resolve(path) === path) return false
  const git = promisify(execFile)('git', ['check-ignore', '-q', '--', `${path}/`], { cwd: courseRoot })
  return git.then(
    () => false,
    () => true,
  )
}
