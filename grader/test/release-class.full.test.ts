import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { releaseToClass } from '../src/cli/release-class.ts'
import { release as command } from '../src/cli/release-command.ts'
import { courseFile } from '../src/release/course-file.ts'
import type { Release } from '../src/release/release.ts'
import type { Files } from '../src/release/release-files.ts'
import { readCourseFile, updateRepository } from '../src/release/update.ts'
import { branchOf } from '../src/release/update-class.ts'
import { type Class, classOf, fetchClass } from './fetched-class.ts'
import { file, Repository, type TreeEntry } from './repositories.ts'
import { run } from './running.ts'
import { WritableText } from './writable-text.ts'

/** A course fix on its way into the repositories of a whole class. */

let root: string
beforeEach(() => void (root = realpathSync(mkdtempSync(join(tmpdir(), 'backprop-update ü ')))))
afterEach(() => rmSync(root, { recursive: true, force: true }))

const STUB = 'labs/01-eins/src/übung.ts'
const TEST = 'labs/01-eins/test/a.test.ts'
const OLD = { [STUB]: 'stub\n', [TEST]: 'test\n', LICENSE: 'MIT\n', 'gone.md': 'old\n' }
const NEW = { [STUB]: 'better stub\n', [TEST]: 'better test\n', LICENSE: 'MIT\n', 'new.md': 'new\n' }

function releaseOf(texts: Readonly<Record<string, string>>): Release {
  const files: Files = new Map(Object.entries(texts).map(([path, text]) => [path, Buffer.from(text)]))
  const students = new Set([STUB])
  const { bytes, version } = courseFile(files, ['01-eins'], students)
  return { files: files.set('.course.json', bytes), labs: ['01-eins'], students, version }
}
const LATEST = releaseOf(NEW)
const BRANCH = branchOf(LATEST.version)

/** A student's repository: the old release, and what the student changed. */
function repository(
  theirs: Readonly<Record<string, string>> = {},
  others: readonly TreeEntry[] = [],
  from: Readonly<Record<string, string>> = OLD,
): Repository {
  const texts = new Map([...releaseOf(from).files].map(([path, bytes]) => [path, bytes.toString()] as const))
  for (const [path, text] of Object.entries(theirs)) texts.set(path, text)
  const made = new Repository()
  made.push([...[...texts].map(([path, text]) => file(path, text)), ...others])
  return made
}

const out = () => join(root, 'update')
async function update(
  { out: fetched }: Class,
  options: { push?: boolean; dryRun?: boolean } = {},
  stopAfter = Infinity,
) {
  const [stdout, stderr] = [new WritableText(), new WritableText()]
  const stop = new AbortController()
  let done = 0
  const write = stderr.write.bind(stderr)
  stderr.write = (text: string) => (++done === stopAfter && stop.abort(new Error('Ctrl-C')), write(text))
  const code = await releaseToClass(
    { ...options, fetched, out: out(), allowFile: true },
    () => Promise.resolve(LATEST),
    {
      ...{
        course: '',
        stdout,
        env: process.env,
        now: () => new Date('2026-12-01T08:00:00Z'),
        again: new AbortController().signal,
        signal: stop.signal,
      },
      stderr: stderr as unknown as NodeJS.WriteStream,
    },
  )
  return { code, table: stdout.text.replaceAll(out(), 'OUT').trimEnd().split('\n') }
}

async function fetched(repositories: Readonly<Record<string, Repository>>): Promise<Class> {
  const group = classOf(repositories)
  await fetchClass(group)
  return group
}

const filesOf = (made: Repository, branch: string) =>
  made.git(['-c', 'core.quotePath=false', 'ls-tree', '-r', '--name-only', branch]).split('\n')
const textOf = (made: Repository, branch: string, path: string) => made.git(['show', `${branch}:${path}`])

