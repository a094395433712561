import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Report, reportJsonSchema, type Status, STATUSES, WORDS } from '@backprop/report'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { chromium } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import type { GradedLab } from '../src/pipeline/grade-lab.ts'
import { makeReport } from '../src/report/make-report.ts'
import { renderPage } from '../src/report/report-page.ts'
import { renderTable } from '../src/report/terminal.ts'
import { WritableText } from './writable-text.ts'

const CHROMIUM = '/usr/bin/chromium'
const HASH = 'a'.repeat(64)
const NASTY = '<script>alert(1)</script> "&\''
const lab: GradedLab = {
  id: '01-perceptron',
  title: 'One neuron',
  points: 30,
  maxPoints: 100,
  problem: null,
  treeHash: HASH,
  suiteHash: HASH,
  seed: 7,
  unlisted: [],
  alerts: [],
  log: [],
  exercises: [
    {
      id: 'score',
      title: 'The score of a batch',
      points: 30,
      maxPoints: 30,
      status: 'passed',
      tests: [test1('any-shape', 'passed', 30)],
    },
    {
      id: 'predict',
      title: 'From score to class',
      points: 0,
      maxPoints: 70,
      status: 'timeout',
      tests: [test1('signs', 'timeout', 40), test1('ties', 'failed', 30)],
    },
  ],
}

function test1(id: string, status: Status, maxPoints: number) {
  return {
    id,
    status,
    points: status === 'passed' ? maxPoints : 0,
    maxPoints,
    concept: `about ${id}`,
    ms: 5,
    notes: [],
  }
}

const reportOf = (labs: readonly GradedLab[], submission = 'ada') =>
  makeReport({
    submission,
    labs,
    tier: { id: 'A', reason: 'tried' },
    backend: 'plain',
    slowness: 1,
    processor: 'a processor',
    node: 'v26.10.0',
    seed: null,
    gradedAt: new Date('2026-11-21T12:00:00Z'),
  })

describe('report', () => {
  test('the published JSON Schema is the one that reports are checked against', () => {
    const file = join(import.meta.dirname, '../schema/report-v1.schema.json')
    expect(JSON.parse(readFileSync(file, 'utf8')), 'run: pnpm grade schema --write').toEqual(reportJsonSchema())
  })

  test('an independent validator agrees with the schema', () => {
    const validate = new Ajv2020({ formats: { 'date-time': true } }).compile(reportJsonSchema())
    expect(validate(reportOf([lab])), JSON.stringify(validate.errors)).toBe(true)
    expect(validate({ ...reportOf([lab]), points: -1 })).toBe(false)
    expect(validate({ ...reportOf([lab]), extra: true })).toBe(false)
  })

  test('the parts add up', () => {
    expect(reportOf([lab, lab])).toMatchObject({ points: 60, maxPoints: 200 })
  })

  test('two reports of the same grades are the same to the byte', () => {
    expect(JSON.stringify(reportOf([lab]))).toBe(JSON.stringify(reportOf([lab])))
  })

  test('in a terminal it is a table of at most 80 columns', () => {
    const table = renderTable(reportOf([lab]), new WritableText())
    expect(Math.max(...table.split('\n').map(line => line.length))).toBeLessThanOrEqual(80)
    expect(table).toMatchInlineSnapshot(`
      "01-perceptron  One neuron                                           30 / 100
        ✓ The score of a batch                       passed                30 / 30
        ⧖ From score to class                        too slow               0 / 70
            about signs: did not finish in time
            about ties: gave a wrong answer

      30 of 100 points
      Isolation: tier A (tried). Backend: plain."
    `)
  })

  test('visible tests are shown with their words, and said to be feedback', () => {
    const [score, predict] = lab.exercises
    const tests = [{ ...predict.tests[1], message: `is the question "below zero"?\n${'so many words '.repeat(30)}` }]
    const exercises = [score, { ...predict, tests, maxPoints: 30 }]
    const report: Report = { ...reportOf([{ ...lab, maxPoints: 60, exercises }]), suite: 'visible' }
    const table = renderTable(report, new WritableText())
    expect(Math.max(...table.split('\n').map(line => line.length))).toBeLessThanOrEqual(80)
    expect(table).toMatchInlineSnapshot(`
      "01-perceptron  One neuron                                            30 / 60
        ✓ The score of a batch                       passed                30 / 30
        ⧖ From score to class                        too slow               0 / 30
            about ties: gave a wrong answer
              is the question "below zero"?
              so many words so many words so many words so many words so many words so
              many words so many words so many words so many words so many words so
              many words so many words so many words so many words so many words so

      30 of 60 visible tests pass
      Visible tests: feedback, not a grade. The grade comes from hidden tests, which
      try other numbers."
    `)
  })
})

