import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Lab } from '@backprop/course'
import { STUBS } from './exercise-functions.ts'

/** A course file that isn't as it was handed out: a visible test, or given code. */
export interface ChangedFile {
  /** `test/score.test.ts` */
  readonly file: string
  readonly how: 'changed' | 'missing'
  /** The command that brings it back. */
  readonly fix: string
}

/**
 * Files of a lab that students don't edit and that differ from what was handed out. A passing test says nothing if it was
 * changed: a submission is graded with the course's files.
 */
export async function changedFiles(lab: Lab): Promise<ChangedFile[]> {
  const kept = await keptFiles(lab)
  if (kept.length === 0) return changedInGit(lab)
  const fix = `pnpm lab reset ${lab.manifest.id} --tests`
  const found = await Promise.all(
    kept.map(async (file): Promise<ChangedFile[]> => {
      const [is, was] = await Promise.all([textOf(join(lab.dir, file)), textOf(join(lab.dir, STUBS, file))])
      if (is === was) return []
      return [{ file, how: is === null ? 'missing' : 'changed', fix }]
    }),
  )
  return found.flat()
}

/** Files that `.stubs` has a copy of and that students don't edit: tests and given code. */
export async function keptFiles({ dir, manifest }: Lab): Promise<string[]> {
  const folders = ['src', 'test'].map(async folder => {
    const names = await readdir(join(dir, STUBS, folder), { recursive: true }).catch((): string[] => [])
    return names.map(name => `${folder}/${name.replaceAll('\\', '/')}`)
  })
  const files = (await Promise.all(folders)).flat().filter(file => file.endsWith('.ts'))
  return files.filter(file => !manifest.edit.includes(file)).sort()
}

/** The text with plain line ends; null if there is no such file. */
const textOf = (path: string): Promise<string | null> =>
  readFile(path, 'utf8').then(
    text => text.replaceAll('\r\n', '\n'),
    () => null,
  )

/** In the course's repository, git knows the original. */
async function changedInGit({ dir, manifest }: Lab): Promise<ChangedFile[]> {
  const git = promisify(execFile)('git', ['status', '--porcelain', '-z', '--', 'test'], { cwd: dir })
  const text = await git.then(
    ({ stdout }) => stdout,
    () => '',
  )
  return text.split('\0').flatMap((line): ChangedFile[] => {
    const [, state, path] = /^(..) (.*)$/.exec(line) ?? []
    const name = path?.split('/').at(-1)
    if (state === undefined || name === undefined || !/[MD]/.test(state)) return []
    const file = `test/${name}`
    return [
      { file, how: state.includes('D') ? 'missing' : 'changed', fix: `git checkout -- labs/${manifest.id}/${file}` },
    ]
  })
}
