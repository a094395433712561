import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { proveWritable } from '@backprop/files'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { gradeClass } from '../src/cli/class-command.ts'
import type { Command } from '../src/cli/command.ts'
import { fetch } from '../src/cli/fetch-command.ts'
import { grade } from '../src/cli/grade-command.ts'
import { keygen } from '../src/cli/keygen-command.ts'
import { release } from '../src/cli/release-command.ts'
import { COURSE_ROOT, findLabs } from '../src/course.ts'
import { inWords } from '../src/errors.ts'
import { expectedStubs } from '../src/intake/stubs.ts'
import { isRoot } from '../src/sandbox/tiers/host.ts'
import { run } from './running.ts'

/** Disks that are full, read-only or not there: a sentence with the fix, before anything is done. */

const root = mkdtempSync(join(tmpdir(), 'disks ö '))
chmodSync(root, 0o755) // as a temporary folder for root it must be open to the user `nobody`
const mounted: string[] = []
const submission = join(root, 'submission')
const roster = join(root, 'roster.csv')
beforeAll(async () => {
  const [lab] = await findLabs('1')
  for (const [file, text] of await expectedStubs(lab)) {
    mkdirSync(join(submission, 'src'), { recursive: true })
    writeFileSync(join(submission, file), text)
  }
  writeFileSync(roster, 'name,repository\nAda,ada/labs\n')
})
afterAll(() => {
  for (const folder of mounted) execFileSync('umount', [folder])
  rmSync(root, { recursive: true, force: true })
})

/** A disk in memory. Null where this user may make none: what needs one is skipped. */
function disk(name: string, size: string): string | null {
  const folder = join(root, name)
  try {
    mkdirSync(folder)
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' })
    mounted.push(folder)
    return folder
  } catch {
    return null
  }
}

const PAGE = 4096
function fullDisk(): string | null {
  const folder = disk('full', '64k')
  if (folder) writeFileSync(join(folder, 'all of it'), Buffer.alloc(16 * PAGE))
  return folder
}
function readOnlyDisk(): string | null {
  const folder = disk('read only', '64k')
  if (folder) execFileSync('mount', ['-o', 'remount,ro', folder])
  return folder
}
function forbidden(): string | null {
  const folder = join(root, 'forbidden')
  mkdirSync(folder, { mode: 0o500 })
  return isRoot() || process.platform === 'win32' ? null : folder // root may write everywhere
}
function file(): string {
  writeFileSync(join(root, 'file'), '')
  return join(root, 'file')
}
function dangling(): string {
  symlinkSync(join(root, 'nowhere/at/all'), join(root, 'dangling'))
  return join(root, 'dangling')
}

const BAD = [
  ['a full disk', fullDisk(), /the disk is full \(ENOSPC\)\. Make room on it/],
  ['a read-only disk', readOnlyDisk(), /read-only \(EROFS\)/],
  ['a folder without permission', forbidden(), /no permission \(EACCES\)/],
  ['a file', file(), /\((ENOTDIR|EEXIST)\)|is a file/],
  ['a link to nowhere', dangling(), /ENOENT|EEXIST/],
] as const

const WRITERS: Readonly<Record<string, (folder: string) => readonly [Command, readonly string[]]>> = {
  grade: folder => [grade, ['1', '--submission', submission, '--report', folder]],
  'grade --suite visible': folder => [
    grade,
    ['1', '--submission', submission, '--report', folder, '--suite', 'visible'],
  ],
  class: folder => [gradeClass, ['--submissions', root, '--labs', '1', '--report', folder]],
  fetch: folder => [fetch, ['--roster', roster, '--out', folder]],
  release: folder => [release, ['--labs', '1', '--out', join(folder, 'release')]],
  keygen: folder => [keygen, ['--out', join(folder, 'key')]],
}

