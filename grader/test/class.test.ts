import { createPublicKey } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { lock } from '../src/lock.ts'
import type { Row } from '../src/class/student-result.ts'
import type { ClassOptions } from '../src/class/run-class.ts'
import { isRoot } from '../src/sandbox/tiers/host.ts'
import { keyId, makeKeys } from '../src/signing/keys.ts'
import { readReport } from '../src/signing/read.ts'
import { signatureFault } from '../src/signing/sign.ts'
import { timeless } from './class/timeless.ts'
import { HALF, RIGHT, STUB, tinyCourse, touchSuite, type TinyCourse } from './class/tiny-course.ts'

/** `grade class` on a lab of two tests. The suite is real and so is the sandbox; only the lab is small. */

const points = (rows: readonly Row[]) =>
  Object.fromEntries(rows.map(row => [row.student, row.status === 'graded' ? row.points : row.status]))
const read = (course: TinyCourse, ...path: string[]) => readFileSync(join(course.reports, ...path), 'utf8')

describe.concurrent('grade class', { timeout: 120_000 }, () => {
  test('every kind of submission gets its row, whatever the others are', async () => {
    const course = await tinyCourse()
    course.hand('right', RIGHT)
    course.hand('half', HALF)
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
    expect(stderr).toContain('Left out, for they are no folders of students: ada.zip\n')
    expect(stderr).toMatch(/^7\/7 {2}.*\d+ of 100.*$|^7\/7 {2}link: grader error/m)
  })

  test('what is sent holds the report alone; logs lie elsewhere', async () => {
    const course = await tinyCourse()
    course.hand('half', `${HALF}console.log('PRINTED')\n`)
    await course.grade()
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
      'journal.jsonl',
      'logs',
      'students',
    ])
  })

  test('two gradings of the same submission differ in nothing but times', async () => {
    const course = await tinyCourse()
    course.hand('half', HALF)
    const texts: string[][] = []
    for (const reports of [course.reports, `${course.reports}-again`]) {
      await course.grade({ reports })
      const files = [
        'students/half/report.json',
        'students/half/report.html',
        'logs/half.json',
        'class.csv',
        'class.json',
      ]
      texts.push(files.map(file => timeless(readFileSync(join(reports, file), 'utf8'))))
    }
    expect(course.runs().count).toBe(2)
    expect(texts[1]).toEqual(texts[0])
  })

  test('what has not changed is not run again, and its report stays the same to the byte', async () => {
    const course = await tinyCourse()
    course.hand('ada', RIGHT)
    course.hand('bo', HALF)
    await course.grade()
    const before = read(course, 'students/ada/report.json')
    course.hand('bo', `${HALF}// a second thought\n`)
    await course.grade()
    expect(course.runs().count).toBe(3)
    expect(read(course, 'students/ada/report.json')).toBe(before)
  })

  test('what depends on the machine of the moment is not remembered: too slow one day, graded the next', async () => {
    const course = await tinyCourse()
    course.hand('slow', 'export const double = (x: number) => { while (x > 100) {} return 2 * x }\n')
    course.hand('wrong', HALF)
    for (const runs of [2, 3]) {
      expect(points((await course.grade()).rows)).toEqual({ slow: 60, wrong: 60 })
      expect(course.runs().count).toBe(runs)
    }
  })

  test('another seed, another suite, another folder and a damaged cache mean another run', async () => {
    const course = await tinyCourse()
    course.hand('ada', RIGHT)
    const runsOf = async (options?: Partial<ClassOptions>) => {
      const { count } = course.runs()
      expect(points((await course.grade(options)).rows)).toEqual({ ada: 100 })
      return course.runs().count - count
    }
    expect([await runsOf(), await runsOf()]).toEqual([1, 0])
    expect([await runsOf({ seed: 7 }), await runsOf({ seed: 7 })]).toEqual([1, 0])
    expect(await runsOf({ reports: `${course.reports}-2` })).toBe(1)
    damage(join(course.reports, 'cache'))
    expect(await runsOf()).toBe(1)
    touchSuite(course.lab)
    expect(await runsOf()).toBe(1)
  })

  test('no more submissions are graded at once than there are jobs', async () => {
    const course = await tinyCourse()
    for (const name of ['a', 'b', 'c', 'd']) course.hand(name, `${RIGHT}// ${name}\n`)
    await course.grade({ jobs: 1 })
    expect(course.runs()).toEqual({ count: 4, together: 1 })
  })

  test('a fault of ours that passes is tried again; a failure of the student is not', async () => {
    const course = await tinyCourse()
    course.hand('ada', RIGHT)
    course.hand('bo', 'export const double = (x: number) => (x < 100 ? 2 * x : process.exit(1))\n')
    course.breakFor(2000, 2)
    const { rows } = await course.grade()
    expect(points(rows)).toEqual({ ada: 100, bo: 60 })
    expect(course.runs().count, 'three times for ada, once for bo').toBe(4)
  })

  test('a fault that stays costs nobody a point: no score, an earlier report untouched, and the others are graded', async () => {
    const course = await tinyCourse()
    course.hand('ada', RIGHT)
    course.hand('bo', HALF)
    await course.grade()
    const earlier = read(course, 'students/ada/report.json')
    touchSuite(course.lab)
    course.breakFor(2000, 99)
    const { rows } = await course.grade()
    expect(points(rows)).toEqual({ ada: 'grader-error', bo: 60 })
    expect(course.runs().count, 'two, then three for ada and one for bo').toBe(6)
    expect(read(course, 'students/ada/report.json')).toBe(earlier)
    expect(read(course, 'class.csv')).toMatch(/^"ada","grader-error",,,,,,.*the suite is broken"\r$/m)
    expect(read(course, 'class.html')).toContain('the hidden test 01-tiny double/large is broken')
    expect(read(course, 'logs/ada.fault.txt')).toContain('RangeError: the suite is broken')
  })

  test('--only failed grades those alone who have no score, and keeps the others in the table', async () => {
    const course = await tinyCourse()
    course.hand('ada', RIGHT)
    course.hand('bo', HALF)
    course.breakFor(2000, 99)
    await course.grade()
    course.breakFor(2000, 0)
    course.hand('bo', RIGHT)
    const { rows, report } = await course.grade({ only: 'failed' })
    expect(points(rows)).toEqual({ ada: 100 })
    expect(points(report.students)).toEqual({ ada: 100, bo: 60 })
    expect(existsSync(join(course.reports, 'logs/ada.fault.txt'))).toBe(false)
    expect((await course.grade({ only: 'failed' })).rows).toEqual([])
  })

  test('--only changed grades those whose files or whose suite is another', async () => {
    const course = await tinyCourse()
    course.hand('ada', RIGHT)
    course.hand('bo', HALF)
    course.hand('stub', STUB)
    await course.grade()
    expect((await course.grade({ only: 'changed' })).rows).toEqual([])
    course.hand('bo', RIGHT)
    course.hand('new', HALF)
    const { rows, report } = await course.grade({ only: 'changed' })
    expect(points(rows)).toEqual({ bo: 100, new: 60 })
    expect(points(report.students)).toEqual({ ada: 100, bo: 100, new: 60, stub: 0 })
    touchSuite(course.lab)
    expect(points((await course.grade({ only: 'changed' })).rows)).toEqual({ ada: 100, bo: 100, new: 60, stub: 0 })
  })

  test('--only with a name grades that student, as a shell completes it too', async () => {
    const course = await tinyCourse()
    course.hand('Zoë', HALF)
    course.hand('failed', STUB)
    expect(points((await course.grade({ only: 'Zoë'.normalize('NFD') })).rows)).toEqual({ Zoë: 60 })
    expect(points((await course.grade({ only: './failed/' })).rows)).toEqual({ failed: 0 })
    await expect(course.grade({ only: 'zoe' })).rejects.toThrow(
      '--only takes failed, changed or the name of a student\'s folder, and there is no folder "zoe".',
    )
  })

  test('--only failed without a run before it is a sentence', async () => {
    const course = await tinyCourse()
    course.hand('ada', STUB)
    await expect(course.grade({ only: 'failed' })).rejects.toThrow(/^There is no earlier result in ".*reports" that/)
  })

  test('a run can be resumed under its own terms only', async () => {
    const course = await tinyCourse()
    course.hand('ada', STUB)
    await course.grade({ seed: 7 })
    await expect(course.grade({ resume: true })).rejects.toThrow(
      'cannot be resumed: it was begun with --seed 7, and now it is without --seed. Leave out --resume to begin anew; ' +
        'what was graded under the present terms is not graded again.',
    )
    touchSuite(course.lab)
    await expect(course.grade({ resume: true, seed: 7 })).rejects.toThrow(
      'cannot be resumed: the course has changed since then: the points or tests of 01-tiny.',
    )
  })

  test('a run is resumed with the key that it was begun with, or not at all', async () => {
    const course = await tinyCourse()
    course.hand('ada', STUB)
    const [first, second] = [makeKeys(), makeKeys()].map(({ privatePem, publicPem }) => ({
      env: { BACKPROP_SIGNING_KEY: privatePem },
      id: keyId(createPublicKey(publicPem)).slice(0, 16),
    }))
    await course.grade({}, first)
    await expect(course.grade({ resume: true })).rejects.toThrow(
      `cannot be resumed: its reports are signed with key ${first.id}, and BACKPROP_SIGNING_KEY is not set: set it to that key. `,
    )
    await expect(course.grade({ resume: true }, second)).rejects.toThrow(
      `cannot be resumed: its reports are signed with key ${first.id}, and BACKPROP_SIGNING_KEY holds ${second.id}: set it to the first. `,
    )
    await expect(course.grade({ only: 'ada' })).rejects.toThrow('Nothing can be added to the results')
    await course.grade({ resume: true }, first)
    await course.grade()
    await expect(course.grade({ resume: true }, first)).rejects.toThrow(
      `cannot be resumed: it was begun without a key, and now BACKPROP_SIGNING_KEY holds ${first.id}, which would sign only a part: unset it. `,
    )
  })

  test('an abort keeps what is done, and a resume does the rest alone', async () => {
    const course = await tinyCourse()
    for (const name of ['a', 'b', 'c', 'd']) course.hand(name, `${RIGHT}// ${name}\n`)
    const stop = new AbortController()
    const done = () => (existsSync(journal) ? readFileSync(journal, 'utf8').split('{"row"').length - 1 : 0)
    const journal = join(course.reports, 'journal.jsonl')
    const watch = setInterval(() => done() >= 2 && stop.abort(), 5)
    await expect(course.grade({ jobs: 1 }, { signal: stop.signal })).rejects.toThrow()
    clearInterval(watch)
    expect(existsSync(join(course.reports, 'class.csv')), 'no table of half a class').toBe(false)
    const kept = done()
    const { rows, stderr } = await course.grade({ resume: true })
    expect(points(rows)).toEqual({ a: 100, b: 100, c: 100, d: 100 })
    expect(stderr.match(/^\d\/4/gm), 'told of the rest alone').toHaveLength(4 - kept)
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
    const unlock = await lock(course.reports)
    await expect(course.grade()).rejects.toThrow(
      `Another run is grading into "${course.reports}": process ${process.pid}, since `,
    )
    unlock()
    expect(points((await course.grade()).rows)).toEqual({ ada: 0 })
  })

  test('whoever waits longest comes first', async () => {
    const course = await tinyCourse()
    for (const name of ['a', 'b', 'c']) course.hand(name, STUB)
    await course.grade({ only: 'b' })
    const { stderr } = await course.grade({ jobs: 1 })
    expect(stderr.match(/^\d\/3 {2}./gm)).toEqual(['1/3  a', '2/3  c', '3/3  b'])
  })

  test('with a key configured, every report is signed', async () => {
    const course = await tinyCourse()
    course.hand('ada', HALF)
    const { privatePem, publicPem } = makeKeys()
    await course.grade({}, { env: { BACKPROP_SIGNING_KEY: privatePem } })
    const report = await readReport(join(course.reports, 'students/ada/report.json'))
    expect(signatureFault(report, createPublicKey(publicPem))).toBeNull()
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
    'a folder whose name is no text gets a row of its own, and no score',
    async () => {
      const course = await tinyCourse()
      for (const byte of [0xe9, 0xea])
        mkdirSync(Buffer.concat([Buffer.from(join(course.submissions, 'jos')), Buffer.from([byte])]))
      const { rows } = await course.grade()
      expect(points(rows)).toEqual({ 'jos\\xe9': 'grader-error', 'jos\\xea': 'grader-error' })
    },
  )
})

function damage(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    writeFileSync(file, readFileSync(file, 'utf8').replace('"points":100', '"points":999'))
  }
}
