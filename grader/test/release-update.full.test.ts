import { execFileSync } from 'node:child_process'
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { release as command } from '../src/cli/release-command.ts'
import { courseFile } from '../src/release/course-file.ts'
import type { Release } from '../src/release/release.ts'
import type { Files } from '../src/release/release-files.ts'
import { summarize } from '../src/release/summary.ts'
import { readCourseFile, updateRepository } from '../src/release/update.ts'
import { writeRelease } from '../src/release/write-release.ts'
import { run } from './running.ts'

/** Course fixes on their way into a student's repository. */

const signal = new AbortController().signal
const onWindows = process.platform === 'win32'
let around: string
let repository: string
beforeEach(() => {
  around = realpathSync(mkdtempSync(join(tmpdir(), 'Abgabe von Zoë ')))
  repository = join(around, 'backprop labs')
})
afterEach(() => rmSync(around, { recursive: true, force: true }))

/** A release with these files; the student's are named by `students`. */
function releaseOf(texts: Record<string, string>, students = [STUB]): Release {
  const files: Files = new Map(Object.entries(texts).map(([path, text]) => [path, Buffer.from(text)]))
  const { bytes, version } = courseFile(files, ['01-eins'], new Set(students))
  return { files: files.set('.course.json', bytes), labs: ['01-eins'], students: new Set(students), version }
}

const STUB = 'labs/01-eins/src/übung.ts'
const TEST = 'labs/01-eins/test/über alles.test.ts'
const OLD: Record<string, string> = { [STUB]: 'stub\n', [TEST]: 'test\nsecond line\n', LICENSE: 'MIT\n' }

const give = (texts: Record<string, string> = OLD) => writeRelease(repository, releaseOf(texts).files, signal)
const put = (path: string, text: string) => {
  mkdirSync(dirname(join(repository, path)), { recursive: true })
  writeFileSync(join(repository, path), text)
}
const read = (path: string) => readFileSync(join(repository, path), 'utf8')

async function update(texts: Record<string, string>, { dryRun = false, students = [STUB] } = {}): Promise<string[]> {
  const before = await readCourseFile(repository)
  const release = releaseOf(texts, students)
  const done = await updateRepository(repository, before, release, { dryRun, signal })
  const summary = summarize(done, release, before.version, dryRun)
  return summary
    .split('\n\n')[0]
    .split('\n')
    .map(line => line.trim())
    .filter(Boolean)
}

/** Everything in a folder: path → text, or where a link leads to. */
function contents(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => !entry.isDirectory())
  return Object.fromEntries(
    entries
      .map(entry => join(entry.parentPath, entry.name))
      .sort()
      .map(file => [
        file.slice(folder.length + 1).replaceAll('\\', '/'),
        lstatSync(file).isSymbolicLink() ? `→ ${readlinkSync(file)}` : readFileSync(file, 'utf8'),
      ]),
  )
}