describe('the page of a report', () => {
  const everyStatus = STATUSES.map(status => ({
    id: status,
    title: `An exercise that is ${status}`,
    points: 0,
    maxPoints: 5,
    status,
    tests: [test1('one', status, 5)],
  }))

  test('escapes every word, and asks for nothing from outside', () => {
    const exercises = lab.exercises.map(each => ({
      ...each,
      tests: each.tests.map(test => ({ ...test, message: NASTY, notes: [NASTY] })),
    }))
    const page = renderPage(
      reportOf(
        [
          { ...lab, exercises, problem: NASTY, title: NASTY },
          { ...lab, id: '02-two' },
        ],
        NASTY,
      ),
    )
    expect(page.match(/<script/g), 'the report as data').toHaveLength(1)
    expect(page).toContain('&lt;script&gt;')
    expect(page).not.toMatch(/src=|href=(?!"#)|url\(|@import/)
  })

  test('shows each status with a word and a distinct shape', () => {
    const page = renderPage(reportOf([{ ...lab, exercises: everyStatus }]))
    const shapes = STATUSES.map(status => new RegExp(`<svg class="sign ${status}"[^>]*>(.*?)</svg>`).exec(page)?.[1])
    expect(new Set(shapes).size).toBe(STATUSES.length)
    for (const status of STATUSES) expect(page).toContain(`<span class="word ${status}">${WORDS[status].word}</span>`)
  })

  test('warns of weak isolation, and of what is no grade', () => {
    const report = reportOf([lab])
    expect(renderPage(report)).not.toContain('class="notice"')
    expect(renderPage({ ...report, environment: { ...report.environment, tier: 'C' } })).toContain(
      'Graded with weak isolation, tier C: tried.',
    )
    const visible = renderPage({ ...report, suite: 'visible' })
    expect(visible).toContain('30</strong> of 100 visible tests pass')
    expect(visible).toContain('Visible tests: feedback, not a grade.')
  })

  test('a cause that tests share is said once, above them; each exercise says where to read about it', () => {
    const message = 'there is no function named predict: is it exported?'
    const tests = ['signs', 'ties', 'many'].map(id => ({ ...test1(id, 'error', 1), message }))
    const alone = { ...test1('other', 'error', 1), message: 'of its own' }
    const section = 'labs/01-perceptron/README.md, section “2. From score to class”'
    const exercise = {
      id: 'predict',
      title: 'From score to class',
      section,
      points: 0,
      maxPoints: 4,
      status: 'error' as const,
    }
    const report = reportOf([{ ...lab, exercises: [{ ...exercise, tests: [...tests, alone] }] }])
    const page = renderPage(report).replace(/<script[^]*/, '')
    expect(page.split(message)).toHaveLength(2)
    expect(page).toContain(`<pre class="problem">3 tests ended in an error:\n${message}</pre>`)
    expect(page.split('for the reason given above')).toHaveLength(4)
    expect(page).toContain('<pre>of its own</pre>')
    expect(page).toContain(`<span class="section">Read ${section}</span>`)
    const table = renderTable(report, new WritableText())
    expect(table.replace(/\s+/g, ' ')).toContain(`3 tests ended in an error: ${message}`)
    expect(table.split('is it exported?')).toHaveLength(2)
    expect(table).toContain(`Read ${section}`)
  })

  test('is open where there is something to read', () => {
    const page = renderPage(reportOf([lab]))
    const [passed, late] = page.split('<details').slice(1)
    expect(passed).not.toMatch(/^ ?open/)
    expect(late).toMatch(/^ ?open/)
  })

  test.runIf(existsSync(CHROMIUM))('fits a phone and a sheet of paper', async () => {
    const word = 'Donaudampfschifffahrtsgesellschaftskapitänswitwe'.repeat(4)
    const exercises = everyStatus.map(each => ({ ...each, title: `${each.title} ${word}` }))
    const labs = [lab, { ...lab, id: '02-two', title: word, problem: word.repeat(9), exercises }]
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
    try {
      const page = await browser.newPage({ viewport: { width: 390, height: 800 } })
      const requests: string[] = []
      page.on('request', request => requests.push(request.url()))
      await page.setContent(renderPage(reportOf(labs, word)))
      for (const [media, width] of [
        ['screen', 320],
        ['screen', 390],
        ['print', 700],
      ] as const) {
        await page.emulateMedia({ media })
        await page.setViewportSize({ width, height: 800 })
        const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
        expect(overflow, `${media}, ${width} pixels wide`).toBeLessThanOrEqual(0)
      }
      const hidden = await page.evaluate<string[]>(
        `[...document.querySelectorAll('.title, .points')].filter(e => e.offsetWidth < 20 && e.offsetParent).map(e => e.outerHTML)`,
      )
      expect(hidden, 'squeezed to nothing').toEqual([])
      expect(requests.filter(url => url !== 'about:blank')).toEqual([])
    } finally {
      await browser.close()
    }
  })
})
