import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commitDate } from '../src/intake/git/commit-date.ts'
import { which } from '../src/sandbox/tiers/host.ts'

/** The reader is compared with the git program, which is started in repositories of our own only. */

const git = (repository: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
    cwd: repository,
    encoding: 'utf8',
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })

function repository(commits = 1): string {
  const folder = mkdtempSync(join(tmpdir(), 'repository-'))
  git(folder, 'init', '-q', '-b', 'main')
  for (let i = 0; i < commits; i++)
    git(
      folder,
      'commit',
      '-q',
      '--allow-empty',
      '-m',
      `number ${i}\n\ncommitter a <a@b> 0 +0000\n${'the same words '.repeat(20)}`,
    )
  return folder
}

const asGitSays = (folder: string) => new Date(1000 * Number(git(folder, 'log', '-1', '--format=%ct')))

describe.skipIf(!which('git'))('the date of a commit', () => {
  test('loose, packed and in a clone it is what git says', async () => {
    const folder = repository(2)
    expect(await commitDate(folder)).toEqual(asGitSays(folder))
    git(folder, 'gc', '-q')
    expect(existsSync(join(folder, '.git/packed-refs'))).toBe(true)
    expect(await commitDate(folder)).toEqual(asGitSays(folder))
    const clone = `${folder}-clone`
    git(folder, 'clone', '-q', '--no-local', folder, clone)
    expect(await commitDate(clone)).toEqual(asGitSays(clone))
  })

  test('commits that are packed as deltas are read too', async () => {
    const folder = repository(30)
    git(folder, 'gc', '-q')
    const commits = git(folder, 'log', '--format=%H %ct').trim().split('\n')
    const pack = git(folder, 'rev-parse', '--git-path', 'objects/pack').trim()
    const listing = git(folder, 'verify-pack', '-v', ...packs(join(folder, pack)))
    expect(listing, 'some commit is a delta').toMatch(/^[0-9a-f]{40} commit \d+ \d+ \d+ \d+ [0-9a-f]{40}$/m)
    for (const commit of commits) {
      const [id, seconds] = commit.split(' ')
      writeFileSync(join(folder, '.git/HEAD'), `${id}\n`)
      expect(await commitDate(folder), id).toEqual(new Date(1000 * Number(seconds)))
    }
  })

  test('no program that the repository names is started', async () => {
    const folder = repository()
    const mark = join(folder, 'started')
    for (const key of ['core.fsmonitor', 'core.sshCommand', 'gpg.program', 'core.pager'])
      git(folder, 'config', key, `touch ${mark}`)
    expect(await commitDate(folder)).not.toBeNull()
    expect(existsSync(mark)).toBe(false)
  })

  test('links out of the repository are not followed', async () => {
    for (const path of ['.git', '.git/objects', '.git/refs/heads', '.git/HEAD']) {
      const folder = repository()
      renameSync(join(folder, path), join(folder, 'elsewhere'))
      symlinkSync(join(folder, 'elsewhere'), join(folder, path))
      expect(await commitDate(folder), path).toBeNull()
    }
  })

  test.each([
    ['a branch outside', 'HEAD', 'ref: refs/../../outside\n'],
    ['a branch that is no name', 'HEAD', 'ref: refs//x\n'],
    ['noise', 'HEAD', '\0\u0001'.repeat(100)],
    ['a very long HEAD', 'HEAD', 'ref: refs/heads/main\n'.repeat(10_000)],
    ['a commit that is not there', 'refs/heads/main', `${'0'.repeat(40)}\n`],
  ])('%s means no date', async (_, file, content) => {
    const folder = repository()
    writeFileSync(join(folder, '.git', file), content)
    expect(await commitDate(folder)).toBeNull()
  })

  test('a damaged pack means no date, and nothing worse', async () => {
    const folder = repository(3)
    git(folder, 'gc', '-q')
    for (const file of packs(join(folder, '.git/objects/pack'))) {
      const idx = readFileSync(file)
      const pack = file.replace(/idx$/, 'pack')
      const bytes = readFileSync(pack)
      for (let at = 12; at < Math.min(bytes.length, 400); at += 3) {
        const damaged = Buffer.from(bytes)
        damaged[at] ^= 0xff
        rmSync(pack)
        writeFileSync(pack, damaged)
        const date = await commitDate(folder)
        expect(date === null || date instanceof Date).toBe(true)
      }
      rmSync(file)
      writeFileSync(file, idx.subarray(0, 500))
      expect(await commitDate(folder)).toBeNull()
    }
  })

  test('a pipe in place of HEAD is not waited for', async () => {
    const folder = repository()
    rmSync(join(folder, '.git/HEAD'))
    execFileSync('mkfifo', [join(folder, '.git/HEAD')])
    expect(await commitDate(folder)).toBeNull()
  })

  test('a folder without a repository has none', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plain-'))
    expect(await commitDate(folder)).toBeNull()
    mkdirSync(join(folder, '.git'))
    expect(await commitDate(folder)).toBeNull()
  })
})

function packs(folder: string): string[] {
  return readdirSync(folder)
    .filter(name => name.endsWith('.idx'))
    .map(name => join(folder, name))
}