describe('an update of a class', () => {
  test('says what happened to each repository, and names every conflict', async () => {
    const group = await fetched({
      'Ada Obi': repository(),
      Bo: repository({ [STUB]: 'my work\n', [TEST]: 'easier\n', 'gone.md': 'mine\n' }),
      Cy: repository({}, [], NEW),
      Dee: new Repository(),
      Eve: repository({ '.course.json': '{' }),
    })
    const { code, table } = await update(group)
    expect(table).toEqual([
      'Ada Obi  4 files',
      'Bo       4 files',
      '  kept     gone.md  (no longer part of the course, but changed)',
      `  kept     ${STUB}  (the student's; the course's new version is übung.ts.new)`,
      `  updated  ${TEST}  (it had been changed: that version is a.test.ts.yours)`,
      'Cy       up to date',
      'Dee      ✗ nothing has been pushed to it yet',
      expect.stringMatching(/^Eve {6}✗ \.course\.json in "Eve" is not JSON\. Bring it back/),
      '2 updated, 1 up to date, 2 failed. Patches: OUT. Nothing was pushed: --push does that.',
    ])
    expect(code).toBe(2)
    expect(readdirSync(out()).sort()).toEqual(['Ada Obi.patch', 'Bo.patch', 'update.json'])
  })

  test('gives a patch that makes of a clone what an update of that clone makes', async () => {
    const mine = repository({ [STUB]: 'my work\n', [TEST]: 'easier\r\n', 'notes.md': 'Zoë\n', 'bin.dat': '\0\u0001' })
    await update(await fetched({ Zoë: mine }))
    const [patched, updated] = [join(root, 'patched'), join(root, 'updated')]
    const git = (at: string, ...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=e', ...args], { cwd: at, encoding: 'utf8' }).trim()
    for (const clone of [patched, updated]) git(root, 'clone', '--quiet', mine.url, clone)
    git(patched, 'am', '--quiet', '--keep-cr', join(out(), 'Zoë.patch'))
    const signal = new AbortController().signal
    await updateRepository(updated, await readCourseFile(updated), LATEST, { dryRun: false, signal })
    git(updated, 'add', '--all')
    expect(git(patched, 'rev-parse', 'HEAD^{tree}')).toBe(git(updated, 'write-tree'))
    expect(git(patched, 'log', '-1', '--format=%s')).toBe(`Update to course ${LATEST.version}`)
  })

  test('leaves links, submodules, large files and all that was fetched as they are', async () => {
    const large = file('model.bin', Buffer.alloc(2 << 20, 'x'))
    const link: TreeEntry = { path: 'link', mode: '120000', content: '/etc/passwd' }
    const mine = repository({}, [large, link, { path: 'sub', mode: '160000', content: 'a'.repeat(40) }])
    const group = await fetched({ mine })
    const before = readdirSync(group.out, { recursive: true }).sort()
    expect((await update(group, { push: true })).code).toBe(0)
    expect(readdirSync(group.out, { recursive: true }).sort()).toEqual(before)
    expect(mine.git(['ls-tree', BRANCH, '--', 'link', 'sub', 'model.bin'])).toBe(
      mine.git(['ls-tree', 'main', '--', 'link', 'sub', 'model.bin']),
    )
    expect(filesOf(mine, BRANCH)).toContain('new.md')
  })

  test('writes through no link, and over no file that it has not seen', async () => {
    const { [TEST]: _, ...without } = OLD
    const behind = repository({}, [{ path: 'labs/01-eins/test', mode: '120000', content: '/tmp' }], without)
    const unseen = repository({ 'new.md': 'x'.repeat(2 << 20) })
    const { table, code } = await update(await fetched({ behind, unseen }))
    expect(table[0]).toContain('✗ labs/01-eins/test in the student repository is a symbolic link, not a folder')
    expect(table[1]).toContain('✗ new.md is too large to be compared with the course')
    expect(code).toBe(2)
  })
})

describe('--push', () => {
  test('creates a branch, and changes none; a second time it does nothing', async () => {
    const mine = repository({ [STUB]: 'my work\n' })
    const [group, main] = [await fetched({ mine }), mine.git(['rev-parse', 'main'])]
    expect((await update(group)).table[0]).toBe('mine  4 files')
    expect(mine.git(['branch', '--list', BRANCH]), 'nothing without --push').toBe('')
    expect((await update(group, { push: true })).table.slice(0, 1)).toEqual([`mine  4 files, branch ${BRANCH}`])
    const pushed = mine.git(['rev-parse', BRANCH])
    expect([textOf(mine, BRANCH, STUB), textOf(mine, BRANCH, `${STUB}.new`)]).toEqual(['my work', 'better stub'])
    expect(mine.git(['rev-parse', `${BRANCH}~1`, 'main']).split('\n')).toEqual([main, main])
    rmSync(join(out(), 'mine.patch'))
    expect((await update(group, { push: true })).table[0]).toBe(`mine  4 files, branch ${BRANCH}`)
    expect(mine.git(['rev-parse', BRANCH])).toBe(pushed)
    expect(existsSync(join(out(), 'mine.patch'))).toBe(true)
  })

  test('leaves a branch of that name with other commits alone', async () => {
    const mine = repository()
    const other = mine.push([file('a', 'a')], { branch: BRANCH })
    const { table, code } = await update(await fetched({ mine }), { push: true })
    expect(table[0]).toBe(`mine  ✗ it has a branch ${BRANCH} with other commits, which was left alone: delete it there`)
    expect([code, mine.git(['rev-parse', BRANCH])]).toEqual([2, other])
  })

  test('goes on where it was stopped, with the same commits', async () => {
    const all = { a: repository(), b: repository(), c: repository({ [STUB]: 'work' }) }
    const group = await fetched(all)
    await expect(update(group, { push: true }, 2)).rejects.toThrow('Ctrl-C')
    const first = all.a.git(['rev-parse', BRANCH])
    expect(all.c.git(['branch', '--list', BRANCH])).toBe('')
    expect((await update(group, { push: true })).code).toBe(0)
    expect(all.a.git(['rev-parse', BRANCH])).toBe(first)
    expect(filesOf(all.c, BRANCH)).toContain(`${STUB}.new`)
    // A push that was done but not recorded is recognized.
    rmSync(join(out(), 'update.json'))
    expect((await update(group, { push: true })).code).toBe(0)
    expect(readFileSync(join(out(), 'update.json'), 'utf8')).toContain(first)
  })

  test('with --dry-run nothing is written or pushed', async () => {
    const mine = repository()
    const { table } = await update(await fetched({ mine }), { push: true, dryRun: true })
    expect(table).toEqual([
      'mine  4 files',
      '1 updated, 0 up to date, 0 failed. Nothing was written: this was a dry run.',
    ])
    expect([existsSync(out()), mine.git(['branch', '--list', BRANCH])]).toEqual([false, ''])
  })
})

describe('a mistake', () => {
  test.each([
    [['--push', '--update'], '--push updates the repositories of a class: give them with --fetched.'],
    [['--fetched', '.'], '--fetched updates the repositories of a class: add --update.'],
    [['--fetched', 'nowhere', '--update'], 'There is no fetch.json in'],
  ])('%j is a sentence', async (args, words) => {
    await expect(run(command, ['--out', out(), ...args])).rejects.toThrow(words)
  })
})
