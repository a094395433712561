import { createRequire } from 'node:module'
import { expect, test } from '@backprop/testkit'
import type { Page } from 'playwright-core'
import { describe } from 'vitest'
import { noChromium } from './chromium.ts'
import { stateOf, StudentPage } from './student-page.ts'

/** The first time, our network is trained. */
const SOON = { timeout: 240_000 }

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const ATTENTION = '10-attention/src/attention.ts'

describe.skipIf(noChromium)(`the tab of the words${noChromium}`, () => {
  const student = new StudentPage()

  async function open(): Promise<Page> {
    const page = await student.visit('?tab=words')
    await page.getByRole('heading', { name: 'What each word looks at' }).waitFor(SOON)
    return page
  }

  test('another last word moves the attention of the pronoun from one noun to the other', async () => {
    const page = await open()
    expect(await guesses(page)).toMatchObject(['it'])
    expect(await shareOf(page, 'animal')).toBeGreaterThan(await shareOf(page, 'street'))
    await page.getByRole('button', { name: 'wide' }).click()
    await expect.poll(() => shareOf(page, 'street'), SOON).toBeGreaterThan(10)
    expect(await shareOf(page, 'street')).toBeGreaterThan(await shareOf(page, 'animal'))
    await page.getByRole('combobox').filter({ hasText: 'Choose a sentence' }).selectOption({ index: 2 })
    await expect.poll(() => guesses(page), SOON).toEqual(['she'])
    await page.getByRole('textbox', { name: 'The sentence' }).fill('the queen did not cross the street because she seemed too icy') // prettier-ignore
    await expect.poll(() => guesses(page), SOON).toEqual(['it'])
    expect(student.errors).toEqual([])
  })

  test('words are chosen and masked by keyboard, and unknown words are said', async () => {
    const page = await open()
    await page.getByRole('button', { name: '[mask] for it' }).focus()
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: '[mask] for because' }).waitFor()
    await expect.poll(() => guesses(page), SOON).toEqual(['because'])
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'because', exact: true }).waitFor()
    await page.getByRole('button', { name: 'Block 2, head 1' }).click()
    await page.getByRole('list', { name: 'Where because looks, Block 2, head 1' }).waitFor()
    await page.getByRole('textbox', { name: 'The sentence' }).fill('the lion chased the cat')
    await page.getByText('Not in the vocabulary: lion.').waitFor()
    await page.getByRole('textbox', { name: 'The sentence' }).fill('the '.repeat(14))
    await page.getByText('but the network reads at most 13').waitFor()
    expect(await page.getByText('but the network reads at most 13').count(), 'said once').toBe(1)
  })

  test('a network that is training says that its answer is of an earlier question', async () => {
    const page = await open()
    const waiting = page.getByText('What you see is its last answer.')
    await page.getByRole('button', { name: 'Train a new network' }).click()
    await page.getByRole('button', { name: 'wide' }).click()
    await waiting.waitFor(SOON)
    await page.getByRole('button', { name: 'Stop' }).click()
    await expect.poll(() => waiting.count(), SOON).toBe(0)
    await expect.poll(() => shareOf(page, 'wide'), SOON).toBeGreaterThan(0)
  })

  test('attention that is wrong shows in the picture, and one that never ends is named; a save repairs it', async () => {
    student.course.answer(ATTENTION, 'attention', 'throw new RangeError()')
    student.course.answer(ATTENTION, 'attention', 'for (;;);')
    const page = await student.visit('?tab=words')
    await page.getByRole('alert').getByText('attention did not come back within a second').waitFor(SOON)
    await expect.poll(() => stateOf(page, 'attention'), SOON).toBe('fails')
    await page.getByRole('heading', { name: 'What each word looks at' }).waitFor(SOON)
    student.course.write(ATTENTION, student.course.read(ATTENTION).replace('for (;;);', 'return { y: v, weights: q }'))
    await page.getByText('Expected a tensor of shape').waitFor(SOON)
  })

  test('axe finds nothing in light and dark, narrow and wide', async () => {
    const page = await open()
    await page.addScriptTag({ path: AXE })
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of [360, 1440]) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width, height: 800 })
        const found = await page.evaluate(async () => {
          const { violations } = await window.axe.run()
          return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
        })
        expect(found, `${colorScheme}, ${width} px`).toEqual([])
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
      }
  })
})

/** The most likely words of the masked places, as far as they are shown. */
const guesses = async (page: Page): Promise<string[]> =>
  (await page.locator('.guess-bars .guess-word').allTextContents()).slice(0, 1)

/** How much the chosen word looks at another one, in percent. */
async function shareOf(page: Page, word: string): Promise<number> {
  const row = page
    .getByRole('list', { name: /^Where / })
    .getByRole('listitem')
    .filter({ hasText: word })
  return parseFloat((await row.locator('.weight').textContent()) ?? '')
}
