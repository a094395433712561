import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { renderClassPage } from '../src/class/html/class-page.ts'
import { renderHistory } from '../src/class/html/history-page.ts'
import { pastOf } from '../src/class/past-gradings.ts'
import { findLabs } from '../src/course.ts'
import { renderPage } from '../src/report/report-page.ts'
import { madeUpClass, madeUpReport } from './class/made-up-report.ts'
import { similarPage } from './similar/page.ts'

/**
 * The pages, checked by axe in light and dark, on a phone and on a wide screen: contrast, names, structure. With PAGES=folder
 * their pictures go there.
 */

const CHROMIUM = '/usr/bin/chromium'
/** How long a browser may take to start on a busy machine. */
const SOON = { timeout: 120_000 }
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const labs = (await findLabs('all')).slice(0, 2)
const reports = Array.from({ length: 8 }, (_, i) => madeUpReport(labs, `Student ${i}`, Math.round((10 * i) / 7)))
/** A student without a score, who then has one, and gets another. */
const [one, other] = madeUpClass(labs, 2).students
const gradings = [
  {
    student: one.student,
    outbox: one.outbox,
    gradedAt: one.gradedAt,
    status: 'grader-error',
    reason: 'it broke',
  } as const,
  one,
  { ...other, student: one.student },
].map((row, i) => ({ writtenAt: '2026-12-01T12:00:00.000Z', report: i === 0 ? null : `000${i}.html`, row }))
const PAGES: Readonly<Record<string, string>> = {
  'report.html': renderPage(reports[4]),
  'report-weak.html': renderPage(reports[1]),
  'report-broken.html': renderPage(reports[0]),
  'class.html': renderClassPage(madeUpClass(labs, 60), labs, undefined, new Map([[one.outbox, 3]])),
  'class-small.html': renderClassPage({ ...madeUpClass(labs.slice(0, 1), 8), roster: undefined }, labs.slice(0, 1)),
  'history.html': renderHistory('Student 1', pastOf(gradings)),
  'similar.html': similarPage(['Ada Obi', 'بهرام می‌دانم', '<b>Bo</b>', 'x'.repeat(90)]),
}

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
}

describe.skipIf(!existsSync(CHROMIUM))('the pages in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'], ...SOON })
  })
  afterAll(() => browser.close())

  async function open(name: string, colorScheme: 'light' | 'dark', width: number): Promise<Page> {
    // axe is a script that the page's own policy would not run.
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 }, bypassCSP: true })
    await page.setContent(PAGES[name])
    const { PAGES: folder } = process.env
    if (folder) mkdirSync(folder, { recursive: true })
    if (folder) await page.screenshot({ path: join(folder, `${name}-${colorScheme}-${width}.png`), fullPage: true })
    return page
  }

  const looks = (['light', 'dark'] as const).flatMap(scheme => [360, 1440].map(width => [scheme, width] as const))
  // Two looks are enough for a page whose layout does not depend on the width.
  const looksOf = (name: string) => (name === 'class.html' ? looks : [looks[0], looks[3]])
  test.each(Object.keys(PAGES).flatMap(name => looksOf(name).map(look => [name, ...look] as const)))(
    '%s, %s, %i pixels wide: axe finds nothing, and nothing sticks out',
    async (name, colorScheme, width) => {
      const page = await open(name, colorScheme, width)
      await page.evaluate(AXE)
      const { violations } = await page.evaluate<{ violations: Violation[] }>('axe.run(document)')
      const found = violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
      )
      expect(found).toEqual([])
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(width)
      await page.close()
    },
  )

  test('each fragment of a pair leads to its counterpart, by keyboard too', async () => {
    const page = await open('similar.html', 'light', 1440)
    await page.locator('pre a').first().focus()
    await page.keyboard.press('Enter')
    expect(await page.locator('mark:target').getAttribute('id')).toBe('p1-right-1')
    await page.locator('pre').first().focus()
    const scrolled = 'document.querySelector("pre").scrollTop'
    expect(await page.evaluate(scrolled)).toBe(0)
    await page.keyboard.press('End')
    await page.waitForFunction(`${scrolled} > 0`)
    await page.close()
  })
})
