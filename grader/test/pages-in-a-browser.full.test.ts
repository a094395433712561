import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { score, STATUSES, type Report } from '@backprop/report'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { renderClassPage } from '../src/class/page/class-page.ts'
import { ungradedStudent, gradedStudent } from '../src/class/student-result.ts'
import { findLabs } from '../src/course.ts'
import { renderPage } from '../src/report/report-page.ts'
import { makeReport } from '../src/report/make-report.ts'

/**
 * Both pages, looked at by axe in light and dark: contrast, names, structure. With PAGES=folder their pictures go there.
 */

const CHROMIUM = '/usr/bin/chromium'
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const [lab, second] = await findLabs('all')
const HASH = 'a'.repeat(64)
const AT = new Date('2026-11-21T12:00:00.000Z')

/** A report in which the share of tests that pass, and what became of the others, follow from a number. */
function reportOf(student: string, skill: number): Report {
  const labs = [lab, second].map(({ manifest }, l) => {
    const tests = manifest.exercises.flatMap(({ id, tests: own }) => own.map(test => [id, test.id] as const))
    const outcomes = tests.map(([exercise, test], i) => {
      const passes = ((i * 7 + skill * 3 + l) % 20) / 20 < skill / 10
      const status = passes ? 'passed' : STATUSES[1 + ((i + skill) % (STATUSES.length - 2))]
      return { exercise, test, status, ms: 10 * i, notes: i % 9 === 0 ? ['accuracy 0.9476 on 10000 images'] : [] }
    })
    const problem = skill === 0 && l === 1 ? 'src/layers.ts:3:7: Expected ";" but found "x"' : null
    return { ...score(manifest, outcomes), problem, treeHash: HASH, suiteHash: HASH, seed: 1 }
  })
  return makeReport({
    ...{ submission: student, labs, backend: 'wasm', seed: null, gradedAt: AT },
    tier: { id: skill === 2 ? 'C' : 'A', reason: 'tried: it starts, and closes what it should' },
    seenAt: AT,
    committedAt: new Date(AT.getTime() + (skill - 4) * 3_600_000),
  })
}

const NAMES = ['Ada Obi', 'Zoë Müller', 'بهرام می‌دانم', 'ශ්‍රී', '山田 太郎', 'Team 7', '<b>Bo</b>', 'x'.repeat(90)]
const students = NAMES.map((name, i) => ({ name, outbox: `s${i}`, folder: '', problem: null }))
const reports = students.map(({ name }, i) => reportOf(name, Math.round((10 * i) / (NAMES.length - 1))))
const rows = [
  ...students.map((student, i) =>
    gradedStudent(
      student,
      reports[i],
      [1200 * i, 40].map(ms => ({ ms, alerts: [] })),
    ),
  ),
  ungradedStudent({ ...students[0], name: 'Grace' }, 'the sandbox did not start', AT),
]
const PAGES: Readonly<Record<string, string>> = {
  'report.html': renderPage(reports[4]),
  'report-weak.html': renderPage(reports[1]),
  'report-broken.html': renderPage(reports[0]),
  'class.html': renderClassPage(
    {
      schema: 'backprop/class/v1',
      class: 'Deep learning, autumn',
      labs: [lab, second].map(({ manifest: { id, title } }) => ({ id, title, maxPoints: 100 })),
      environment: { tier: 'A', tierReason: 'tried', backend: 'wasm', node: 'v26.10.0' },
      seed: null,
      writtenAt: AT.toISOString(),
      students: rows,
    },
    [lab, second],
  ),
}

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
}

describe.skipIf(!existsSync(CHROMIUM))('the pages in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
  })
  afterAll(() => browser.close())

  async function open(name: string, colorScheme: 'light' | 'dark'): Promise<Page> {
    const page = await browser.newPage({ colorScheme, viewport: { width: 900, height: 800 } })
    await page.setContent(PAGES[name])
    const { PAGES: folder } = process.env
    if (folder) mkdirSync(folder, { recursive: true })
    if (folder) await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`), fullPage: true })
    return page
  }

  test.each(Object.keys(PAGES).flatMap(name => [[name, 'light'] as const, [name, 'dark'] as const]))(
    '%s, %s: axe finds nothing',
    async (name, colorScheme) => {
      const page = await open(name, colorScheme)
      await page.evaluate(AXE)
      const { violations } = await page.evaluate<{ violations: Violation[] }>('axe.run(document)')
      const found = violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
      )
      expect(found).toEqual([])
      await page.close()
    },
  )
})
