import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Fetched } from '../src/class/fetched.ts'
import { fetch } from '../src/cli/fetch-command.ts'
import { file, Repository } from './repositories.ts'
import { run } from './running.ts'

/** A class of repositories, fetched by `pnpm grade fetch`. */

export const SERVER = 'https://github.com'
export const work = file('labs/01-perceptron/src/perceptron.ts', 'export const score = 1\n')
export const newFolder = () => mkdtempSync(join(tmpdir(), 'fetched ö '))

export interface Class {
  readonly roster: string
  readonly out: string
}

export function classOf(repositories: Readonly<Record<string, Repository | string>>, out = newFolder()): Class {
  const rows = Object.entries(repositories).map(([name, at]) => `"${name}","${typeof at === 'string' ? at : at.url}"`)
  const roster = join(newFolder(), 'roster.csv')
  writeFileSync(roster, ['name,repository', ...rows].join('\n'))
  return { roster, out }
}

export const fetchClass = ({ roster, out }: Class, options?: Parameters<typeof run>[2]) =>
  run(fetch, ['--roster', roster, '--out', out, '--allow-file', '--jobs', '2'], options)

export const record = ({ out }: Class) =>
  Fetched.parse(JSON.parse(readFileSync(join(out, 'fetch.json'), 'utf8'))).submissions

/** Every path below a folder, but for git's own. */
export const below = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map(path => path.replaceAll('\\', '/'))
    .filter(path => !/(^|\/)\.git(\/|$)/.test(path))