describe('what an update does', () => {
  test('new files come, changed files change, files that are gone go with their folders', async () => {
    await give({ ...OLD, 'packages/alt/src/a.ts': 'a', 'packages/alt/b.ts': 'b' })
    expect(await update({ ...OLD, [TEST]: 'better test', 'packages/neu/c.ts': 'c' })).toEqual([
      `updated  ${TEST}`,
      'removed  packages/alt/b.ts',
      'removed  packages/alt/src/a.ts',
      'added    packages/neu/c.ts',
    ])
    expect(contents(repository)).toEqual({
      ...OLD,
      [TEST]: 'better test',
      'packages/neu/c.ts': 'c',
      '.course.json': read('.course.json'),
    })
    expect(existsSync(join(repository, 'packages/alt'))).toBe(false)
  })

  test('done twice, it has nothing to do', async () => {
    await give()
    await update({ ...OLD, [TEST]: 'better test' })
    const after = contents(repository)
    expect((await update({ ...OLD, [TEST]: 'better test' })).join()).toMatch(
      /^Nothing to do: this is already course \w+/,
    )
    expect(contents(repository)).toEqual(after)
  })

  test('the work of a student stays, and the new stub is put beside it', async () => {
    await give()
    put(STUB, 'my work')
    expect(await update({ ...OLD, [STUB]: 'better stub' })).toEqual([
      `kept     ${STUB}  (the student's; the course's new version is übung.ts.new)`,
    ])
    expect([read(STUB), read(`${STUB}.new`)]).toEqual(['my work', 'better stub'])
    // Asked again, it does not come again.
    rmSync(join(repository, `${STUB}.new`))
    await update({ ...OLD, [STUB]: 'better stub' })
    expect(existsSync(join(repository, `${STUB}.new`))).toBe(false)
  })

  test('work on a stub that did not change is not even mentioned', async () => {
    await give()
    put(STUB, 'my work')
    expect(await update({ ...OLD, [TEST]: 'better test' })).toEqual([`updated  ${TEST}`])
    expect(read(STUB)).toBe('my work')
  })

  test('a stub that is still untouched is brought up to date', async () => {
    await give()
    expect(await update({ ...OLD, [STUB]: 'better stub' })).toEqual([`updated  ${STUB}`])
    expect(read(STUB)).toBe('better stub')
  })

  test('a file that the student alone has is theirs, even where the course now has a stub', async () => {
    await give()
    put('labs/01-eins/src/neu.ts', 'my own idea')
    put('notes.md', 'my notes')
    const now = { ...OLD, 'labs/01-eins/src/neu.ts': 'a stub' }
    expect(await update(now, { students: [STUB, 'labs/01-eins/src/neu.ts'] })).toEqual([
      "kept     labs/01-eins/src/neu.ts  (the student's; the course's new version is neu.ts.new)",
    ])
    expect([read('labs/01-eins/src/neu.ts'), read('notes.md')]).toEqual(['my own idea', 'my notes'])
  })

  test('a file that once was theirs is never overwritten, even if the course now provides it', async () => {
    await give()
    put(STUB, 'my work')
    await update({ ...OLD, [STUB]: 'given' }, { students: [] })
    expect([read(STUB), read(`${STUB}.new`)]).toEqual(['my work', 'given'])
  })

  test('a file of the course that the student changed is replaced, and theirs is kept', async () => {
    await give()
    put(TEST, 'easier test')
    expect(await update({ ...OLD, [TEST]: 'better test' })).toEqual([
      `updated  ${TEST}  (it had been changed: that version is über alles.test.ts.yours)`,
    ])
    expect([read(TEST), read(`${TEST}.yours`)]).toEqual(['better test', 'easier test'])
    // A second time, another version: the first one is not lost.
    put(TEST, 'easiest test')
    await update({ ...OLD, [TEST]: 'best test' })
    expect(['', '.yours', '.yours-2'].map(end => read(TEST + end))).toEqual([
      'best test',
      'easier test',
      'easiest test',
    ])
  })

  test('what the student deleted comes back', async () => {
    await give()
    rmSync(join(repository, 'labs'), { recursive: true })
    expect(await update(OLD)).toEqual([`added    ${STUB}`, `added    ${TEST}`])
    expect(contents(repository)).toMatchObject(OLD)
  })

  test('a file that is no longer part of the course stays if it was changed', async () => {
    await give()
    put(STUB, 'my work')
    put(TEST, 'easier test')
    expect(await update({ LICENSE: 'MIT\n' })).toEqual([
      `kept     ${STUB}  (no longer part of the course, but changed)`,
      `kept     ${TEST}  (no longer part of the course, but changed)`,
    ])
    expect([read(STUB), read(TEST)]).toEqual(['my work', 'easier test'])
  })

  test('line ends of Windows are no change', async () => {
    await give()
    for (const path of [STUB, TEST]) put(path, OLD[path].replaceAll('\n', '\r\n'))
    expect(await update({ ...OLD, [STUB]: 'better\nstub\n' })).toEqual([`updated  ${STUB}`])
    expect([read(STUB), read(TEST)]).toEqual(['better\nstub\n', 'test\r\nsecond line\r\n'])
  })

  test('a dry run tells the same and changes nothing', async () => {
    await give()
    put(STUB, 'my work')
    put(TEST, 'easier test')
    const now = { [STUB]: 'better stub', [TEST]: 'better test', 'README.md': 'read me' }
    const before = contents(repository)
    const told = await update(now, { dryRun: true })
    expect(contents(repository)).toEqual(before)
    expect(told).toEqual(await update(now))
    expect(told).toHaveLength(4)
  })

  test('what was cut short is completed by running it again', async () => {
    await give()
    put(STUB, 'my work')
    put(TEST, 'easier test')
    const now = releaseOf({ [STUB]: 'better stub', [TEST]: 'better test', 'README.md': 'read me' })
    const before = await readCourseFile(repository)
    for (let steps = 1; steps <= 4; steps++) {
      let left = steps
      // A signal that is aborted after so many looks at it.
      const stop = {
        throwIfAborted: () => {
          if (left-- === 0) throw new Error('Ctrl-C')
        },
      } as AbortSignal
      await updateRepository(repository, before, now, { dryRun: false, signal: stop }).catch(() => {})
    }
    await update({ [STUB]: 'better stub', [TEST]: 'better test', 'README.md': 'read me' })
    expect(contents(repository)).toMatchObject({
      [STUB]: 'my work',
      [`${STUB}.new`]: 'better stub',
      [TEST]: 'better test',
      [`${TEST}.yours`]: 'easier test',
      'README.md': 'read me',
    })
    expect(Object.keys(contents(repository))).toHaveLength(6)
  })
})

