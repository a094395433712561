import { generateKeyPairSync } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Report } from '@backprop/report'
import { parse } from 'csv-parse/sync'
import { describe, expect, test } from 'vitest'
import { Changes } from '../src/class/changes.ts'
import { Fetched, writeFetched } from '../src/class/fetched.ts'
import { isGraded } from '../src/class/student-result.ts'
import { renderPage } from '../src/report/report-page.ts'
import { readPeople } from '../src/roster/people.ts'
import { openReport } from '../src/signing/read.ts'
import { signatureFault } from '../src/signing/sign.ts'
import { readTerm } from '../src/term/term-file.ts'
import type { TermFiles } from '../src/term/term-rules.ts'
import { HALF, RIGHT, type TinyCourse, tinyCourse, touchSuite } from './class/tiny-course.ts'

/** `grade class` with deadlines and overrides: the stage after grading. */

const TERM = `zone: Europe/Berlin
late: { percentPerDay: 10 }
labs:
  01-tiny: { due: 2026-11-30T23:59 }
`
const HEADER = 'student,lab,exercise,points,status,reason,by,comment\n'

const files = ({ lab }: TinyCourse, yaml: string | null, ...overrides: string[]): TermFiles => ({
  term: yaml === null ? null : readTerm(yaml, 'term.yaml', [lab]),
  overrides: { file: 'overrides.csv', csv: HEADER + overrides.join('\n') },
  labs: [lab],
})

/** Says that "grade fetch" first saw a submission then. */
async function seenAt(course: TinyCourse, times: Readonly<Record<string, string>>): Promise<void> {
  const nothing = { branch: null, before: null, committedAt: null, leftOut: { count: 0, first: [] }, problem: null }
  await writeFetched(course.submissions, {
    schema: 'backprop/fetch/v1',
    fetchedAt: '2026-12-01T00:00:00Z',
    submissions: Object.entries(times).map(([name, seenAt]) => ({
      ...{
        name,
        seenAt,
        repository: 'https://github.com/uni/x',
        status: 'changed',
        commit: 'a'.repeat(40),
        ...nothing,
      },
    })),
  })
}

const reportOf = (course: TinyCourse, student: string) =>
  Report.parse(JSON.parse(readFileSync(join(course.reports, 'students', student, 'report.json'), 'utf8')))
const pageOf = (course: TinyCourse, student: string) =>
  readFileSync(join(course.reports, 'students', student, 'report.html'), 'utf8')
const csvOf = (course: TinyCourse) =>
  parse<Record<string, string>>(readFileSync(join(course.reports, 'class.csv'), 'utf8'), { bom: true, columns: true })
const changesOf = (course: TinyCourse) =>
  Changes.parse(JSON.parse(readFileSync(join(course.reports, 'changes.json'), 'utf8')))

async function lateClass(): Promise<TinyCourse> {
  const course = await tinyCourse()
  course.hand('ada', RIGHT)
  course.hand('bo', HALF)
  await seenAt(course, { ada: '2026-11-30T20:00:00.000Z', bo: '2026-12-02T01:59:00.000Z' })
  return course
}

