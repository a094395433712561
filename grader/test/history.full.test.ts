import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { carriedBy } from '../src/report/report-page.ts'
import type { TermFiles } from '../src/term/term-rules.ts'
import { HALF, RIGHT, type TinyCourse, tinyCourse, touchSuite } from './class/tiny-course.ts'

/** Every grading of a student is kept, with its report and why it was made. */

const overrides = ({ lab }: TinyCourse, comment = ''): TermFiles => ({
  term: null,
  overrides: {
    file: 'overrides.csv',
    csv: `student,lab,points,reason,by,comment\nbo,1,70,oral exam,B. Turing,${comment}\n`,
  },
  labs: [lab],
})
const read = (course: TinyCourse, path: string) => readFileSync(join(course.reports, 'history', path), 'utf8')
const reports = (course: TinyCourse, student: string) =>
  readdirSync(join(course.reports, 'history', student)).filter(name => /^\d/.test(name))
/** The rows of the page, as texts. */
const rows = (course: TinyCourse, student: string) =>
  [...read(course, `${student}/index.html`).matchAll(/<td>([^]*?)<\/td>/g)]
    .map(([, cell]) =>
      cell
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .flatMap((cell, i, all) => (i % 3 === 0 ? [all.slice(i, i + 3)] : []))

describe.concurrent('the history of a student', () => {
  test('has each grading with its report, why it was made and what changed, and nothing twice', async () => {
    const course = await tinyCourse()
    course.hand('ada', RIGHT)
    course.hand('bo', HALF)
    await course.grade()
    await course.grade()
    course.hand('bo', RIGHT)
    await course.grade()
    await course.grade({ term: overrides(course) })
    await course.grade({ term: overrides(course, 'well said') })
    await course.grade({ only: 'ada' })
    touchSuite(course.lab)
    await course.grade()
    expect(rows(course, 'bo')).toEqual([
      ['100 / 100', 'the tests or their points changed', ''],
      ['100 / 100', 'an override', '01-tiny 70 → 100 (+30)'],
      ['70 / 100', 'a comment, or the reason for an override or an extension', ''],
      ['70 / 100', 'an override', '01-tiny 100 → 70 (−30)'],
      ['100 / 100', 'other files', '01-tiny 60 → 100 (+40) double/large: failed → passed'],
      ['60 / 100', 'the first grading', ''],
    ])
    expect(rows(course, 'ada').map(([, why]) => why)).toEqual([
      'the tests or their points changed',
      'the first grading',
    ])
    expect(reports(course, 'bo')).toHaveLength(6)
    expect(carriedBy(read(course, 'bo/0001.html')), 'the report as it was').toContain('"points":60')
    expect(read(course, 'bo/0006.html')).toBe(readFileSync(join(course.reports, 'students/bo/report.html'), 'utf8'))

    const page = readFileSync(join(course.reports, 'class.html'), 'utf8')
    expect(page).toContain('<a href="history/bo/index.html" aria-label="6, of bo">6</a>')
    for (const [, link] of read(course, 'bo/index.html').matchAll(/href="([^"]+)"/g))
      expect(existsSync(join(course.reports, 'history/bo', link)), link).toBe(true)
  })

  test('says that the grader failed, and keeps what this version cannot read', async () => {
    const course = await tinyCourse()
    course.hand('bo', HALF)
    course.breakFor(1000, 9)
    await course.grade()
    const file = join(course.reports, 'history/bo/gradings.jsonl')
    const first = readFileSync(file, 'utf8')
    writeFileSync(file, `${first}{"of":"another version"}\n`)
    course.breakFor(1000, 0)
    await course.grade({ only: 'failed' })
    expect(rows(course, 'bo').map(([, why]) => why)).toEqual(['the grader failed, now or before', 'the first grading'])
    expect(rows(course, 'bo')[1][0]).toMatch(/^no score: /)
    expect(readFileSync(file, 'utf8').startsWith(`${first}{"of":"another version"}\n`)).toBe(true)
    expect(reports(course, 'bo')).toEqual(['0003.html'])
  })
})
