import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { renderClassPage } from '../src/class/html/class-page.ts'
import { madeUpClass } from './class/made-up-report.ts'
import { labs } from './tiny-labs.ts'

/** The table of students as an instructor uses it: opened from a file, under the page's own policy. */

const CHROMIUM = '/usr/bin/chromium'
/** How long a browser may take to start on a busy machine. */
const SOON = { timeout: 120_000 }
const PAGE = renderClassPage(madeUpClass(labs, 60), labs)

/** The words of headings that are on two lines. */
const BROKEN_WORDS = `[...document.querySelectorAll('.scroll thead th')].flatMap(heading => {
  const [texts, broken] = [document.createTreeWalker(heading, NodeFilter.SHOW_TEXT), []]
  while (texts.nextNode())
    for (const { 0: word, index } of texts.currentNode.data.matchAll(/\\S+/g)) {
      const range = document.createRange()
      range.setStart(texts.currentNode, index)
      range.setEnd(texts.currentNode, index + word.length)
      if (range.getClientRects().length > 1) broken.push(word)
    }
  return broken
})`

describe.skipIf(!existsSync(CHROMIUM))('class.html in a browser', () => {
  const root = mkdtempSync(join(tmpdir(), 'backprop-class-page-'))
  const file = join(root, 'class.html')
  let browser: Browser
  let page: Page
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'], ...SOON })
  })
  afterEach(() => page.close())
  afterAll(async () => {
    await browser.close()
    rmSync(root, { recursive: true, force: true })
  })

  /** Opens the page; `complaints` gets what the browser says about errors and about the policy. */
  async function open({ state = '', text = PAGE, javaScriptEnabled = true } = {}): Promise<{ complaints: string[] }> {
    writeFileSync(file, text)
    page = await browser.newPage({ javaScriptEnabled })
    const complaints: string[] = []
    page.on('console', message => complaints.push(message.text()))
    page.on('pageerror', error => complaints.push(error.message))
    await page.goto(`${pathToFileURL(file).href}${state}`)
    return { complaints }
  }

  const count = () => page.getByRole('status').innerText()
  /** The texts of a column in the rows that are shown, from the top. */
  const shown = (column: string) =>
    page.locator(`.students tbody tr:visible > :nth-child(${COLUMNS[column]})`).allInnerTexts()
  const COLUMNS: Readonly<Record<string, number>> = { name: 1, id: 2, section: 3, status: 5, points: 6 }
  const choice = (label: string) => page.getByRole('combobox', { name: label })
  const heading = (name: string) => page.getByRole('columnheader', { name, exact: true })
  const hash = () => new URL(page.url()).hash

  test('is complete without the script, and offers nothing that would not work', async () => {
    await open({ javaScriptEnabled: false })
    expect(await page.locator('.students tbody tr:visible').count()).toBe(62)
    expect(await page.locator('form').isVisible()).toBe(false)
    expect(await page.locator('button:visible').count()).toBe(0)
  })

  test('searches names and ids, whatever their case and accents, and says how many are left', async () => {
    const { complaints } = await open()
    expect(await count()).toBe('62 of 62 students')
    const search = page.getByLabel('Search')
    await search.fill('muller zoe')
    expect([await count(), await shown('name')]).toEqual(['1 of 62 students', ['Zoë Müller']])
    await search.fill('1012')
    expect(await shown('name')).toEqual(['Student 12'])
    await search.fill('no such student')
    expect([await count(), await shown('name')]).toEqual(['0 of 62 students', []])
    await page.getByRole('button', { name: 'Show all' }).click()
    expect([await count(), hash()]).toEqual(['62 of 62 students', ''])
    expect(complaints).toEqual([])
  })

  test('shows one section, one status, or one lab', async () => {
    await open()
    await choice('Section').selectOption('B')
    expect(new Set(await shown('section'))).toEqual(new Set(['B']))
    expect(await count()).toBe('21 of 62 students')
    await choice('Status').selectOption('absent')
    expect(await shown('name')).toEqual(['Absent Eve'])
    await page.getByRole('button', { name: 'Show all' }).click()
    const [one, other] = labs.map(({ manifest }) => manifest)
    await choice('Lab').selectOption(other.id)
    const headings = (await page.locator('.students thead th:visible').allInnerTexts()).map(text => text.trim())
    expect(headings).toContain(`${other.id.slice(0, 2)} ${other.title}`)
    expect(headings).not.toContain(`${one.id.slice(0, 2)} ${one.title}`)
    expect(await page.locator('section[data-lab]:visible').count(), 'the heat map of that lab').toBe(1)
  })

  test('sorts by a column from the keyboard, and says so to a screen reader', async () => {
    await open()
    const points = heading('Points')
    expect(await points.getAttribute('aria-sort')).toBeNull()
    await points.getByRole('button').focus()
    await page.keyboard.press('Enter')
    const values = async () => (await shown('points')).map(text => text && Number(text.split(' ')[0]))
    const ascending = await values()
    expect(await points.getAttribute('aria-sort')).toBe('ascending')
    expect(ascending.slice(-2), 'those without a score come last').toEqual(['', ''])
    expect(ascending.slice(0, -2)).toEqual(ascending.slice(0, -2).sort((a, b) => Number(a) - Number(b)))
    await page.keyboard.press('Enter')
    expect(await points.getAttribute('aria-sort')).toBe('descending')
    expect(await values()).toEqual([...ascending.slice(0, -2).reverse(), '', ''])
    await heading('Name').getByRole('button').click()
    expect(await points.getAttribute('aria-sort')).toBeNull()
    expect((await shown('name')).slice(0, 3)).toEqual(['<b>Bo</b>', 'Absent Eve', 'Ada Obi'])
  })

  test('keeps what it shows in its address, and takes it from there', async () => {
    await open()
    await page.getByLabel('Search').fill('student 1')
    await choice('Section').selectOption('C')
    await heading('Id').getByRole('button').click()
    const before = await shown('name')
    expect(hash()).toBe('#sort=id&q=student+1&section=C')
    await page.reload()
    expect([await shown('name'), await choice('Section').inputValue()]).toEqual([before, 'C'])
    await page.close()
    await open({ state: '#sort=-id&section=no-such&status=absent' })
    expect([await shown('name'), await count()]).toEqual([['Absent Eve'], '1 of 62 students'])
    await page.goto(`${pathToFileURL(file).href}#q=ada`)
    await page.getByText('1 of 62 students').waitFor()
    expect(await shown('name')).toEqual(['Ada Obi'])
  })

  test('breaks no heading within a word on a phone', async () => {
    await open()
    await page.setViewportSize({ width: 360, height: 800 })
    expect(await page.evaluate(BROKEN_WORDS)).toEqual([])
  })

  test('runs no other script, whatever a name manages to write into it', async () => {
    const planted = '<script>document.title = "planted"</script><img src="x" onerror="document.title = \'planted\'">'
    const { complaints } = await open({ text: PAGE.replace('<h1>', `${planted}<h1>`) })
    expect(await page.title()).not.toBe('planted')
    expect(complaints.join('\n')).toContain('Content Security Policy')
    expect(await count(), 'its own script runs').toBe('62 of 62 students')
  })
})
