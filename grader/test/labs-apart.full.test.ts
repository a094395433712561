import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Report } from '@backprop/report'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runClass } from '../src/class/run-class.ts'
import { gradeCourse } from '../src/pipeline/grade-submission.ts'
import { renderPage } from '../src/report/report-page.ts'
import { renderTable } from '../src/report/terminal.ts'
import { type SmallLab, smallLab } from './small-lab.ts'
import { WritableText } from './writable-text.ts'

/** A lab that cannot be graded takes no other along: that lab has no score, and the others have theirs. */

const suite = (body: string) => `import { exercise, expect } from '@backprop/testkit'
import { submissionTest } from '@backprop/grader/suite'

const test = submissionTest<{ answer(): number[] }>('small')
exercise('small', () => {
  test('first', async ({ student }) => { ${body} })
})
`
const folder = mkdtempSync(join(tmpdir(), 'apart-'))
const [submissions, reports] = [join(folder, 'submissions'), join(folder, 'reports')]
let parts: SmallLab[] = []
const labs = () => parts.map(({ lab }) => lab)

beforeAll(async () => {
  parts = [
    await smallLab(['first'], suite('expect(await student.answer()).toEqual([1])'), '01-good'),
    await smallLab(['first'], suite("void student; throw new TypeError('SECRET is broken')"), '02-broken'),
    await smallLab(['first'], suite('expect((await student.answer())[7].toFixed(1)).toBe("1.0")'), '03-odd'),
  ]
  for (const { lab } of parts) {
    const file = join(submissions, 'ada', 'labs', lab.manifest.id, 'src/small.ts')
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, 'export const answer = (): number[] => [1]\n')
  }
})
afterAll(() => {
  for (const root of [folder, ...parts.map(part => part.root)]) rmSync(root, { recursive: true, force: true })
})

const context = () => {
  const stderr = new WritableText() as unknown as NodeJS.WriteStream & WritableText
  return { stderr, now: () => new Date(0), signal: new AbortController().signal, env: {} }
}

test('grading all of them reports the others, and says which one has no score and why', async () => {
  const io = context()
  const options = { submissionOf: () => join(submissions, 'ada'), name: 'ada', backend: 'plain', draws: { seed: 1 } }
  const { report, labs: logged } = await gradeCourse({ ...options, labs: labs() }, io)
  expect(report.labs.map(({ id, points }) => [id, points])).toEqual([
    ['01-good', 100],
    ['03-odd', 0],
  ])
  expect(report).toMatchObject({ points: 100, maxPoints: 200 })
  expect(report.ungraded).toEqual([{ id: '02-broken', title: 'A small lab', maxPoints: 100 }])
  expect(logged.find(({ id }) => id === '02-broken')?.log[0].error).toContain('SECRET is broken')
  const [table, page] = [renderTable(report, new WritableText()), renderPage(report)]
  expect(table).toContain('100 of 200 points, and no score for 02-broken')
  expect(page).toContain('could not be graded through a fault of the grader')
  expect(io.stderr.text).toMatch(
    /! 03-odd: a hidden test broke on an answer.*small\/first: TypeError: .*small\.test\.ts:\d+/,
  )
  expect(page, 'students do not read what the error says').not.toContain('SECRET')
  expect(io.stderr.text).toContain('✗ 02-broken: no score, because the grader failed: ')
  await expect(gradeCourse({ ...options, labs: labs().slice(1, 2) }, io)).rejects.toThrow('SECRET is broken')
})

test('a row of the class table keeps the scores of the others', async () => {
  const options = { submissions, labs: labs(), jobs: 1, reports, resume: false, only: null, backend: 'plain' }
  const { rows, report } = await runClass(options, context())
  expect(rows).toMatchObject([
    {
      status: 'graded',
      points: 100,
      labs: [
        { id: '01-good', points: 100 },
        { id: '03-odd', points: 0, alerts: [expect.stringMatching(/^small\/first: TypeError/)] },
      ],
      ungraded: [{ id: '02-broken' }],
    },
  ])
  expect(report.students).toHaveLength(1)
  const [csv, page] = ['class.csv', 'class.html'].map(file => readFileSync(join(reports, file), 'utf8'))
  expect(csv).toMatch(/"ada","graded",100,200,100,100,,,0,0,.*02-broken: grader error/)
  expect(page).toContain('1 lab without a score')
  expect(page).toContain('1 hidden test broke on an answer')
  expect(readFileSync(join(reports, 'logs/ada.fault.txt'), 'utf8')).toContain('SECRET is broken')
  expect(
    Report.parse(JSON.parse(readFileSync(join(reports, 'students/ada/report.json'), 'utf8'))).ungraded,
  ).toHaveLength(1)

  const mended = await smallLab(['first'], suite('expect(await student.answer()).toEqual([1])'), '02-broken')
  cpSync(join(mended.lab.dir, 'hidden'), join(labs()[1].dir, 'hidden'), { recursive: true })
  rmSync(mended.root, { recursive: true })
  const again = await runClass({ ...options, only: 'failed' }, context())
  expect(again.rows).toMatchObject([{ points: 200, labs: [{}, { id: '02-broken', points: 100 }, {}] }])
  expect(again.rows[0]).not.toHaveProperty('ungraded')
})