describe('whatever the student did', () => {
  const name = fc.constantFrom('a.ts', 'b.ts', 'src/c.ts', 'src/d.ts', 'test/e.ts')
  const tree = (text: fc.Arbitrary<string>) => fc.dictionary(name, text, { noNullPrototype: true })

  test('no line of theirs is lost, their files stay, and the rest is the course', async () => {
    const course = fc.constantFrom('1\n', '2\r\n', '3')
    const property = async (
      old: Record<string, string>,
      now: Record<string, string>,
      theirs: Record<string, string>,
    ) => {
      rmSync(repository, { recursive: true, force: true })
      const students = ['a.ts', 'src/c.ts']
      await writeRelease(repository, releaseOf(old, students).files, signal)
      for (const [path, text] of Object.entries(theirs)) put(path, text)
      await update(now, { students })
      const after = contents(repository)
      for (const text of Object.values(theirs))
        if (text.startsWith('mine')) expect(Object.values(after)).toContain(text)
      for (const path of students) if (theirs[path]?.startsWith('mine')) expect(after[path]).toBe(theirs[path])
      for (const [path, text] of Object.entries(now))
        if (!students.includes(path)) expect(after[path].replace('\r', '')).toBe(text.replace('\r', ''))
      expect(await update(now, { students })).toEqual([expect.stringMatching(/^Nothing to do/) as string])
    }
    const mine = fc.constantFrom('mine 1', 'mine 2', '1\n', '2\n')
    await fc.assert(fc.asyncProperty(tree(course), tree(course), tree(mine), property), { numRuns: 60 })
  })
})