describe.each(BAD)('%s', (_, folder, why) => {
  test.skipIf(folder === null /* no such disk can be made here */).each(Object.entries(WRITERS))(
    'ends pnpm grade %s with a sentence before anything is done',
    async (__, writer) => {
      const [command, args] = writer(folder ?? '')
      const error: unknown = await run(command, args).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(Error)
      expect(inWords(error)).toMatch(why)
      expect(inWords(error)).not.toMatch(/bug|\n/)
    },
  )
})

describe('a temporary folder', () => {
  test.each([
    [
      'that is not there',
      join(root, 'nowhere'),
      /^The temporary folder ".*nowhere" cannot be used \(ENOENT\)\. Set the/,
    ],
    ['that is a file', join(root, 'file'), /^The temporary folder ".*" cannot be used \(ENOTDIR\)\. Set the/],
  ])('%s ends a grading before it begins', async (_, folder, why) => {
    vi.stubEnv('TMPDIR', folder)
    const error: unknown = await run(grade, ['1', '--submission', submission, '--report', join(root, 'r')])
      .catch((thrown: unknown) => thrown)
      .finally(() => vi.unstubAllEnvs())
    expect(inWords(error)).toMatch(why)
  })

  const small = disk('small', '128k')
  test.skipIf(small === null)('that is full ends a grading before it begins', async () => {
    vi.stubEnv('TMPDIR', small ?? '')
    const error: unknown = await run(grade, ['1', '--submission', submission, '--report', join(root, 'r')])
      .catch((thrown: unknown) => thrown)
      .finally(() => vi.unstubAllEnvs())
    expect(inWords(error)).toMatch(/the disk is full \(ENOSPC\).*TMPDIR names another one\.$/)
    expect(readdirSync(small ?? ''), 'nothing is left').toEqual([])
  })
})

const grown = disk('grown', '600k')
test.skipIf(grown === null)('a class whose disk fills up stops, says how to resume, and resumes', async () => {
  const submissions = join(root, 'class')
  for (let i = 0; i < 40; i++) {
    mkdirSync(join(submissions, `s${i}`), { recursive: true })
    symlinkSync(join(submission, 'src'), join(submissions, `s${i}`, 'src'))
  }
  const reports = join(grown ?? '', 'reports')
  const args = ['--submissions', submissions, '--labs', '1', '--report', reports, '--backend', 'plain']
  let said = ''
  const error: unknown = await run(gradeClass, args, { onStderr: text => (said += text) }).catch(
    (thrown: unknown) => thrown,
  )
  expect(inWords(error)).toMatch(/ENOSPC/)
  expect(`${said}${inWords(error)}`).toContain('--resume')
  execFileSync('mount', ['-o', 'remount,size=16m', grown ?? ''])
  const { stdout } = await run(gradeClass, [...args, '--resume'])
  expect(stdout).toContain('40 of 40 graded.')
  expect(readFileSync(join(reports, 'journal.jsonl'), 'utf8').split('{"row"')).toHaveLength(41)
})

test('to prove that a folder can be written leaves nothing behind', async () => {
  await proveWritable(join(root, 'new/a/b'))
  expect(existsSync(join(root, 'new'))).toBe(false)
  await proveWritable(submission)
  expect(readdirSync(submission)).toEqual(['src'])
})

test.runIf(process.platform === 'linux')('a place where no folder can be made is refused immediately', async () => {
  await expect(proveWritable('/proc/reports/today')).rejects.toThrow(/ENOENT/)
})

test('the output of a command may end early, or on a full disk', () => {
  const shell = (script: string) =>
    execFileSync('bash', ['-c', script], { cwd: COURSE_ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  const program = `"${process.execPath}" packages/launch/launch.mjs grader/src/pnpm-grade.ts schema report`
  expect(shell(`${program} 2>&1 | head -c 1; echo " \${PIPESTATUS[0]}"`)).toBe('{ 0\n')
  if (process.platform === 'linux')
    expect(shell(`${program} 2>&1 >/dev/full; echo $?`)).toMatch(/^The output cannot be written: ENOSPC.*\n2\n$/)
})