describe.concurrent('grade class with a term', () => {
  test('shows tests, override, lateness and what counts in every report', async () => {
    const course = await lateClass()
    const term = files(
      course,
      TERM,
      'bo,1,double,80,,"large numbers, nearly",B. Turing,see line 1',
      'ada,1,,,,,B. Turing,nice',
    )
    const { report, rows } = await course.grade({ term })
    expect(rows.filter(isGraded).map(({ points, finalPoints }) => [points, finalPoints])).toEqual([
      [100, 100],
      [60, 64],
    ])
    expect(report.students).toEqual(rows)

    const bo = reportOf(course, 'bo')
    expect(bo).toMatchObject({ points: 60, finalPoints: 64, labs: [{ points: 60, final: { points: 64 } }] })
    const page = pageOf(course, 'bo')
    for (const words of [
      '<strong>64</strong> of 100 points, 60 by the tests',
      'Tests: 60',
      'Doubling: 80 instead of 60, by hand (B. Turing): large numbers, nearly',
      'Handed in 1 day 3 h late: 2 days × 10 % of 80 = −16',
      'Counts: 64',
      '“B. Turing: see line 1”',
    ])
      expect(page).toContain(words)
    expect(pageOf(course, 'ada')).toContain('“B. Turing: nice”')
    expect(renderPage(bo), 'the page shows what the report says').toBe(page)

    const [, row] = csvOf(course)
    expect(row).toMatchObject({
      ...{ points: '60', final_points: '64', '01-tiny': '60', '01-tiny late': '-16', '01-tiny override': '20' },
      ...{ '01-tiny final': '64', '01-tiny/double': '60' },
    })
    expect(row.remark).toContain('2 days × 10 % of 80 = −16')
    const classPage = readFileSync(join(course.reports, 'class.html'), 'utf8')
    expect(classPage).toContain('<bdi>bo</bdi> 01-tiny: 60 → <b>64</b> of 100')
  })

  test('what was graded before gets new points without being graded again, and loses them with the line', async () => {
    const course = await lateClass()
    await course.grade()
    const before = readFileSync(join(course.reports, 'students/bo/report.json'), 'utf8')
    expect(csvOf(course)[0]).not.toHaveProperty('final_points')
    const term = files(course, null, 'bo,1,,70,,oral exam,B. Turing,')
    const { changes, rows } = await course.grade({ only: 'ada', term })
    expect(rows.map(({ student }) => student)).toEqual(['ada'])
    expect(reportOf(course, 'bo')).toMatchObject({ points: 60, finalPoints: 70 })
    expect(changes?.changes).toEqual([
      {
        ...{ student: 'bo', lab: '01-tiny', from: 60, to: 70, fromTests: 60, toTests: 60 },
        ...{ why: ['override'], tests: [] },
      },
    ])
    await course.grade({ only: 'ada' })
    expect(readFileSync(join(course.reports, 'students/bo/report.json'), 'utf8')).toBe(before)
    expect(course.runs().count, 'only the first run has graded').toBe(2)
  })

  test('a regrade keeps an override, says what it costs now, and who gained by which test', async () => {
    const course = await lateClass()
    const term = files(course, null, 'bo,1,,70,,oral exam,B. Turing,')
    await course.grade({ term })
    course.hand('bo', RIGHT)
    const { rows, changes } = await course.grade({ term })
    expect(rows.filter(isGraded)[1]).toMatchObject({ points: 100, finalPoints: 70 })
    expect(changes?.changes, 'the override hides the gain').toEqual([])
    const page = readFileSync(join(course.reports, 'class.html'), 'utf8')
    expect(page).toContain('bo: 01-tiny: the override gives 70 and now costs 30 points: without it, 100 count')
    await course.grade()
    expect(changesOf(course).changes).toMatchObject([{ student: 'bo', from: 70, to: 100, why: ['override'] }])
  })

  test('changes name the tests, and the files or the suite as the reason', async () => {
    const course = await lateClass()
    await course.grade()
    course.hand('bo', RIGHT)
    await course.grade()
    expect(changesOf(course)).toMatchObject({ baseline: 'last run' })
    expect(changesOf(course).changes).toEqual([
      {
        ...{ student: 'bo', lab: '01-tiny', from: 60, to: 100, fromTests: 60, toTests: 100, why: ['files'] },
        tests: [{ exercise: 'double', test: 'large', from: 'failed', to: 'passed' }],
      },
    ])
    const text = readFileSync(join(course.reports, 'changes.txt'), 'utf8')
    expect(text).toMatch(/^1 gained, 0 lost since .* UTC \(the last run\)\n/)
    expect(text).toContain('bo  01-tiny  60 → 100 (+40)  other files\n    double/large: failed → passed\n')
    expect(readFileSync(join(course.reports, 'class.html'), 'utf8')).toContain('double/large: failed → passed')
  })

  test('another suite is no reason where every test came out as before', async () => {
    const course = await lateClass()
    await course.grade()
    touchSuite(course.lab)
    const { changes } = await course.grade({ term: files(course, TERM) })
    expect(changes?.changes).toEqual([
      {
        ...{ student: 'bo', lab: '01-tiny', from: 60, to: 48, fromTests: 60, toTests: 60 },
        ...{ why: ['deadline'], tests: [] },
      },
    ])
  })

  test('a student whose folder is gone, or whom the grader fails, is among the changes', async () => {
    const course = await lateClass()
    await course.grade()
    rmSync(join(course.submissions, 'ada'), { recursive: true })
    course.breakFor(1000, 9)
    touchSuite(course.lab)
    const { changes } = await course.grade()
    expect(changes?.changes.map(({ student, from, to, why }) => [student, from, to, why])).toEqual([
      ['bo', 60, null, ['fault']],
      ['ada', 100, null, ['gone']],
    ])
    expect(readFileSync(join(course.reports, 'changes.txt'), 'utf8')).toContain(
      'ada  01-tiny  100 → no score  the folder is not there any more\n',
    )
  })

  test('a mistake in a file of the term stops the run before anything is graded', async () => {
    const course = await lateClass()
    const term = files(course, null, 'boo,1,,70,,oral exam,B. Turing,')
    await expect(course.grade({ term })).rejects.toThrow('line 2: "boo" is no student or team of this class')
    expect(course.runs().count).toBe(0)
  })

  test('a lab is late by its own files, not by the newest commit of the repository', async () => {
    const course = await lateClass()
    const { report } = await course.grade({ term: files(course, TERM) })
    const [, bo] = report.students.filter(isGraded)
    expect(bo.finalPoints).toBe(48)
    const { treeHash } = bo.labs[0]
    const record = Fetched.parse(JSON.parse(readFileSync(join(course.submissions, 'fetch.json'), 'utf8')))
    for (const [hash, points] of [
      [treeHash ?? '', 60],
      ['b'.repeat(64), 48],
    ] as const) {
      const work = { lab: '01-tiny', treeHash: hash, at: '2026-11-30T20:00:00.000Z', evidence: 'seen' } as const
      await writeFetched(course.submissions, {
        ...record,
        submissions: record.submissions.map(each => ({ ...each, works: [work] })),
      })
      await course.grade({ term: files(course, TERM) })
      expect(reportOf(course, 'bo').finalPoints).toBe(points)
    }
  })

  test('an extension in the roster counts', async () => {
    const course = await lateClass()
    const roster = readPeople('name,extension\nada,\nbo,2 days\n')
    await course.grade({ term: files(course, TERM), roster })
    expect(reportOf(course, 'bo').labs[0].final).toMatchObject({ points: 60, late: { days: 0 } })
  })

  test('signed reports are signed with what counts', async () => {
    const course = await lateClass()
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const file = join(course.submissions, '../key')
    writeFileSync(file, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 })
    await course.grade({ term: files(course, TERM) }, { env: { BACKPROP_SIGNING_KEY: file } })
    const { report } = await openReport(join(course.reports, 'students/bo/report.html'))
    expect(report.finalPoints).toBe(48)
    expect(signatureFault(report, publicKey)).toBeNull()
  })
})