describe('nothing outside the repository is ever written', () => {
  let outside: string
  let before: Record<string, string>
  beforeEach(async () => {
    await give()
    outside = join(around, 'outside')
    mkdirSync(outside)
    writeFileSync(join(outside, 'secret.txt'), 'keep me')
    before = contents(outside)
  })

  test('a folder that is a link stops the update before anything is changed', async () => {
    rmSync(join(repository, 'labs/01-eins/test'), { recursive: true })
    symlinkSync(outside, join(repository, 'labs/01-eins/test'), 'junction')
    const repositoryBefore = contents(repository)
    await expect(update({ ...OLD, LICENSE: 'other', [TEST]: 'better test' })).rejects.toThrow(
      `labs/01-eins/test in the student repository is a symbolic link, not a folder, and the course has ${TEST} there. ` +
        'Put a folder in its place and run the update again. Nothing was changed.',
    )
    expect(contents(repository)).toEqual(repositoryBefore)
    expect(contents(outside)).toEqual(before)
  })

  test('files behind a link are not removed', async () => {
    mkdirSync(join(outside, 'test'))
    writeFileSync(join(outside, 'test/über alles.test.ts'), OLD[TEST])
    rmSync(join(repository, 'labs/01-eins'), { recursive: true })
    symlinkSync(outside, join(repository, 'labs/01-eins'), 'junction')
    before = contents(outside)
    expect(await update({ LICENSE: 'MIT\n' })).toEqual([expect.stringMatching(/^Nothing to do/) as string])
    expect(contents(outside)).toEqual(before)
  })

  test.skipIf(onWindows /* links to files need rights there */)('a file that is a link', async () => {
    for (const path of [STUB, TEST, 'LICENSE']) rmSync(join(repository, path))
    symlinkSync(join(outside, 'secret.txt'), join(repository, TEST))
    symlinkSync(join(outside, 'secret.txt'), join(repository, STUB))
    symlinkSync(join(outside, 'not-there.txt'), join(repository, 'LICENSE'))
    await update({ [STUB]: 'better stub', [TEST]: 'better test', LICENSE: 'other' })
    expect(contents(outside)).toEqual(before)
    const secret = `→ ${join(outside, 'secret.txt')}`
    expect(contents(repository)).toMatchObject({
      [STUB]: secret,
      [`${STUB}.new`]: 'better stub',
      [TEST]: 'better test',
      [`${TEST}.yours`]: secret,
      LICENSE: 'other',
    })
  })

  test.skipIf(onWindows)('a link where the second file would go', async () => {
    put(TEST, 'easier test')
    symlinkSync(join(outside, 'secret.txt'), join(repository, `${TEST}.yours`))
    await update({ ...OLD, [TEST]: 'better test' })
    expect(contents(outside)).toEqual(before)
    expect(read(`${TEST}.yours-2`)).toBe('easier test')
  })

  test('a file that has a second name outside', async () => {
    rmSync(join(repository, TEST))
    linkSync(join(outside, 'secret.txt'), join(repository, TEST))
    await update({ ...OLD, [TEST]: 'better test' })
    expect(contents(outside)).toEqual(before)
    expect(read(TEST)).toBe('better test')
  })

  test.skipIf(onWindows /* has no named pipes in folders */)('a named pipe is not waited for', async () => {
    rmSync(join(repository, TEST))
    execFileSync('mkfifo', [join(repository, TEST)])
    await update(OLD)
    expect(read(TEST)).toBe(OLD[TEST])
  })

  test.each([
    '../outside/secret.txt',
    '/etc/hosts',
    'C:/x',
    'a//b',
    './a',
    '.git/config',
    'a/.GIT./hooks',
    'a\\b',
    'a\u0007',
  ])('a course file that names %s is refused', async path => {
    const file = JSON.parse(read('.course.json')) as { files: Record<string, string> }
    file.files[path] = '0'.repeat(64)
    put('.course.json', JSON.stringify(file))
    await expect(update(OLD)).rejects.toThrow(/\.course\.json in ".*" is not right:[^]*git checkout -- \.course\.json/)
    expect(contents(outside)).toEqual(before)
  })

  test('a course file that is broken or gone is a sentence with the fix', async () => {
    put('.course.json', '{ "schema": ')
    await expect(update(OLD)).rejects.toThrow(`.course.json in "${repository}" is not JSON. Bring it back with`)
    rmSync(join(repository, '.course.json'))
    await expect(update(OLD)).rejects.toThrow('it has no file .course.json. Bring the file back from its history')
  })
})

describe('pnpm grade release --update', () => {
  test('keeps the labs that are there, adds those that are asked for, and leaves the work alone', async () => {
    await run(command, ['--out', repository, '--labs', '1'])
    put('labs/01-perceptron/src/perceptron.ts', 'my work')
    put('labs/01-perceptron/main.ts', 'my experiment')
    put('labs/01-perceptron/test/score.test.ts', 'easier')
    const { stdout, code } = await run(command, ['--update', '--out', repository])
    expect(code).toBe(0)
    expect(stdout).toContain(
      '  updated  labs/01-perceptron/test/score.test.ts  (it had been changed: that version is score.test.ts.yours)\n',
    )
    expect(readdirSync(join(repository, 'labs'))).toEqual(['01-perceptron'])

    const more = await run(command, ['--update', '--out', repository, '--labs', '5'])
    expect(more.stdout).toContain('added    labs/05-mnist-mlp/README.md')
    expect(readdirSync(join(repository, 'labs'))).toEqual(['01-perceptron', '05-mnist-mlp'])
    expect(read('labs/01-perceptron/src/perceptron.ts')).toBe('my work')
    expect(read('labs/01-perceptron/main.ts')).toBe('my experiment')
    expect(read('README.md')).toContain('05-mnist-mlp')
    const again = await run(command, ['--update', '--out', repository])
    expect(again.stdout).toMatch(/^Nothing to do/)
  })
})
