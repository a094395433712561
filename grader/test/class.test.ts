import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { StudentResult } from '../src/class/student-result.ts'
import { GRADING, lock } from '../src/lock.ts'
import { isRoot } from '../src/sandbox/tiers/host.ts'
import { HALF, RIGHT, STUB, type TinyCourse, tinyCourse, touchSuite } from './class/tiny-course.ts'

/** `grade class` on a lab of two tests. The suite is real and so is the sandbox; only the lab is small. */

const points = (rows: readonly StudentResult[]) =>
  Object.fromEntries(rows.map(row => [row.student, row.status === 'graded' ? row.points : row.status]))
const read = (course: TinyCourse, ...path: string[]) => readFileSync(join(course.reports, ...path), 'utf8')

describe.concurrent('grade class', () => {
  test('every kind of submission gets its row, whatever the others are', async () => {
    const course = await tinyCourse()
    course.hand('right', RIGHT)
    course.hand('half', `${HALF}console.log('PRINTED')\n`)
    course.hand('stub', STUB)
    course.hand('broken', 'export function double( {')
    course.hand('hostile', 'process.exit(0)')
    mkdirSync(join(course.submissions, 'empty'))
    symlinkSync(join(course.submissions, 'right'), join(course.submissions, 'link'), 'junction')
    writeFileSync(join(course.submissions, 'ada.zip'), '')
    const { rows, report, stderr } = await course.grade()
    expect(points(rows)).toEqual({
      broken: 0,
      empty: 0,
      half: 60,
      hostile: 0,
      link: 'grader-error',
      right: 100,
      stub: 0,
    })
    expect(report.students).toEqual(rows)
    expect(JSON.parse(read(course, 'logs/hostile.json'))).toContainEqual({
      lab: '01-tiny',
      test: 'double/large',
      error: 'SandboxDied: ended the process (exit code 0) before answering',
      stack: '',
    })
    expect(stderr).toContain('Skipped (not student folders): ada.zip\n')
    expect(stderr).toMatch(/^7\/7 {2}.*\d+ of 100.*$|^7\/7 {2}link: grader error/m)

    // What is sent holds the report alone; logs lie elsewhere.
    expect(readdirSync(join(course.reports, 'students/half')).sort()).toEqual(['report.html', 'report.json'])
    for (const file of ['report.html', 'report.json'])
      expect(read(course, 'students/half', file)).not.toMatch(/PRINTED|2000/)
    expect(read(course, 'logs/half.json')).toContain('2000')
    expect(read(course, 'logs/half.json')).toContain('PRINTED')
    expect(readdirSync(course.reports).sort()).toEqual([
      'cache',
      'class.csv',
      'class.html',
      'class.json',
      'history',
      'journal.jsonl',
      'logs',
      'students',
    ])
  })

  test('what has not changed is not run again, and no fault touches its report', async () => {
    const course = await tinyCourse()
    course.hand('ada', RIGHT)
    course.hand('bo', HALF)
    await course.grade()
    const before = read(course, 'students/ada/report.json')
    course.hand('bo', `${HALF}// a second thought\n`)
    await course.grade()
    expect(course.runs().count).toBe(3)
    expect(read(course, 'students/ada/report.json')).toBe(before)

    // A lasting fault costs no points: no score, an earlier report untouched, and the others are graded.
    touchSuite(course.lab)
    course.breakFor(2000, 99)
    const { rows } = await course.grade()
    expect(points(rows)).toEqual({ ada: 'grader-error', bo: 60 })
    expect(course.runs().count, 'three, then three for ada and one for bo').toBe(7)
    expect(read(course, 'students/ada/report.json')).toBe(before)
    expect(read(course, 'class.csv')).toMatch(/^"ada","grader-error",,,,,,.*the suite is broken"\r$/m)
    expect(read(course, 'class.html')).toContain('the hidden test 01-tiny double/large is broken')
    expect(read(course, 'logs/ada.fault.txt')).toContain('RangeError: the suite is broken')
  })

  test('--only failed without a run before it is a sentence', async () => {
    const course = await tinyCourse()
    course.hand('ada', STUB)
    await expect(course.grade({ only: 'failed' })).rejects.toThrow(
      /^There is no earlier result in ".*reports" for --only failed/,
    )
  })

  test('a run can be resumed under its own terms only', async () => {
    const course = await tinyCourse()
    course.hand('ada', STUB)
    await course.grade({ seed: 7 })
    await expect(course.grade({ resume: true })).rejects.toThrow(
      'cannot be resumed: it was started with --seed 7, and now runs without --seed. Leave out --resume to start over; ' +
        'what was already graded with these settings is not graded again.',
    )
    touchSuite(course.lab)
    await expect(course.grade({ resume: true, seed: 7 })).rejects.toThrow(
      'cannot be resumed: the course has changed since then: the points or tests of 01-tiny.',
    )
  })

  test('a folder of reports that cannot be made is a sentence', async () => {
    const course = await tinyCourse()
    course.hand('ada', STUB)
    const reports = join(course.lab.dir, 'lab.json/reports')
    await expect(course.grade({ reports })).rejects.toThrow(
      /reports" cannot be written: .*\(ENOTDIR\).*Another folder can be given with --report/,
    )
  })

  test('two runs never write into the same folder', async () => {
    const course = await tinyCourse()
    course.hand('ada', STUB)
    mkdirSync(course.reports)
    const unlock = await lock(course.reports, GRADING, () => new Date())
    await expect(course.grade()).rejects.toThrow(
      `Another run is grading into "${course.reports}": process ${process.pid}, since `,
    )
    unlock()
    expect(points((await course.grade()).rows)).toEqual({ ada: 0 })
  })

  test.skipIf(isRoot() || process.platform === 'win32' /* may read everything, or has no such bits */)(
    'a folder that cannot be read gets no score',
    async () => {
      const course = await tinyCourse()
      course.hand('ada', RIGHT)
      chmodSync(join(course.submissions, 'ada'), 0)
      const { rows } = await course.grade()
      chmodSync(join(course.submissions, 'ada'), 0o700)
      expect(rows).toMatchObject([{ status: 'grader-error', reason: 'its folder cannot be read (EACCES)' }])
    },
  )

  test.skipIf(process.platform !== 'linux' /* has names that are any bytes */)(
    'a folder whose name is not UTF-8 gets a separate row, and no score',
    async () => {
      const course = await tinyCourse()
      for (const byte of [0xe9, 0xea])
        mkdirSync(Buffer.concat([Buffer.from(join(course.submissions, 'jos')), Buffer.from([byte])]))
      const { rows } = await course.grade()
      expect(points(rows)).toEqual({ 'jos\\xe9': 'grader-error', 'jos\\xea': 'grader-error' })
    },
  )
})
