import { createRequire } from 'node:module'
import { expect, test } from '@backprop/testkit'
import type { Page } from 'playwright-core'
import { describe } from 'vitest'
import { epochOf, noChromium, SOON } from './chromium.ts'
import { StudentPage } from './student-page.ts'

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** The page writes a real minus sign, as in 4.2e−5. */
const lossOf = async (page: Page): Promise<number> =>
  Number((await page.locator('[data-state=loss-train]').textContent(SOON))?.replace('−', '-'))

/** Waits until the page shows a run. */
async function shown(page: Page): Promise<void> {
  await expect.poll(() => lossOf(page), SOON).toBeGreaterThan(0)
}

describe.skipIf(noChromium)(`the plane${noChromium}`, () => {
  const student = new StudentPage()

  test('a weight is changed by a click on its line, and by keyboard', async () => {
    // When the student's files arrive, what is below them may move away from under the pointer.
    const page = await student.open('#dataset=gauss&networkShape=&initZero=true&seed=1')
    await shown(page)
    const [feature, output] = [page.locator('[data-neuron="0:0"]'), page.locator('[data-neuron="1:0"]')]
    const [left, right] = [(await feature.boundingBox())!, (await output.boundingBox())!]
    const middle = ({ y, height }: typeof left) => y + height / 2
    await page.mouse.click((left.x + left.width + right.x) / 2, (middle(left) + middle(right)) / 2)
    await page.locator('[data-weight="0"]:focus').waitFor()
    await page.keyboard.type('1')
    await expect.poll(() => lossOf(page), SOON).toBeLessThan(0.4)
    await feature.focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await page.getByRole('spinbutton', { name: 'weight of x₂' }).fill('1')
    await expect.poll(() => lossOf(page), SOON).toBeLessThan(0.1)
    expect(student.errors).toEqual([])
  })

  test('layers, neurons and their activations are set; the count of numbers follows', async () => {
    const page = await student.visit('#networkShape=2&seed=1')
    await shown(page)
    await page.getByRole('button', { name: 'Add a neuron in layer 1' }).click()
    await page.getByRole('button', { name: 'Add a hidden layer' }).click()
    await page.getByRole('combobox', { name: 'Activation of layer 2' }).selectOption('relu')
    await page.getByText('20 learnable numbers').click()
    await page.getByText('(2 + 1) · 3 + (3 + 1) · 2 + (2 + 1) · 1 = 20').waitFor(SOON)
    expect(new URL(page.url()).hash).toContain('networkShape=3,2')
    expect(new URL(page.url()).hash).toContain('activations=,relu')
  })

  test('the run goes back in time, is kept, and is trained from ten starts', async () => {
    const page = await student.visit('#dataset=gauss&networkShape=2&seed=1')
    await shown(page)
    for (let i = 0; i < 3; i += 1) await page.getByRole('button', { name: 'One epoch' }).click()
    await expect.poll(() => epochOf(page), SOON).toBe(3)
    await page.getByRole('tab', { name: 'Runs' }).click()
    await page.getByRole('button', { name: 'Keep this run' }).click()
    await page.getByRole('slider', { name: 'Back to an earlier moment' }).fill('0')
    await expect.poll(() => epochOf(page), SOON).toBe(0)
    await page.getByRole('combobox', { name: 'Learning rate' }).selectOption('0.3')
    await page.getByText('learningRate: 0.03 → 0.3').waitFor(SOON)
    await page.getByRole('tab', { name: 'Ten seeds' }).click()
    await page.getByRole('button', { name: 'Train from ten starts' }).click()
    await expect.poll(() => page.getByRole('img', { name: /^Plane from seed/ }).count(), SOON).toBe(10)
    await page.getByRole('tab', { name: 'Loss landscape' }).click()
    await page.getByRole('button', { name: 'Along the way of the training' }).click()
    await page.getByText('The loss in this plane goes from').waitFor(SOON)
    await page.getByRole('tab', { name: 'Code' }).click()
    await expect.poll(() => page.getByLabel('Program').textContent(), SOON).toContain("from '@backprop/nn'")
    expect(student.errors).toEqual([])
  })

  test('points are painted by keyboard, read from a file, and divided by a formula', async () => {
    const page = await student.visit('#networkShape=2&seed=1')
    await shown(page)
    await page.getByRole('radio', { name: 'Painted' }).check({ force: true })
    await page.getByRole('application', { name: 'Painting' }).focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('2')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('Enter')
    await page.getByText('2 points').waitFor(SOON)
    await page.getByRole('radio', { name: 'CSV file' }).check({ force: true })
    const file = {
      name: 'points.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('1,2,dog\n-1,-2,cat\n2,2,dog\n0,-3,cat'),
    }
    await page.locator('input[type=file]').setInputFiles(file)
    await page.getByText('points.csv: 4 points. Orange is cat, blue is dog.').waitFor(SOON)
    await page.getByRole('radio', { name: 'Formula' }).check({ force: true })
    const formula = page.getByRole('textbox', { name: 'Formula in x' })
    await formula.fill('sin(')
    await page.getByText('The formula ends too early').waitFor(SOON)
    await formula.fill('x^2')
    await expect.poll(() => new URL(page.url()).hash, SOON).toContain('formula=x%5E2')
  })

  test('a link says what it hides and what could not be used', async () => {
    const page = await student.visit('#noise=95&learningRate_hide=true&playButton_hide=true&seed=1')
    await shown(page)
    await page.getByText('noise=95: expected at most 80. 50 is used.').waitFor(SOON)
    expect(await page.getByRole('combobox', { name: 'Learning rate' }).count()).toBe(0)
    expect(await page.getByRole('button', { name: 'Play' }).count()).toBe(0)
  })

  test('axe finds nothing in light and dark, narrow and wide, in any panel', async () => {
    const page = await student.visit('#dataset=classes&networkShape=4,3&seed=1&showTestData=true')
    await shown(page)
    await page.getByRole('button', { name: 'One epoch' }).click()
    await page.locator('[data-neuron="1:1"]').click()
    await page.addScriptTag({ path: AXE })
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [360, 1440]) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width, height: 800 })
        for (const tab of await page.getByRole('tab').all()) {
          await tab.click()
          const found = await page.evaluate(async () => {
            const { violations } = await window.axe.run()
            return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
          })
          expect(found, `${await tab.textContent()}, ${colorScheme}, ${width} px`).toEqual([])
        }
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        expect(overflow, `wider than ${width} px`).toBeLessThanOrEqual(0)
      }
    }
  })
})
