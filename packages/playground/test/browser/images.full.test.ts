import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { wasm } from '@backprop/backend-wasm'
import { rng } from '@backprop/core'
import { expect, test } from '@backprop/testkit'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe } from 'vitest'
import { EXAMPLE_DIGITS } from '../../src/images/example-digits.ts'
import { ImageNetwork, LENET5 } from '../../src/images/image-network.ts'
import { DIGITS, PHOTOGRAPHS } from '../../src/images/task.ts'
import { type RunningPlayground, serve } from '../../src/server/serve.ts'
import { CourseCopy } from '../course-copy.ts'
import { keepInLab, trainedDigits } from '../trained-lab.ts'
import { launch, noChromium, openPage, SOON } from './chromium.ts'

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

describe.skipIf(noChromium)(`the tabs for images and curves${noChromium}`, () => {
  const course = new CourseCopy()
  const cacheDir = mkdtempSync(join(tmpdir(), 'vite-'))
  let [browser, running, digits]: [Browser?, RunningPlayground?, ImageNetwork?] = []
  beforeAll(async () => {
    const on = await wasm()
    digits = await trainedDigits({ on, images: 6000 })
    await keepInLab(course.root, DIGITS, digits, 1)
    // Nothing is asked of the photographs' answers, so the network hasn't learned.
    const lenet = new ImageNetwork(LENET5, PHOTOGRAPHS.shape, { on, rng: rng(1) })
    await keepInLab(course.root, PHOTOGRAPHS, lenet, 1)
    running = await serve({ root: course.root, solutions: false, port: 0, cacheDir })
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    await running?.close()
    course.remove()
    rmSync(cacheDir, { recursive: true, force: true })
  })

  /** Opens a tab, and fails if anything goes wrong in it. */
  async function inTab(tab: string, look: (page: Page) => Promise<void>): Promise<void> {
    const url = new URL(running!.url)
    url.searchParams.set('tab', tab)
    const { page, errors } = await openPage(browser!, url.host)
    await page.goto(url.href)
    await look(page)
    expect(errors).toEqual([])
    await page.context().close()
  }

  test("digits drawn with the pointer are read right by the student's network", async () => {
    await inTab('digits', async page => {
      await expect.poll(() => page.getByText('The network that your functions trained').count(), SOON).toBe(1)
      const pad = page.getByRole('application', { name: 'Drawing pad' })
      for (const [digit, strokes] of EXAMPLE_DIGITS.entries()) {
        await page.getByRole('button', { name: 'Clear' }).click()
        await pad.scrollIntoViewIfNeeded()
        const box = (await pad.boundingBox())!
        for (const stroke of strokes) {
          const places = stroke.map(([x, y]) => [box.x + x * box.width, box.y + y * box.height] as const)
          await page.mouse.move(...places[0])
          await page.mouse.down()
          for (const place of places.slice(1)) await page.mouse.move(...place)
          await page.mouse.up()
        }
        await expect.poll(() => answerOf(page), { ...SOON, message: `a drawn ${digit}` }).toBe(String(digit))
      }
    })
  })

  test('a one is drawn by keyboard, noise makes it another digit, and a stroke is taken back', async () => {
    await inTab('digits', async page => {
      const pad = page.getByRole('application', { name: 'Drawing pad' })
      await pad.focus()
      await page.keyboard.press('Delete')
      for (let i = 0; i < 8; i++) await page.keyboard.press('ArrowUp')
      await page.keyboard.press('Space')
      for (let i = 0; i < 16; i++) await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Space')
      await expect.poll(() => answerOf(page), SOON).toBe('1')
      const slider = page.getByRole('slider', { name: 'ε =' })
      await slider.focus()
      await page.keyboard.press('End')
      await expect.poll(() => answerOf(page), SOON).toMatch(/^[02-9]$/)
      await slider.focus()
      await page.keyboard.press('Home')
      await expect.poll(() => answerOf(page), SOON).toBe('1')
      await pad.focus()
      await page.keyboard.press('Backspace')
      await page.getByText('Draw a digit: the answer appears while you draw.').waitFor()
    })
  })

  test('a network learns MNIST in the page, and reads the drawing then', async () => {
    await inTab('digits', async page => {
      await page.getByRole('spinbutton', { name: 'Epochs' }).fill('1')
      await page.getByRole('button', { name: 'Train a new network' }).click()
      await page.getByText('trained here').waitFor()
      await expect.poll(() => accuracyOf(page), SOON).toBeGreaterThan(85)
      await page.getByText('Step 313 of 313').waitFor(SOON)
      // What was drawn is read again after that.
      await expect.poll(() => answerOf(page), SOON).toBe('3')
    })
  })

  test('weights appear after each epoch of a training in a terminal', async () => {
    await inTab('digits', async page => {
      await page.getByText('trained for one epoch').waitFor(SOON)
      await keepInLab(course.root, DIGITS, digits!, 2)
      await page.getByText('trained for 2 epochs').waitFor(SOON)
    })
  })

  test('weights that do not come are explained, and come when they are asked for again', async () => {
    const { page } = await openPage(browser!, new URL(running!.url).host)
    await page.route('**/trained/*', route => route.fulfill({ status: 503, body: 'MNIST is not installed.' }))
    await page.goto(`${running!.url}?tab=digits`)
    const alert = page.getByRole('alert')
    await alert.getByText('could not be loaded: MNIST is not installed.').waitFor(SOON)
    await page.unroute('**/trained/*')
    await alert.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('The network that your functions trained').waitFor(SOON)
    await page.context().close()
  })

  test('a photograph is chosen by keyboard or comes from a file, and every layer is shown', async () => {
    await inTab('photographs', async page => {
      await page.getByRole('radio', { checked: true }).focus(SOON)
      await page.keyboard.press('ArrowRight')
      await page.keyboard.press('ArrowRight')
      await page.getByText('Right answer: airplane').waitFor()
      await page.getByText('7. 10 logits').waitFor(SOON)
      expect(await page.locator('.maps canvas').count()).toBe(6 + 6 + 16 + 16)
      const red = await page.evaluate(() => {
        const canvas = Object.assign(document.createElement('canvas'), { width: 200, height: 100 })
        const context = canvas.getContext('2d')!
        context.fillStyle = '#ff0000'
        context.fillRect(50, 0, 100, 100)
        return canvas.toDataURL()
      })
      const file = page.getByLabel('Or your own image')
      await file.setInputFiles({
        name: 'red.png',
        mimeType: 'image/png',
        buffer: Buffer.from(red.split(',')[1], 'base64'),
      })
      await expect.poll(() => page.getByText('Right answer').count(), SOON).toBe(0)
      // The square in the middle is red alone, and what the page shows is what the network gets.
      await expect.poll(() => pixelsIn(page), SOON).toEqual([255, 0, 0])
      await file.setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no image') })
      await page.getByText("Your browser can't read notes.txt as an image.").waitFor(SOON)
    })
  })

  test('the approximation learns a typed, a chosen and a drawn curve', async () => {
    await inTab('approximation', async page => {
      const formula = page.getByRole('textbox', { name: 'f(x) =' })
      await formula.fill('abs(x')
      await page.getByRole('alert').getByText('expected )').waitFor()
      await formula.fill('x/2')
      await page.getByRole('button', { name: 'Train', exact: true }).click()
      await expect.poll(() => lossOf(page), SOON).toBeLessThan(0.001)
      // A training that goes on may have learned what is drawn before anyone looks.
      await page.getByRole('button', { name: 'Pause', exact: true }).click()
      await expect.poll(() => lossOf(page), SOON).toBeLessThan(0.001)
      const before = await lossOf(page)
      const plot = page.getByRole('application')
      await plot.focus()
      for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowUp')
      await page.getByText('You drew this curve.').waitFor()
      await expect.poll(() => lossOf(page), SOON).toBeGreaterThan(before)
      await page.getByRole('combobox', { name: 'Or choose a curve' }).selectOption('cubic')
      await expect.poll(() => formula.inputValue(), SOON).toBe('(x^3 - 6x)/4')
      await page.getByRole('button', { name: /^Add up to neuron/ }).nth(2).click() // prettier-ignore
      await page.getByText('the sum of 3 neurons').waitFor()
      await page.getByRole('slider', { name: /^Hidden neurons/ }).fill('64')
      await expect.poll(() => page.getByRole('button', { name: /^Add up to neuron/ }).count(), SOON).toBe(64)
    })
  })

  test('axe finds nothing in light and dark, narrow and wide', async () => {
    for (const tab of ['approximation', 'digits', 'photographs']) {
      await inTab(tab, async page => {
        await page.waitForFunction(() => document.querySelectorAll('.panel').length >= 4)
        await page.addScriptTag({ path: AXE })
        for (const colorScheme of ['light', 'dark'] as const) {
          for (const width of [360, 1440]) {
            await page.emulateMedia({ colorScheme })
            await page.setViewportSize({ width, height: 800 })
            const found = await page.evaluate(async () => {
              const { violations } = await window.axe.run()
              return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
            })
            expect(found, `${tab}, ${colorScheme}, ${width} px`).toEqual([])
            const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
            expect(overflow, `${tab} is wider than ${width} px`).toBeLessThanOrEqual(0)
          }
        }
      })
    }
  })
})

declare global {
  interface Window {
    axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
  }
}

/** The class with the highest probability. */
const answerOf = async (page: Page): Promise<string | null> =>
  (await page.locator('.class-bars .best .class-name').count()) === 1
    ? page.locator('.class-bars .best .class-name').textContent()
    : null

/** The colour that all pixels of the image have; null if they differ. */
const pixelsIn = (page: Page) =>
  page.getByRole('img', { name: 'The image that the network gets' }).evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
    const first = [...data.slice(0, 3)]
    return data.every((value, i) => i % 4 === 3 || value === first[i % 4]) ? first : null
  })

const numberIn = async (page: Page, pattern: RegExp): Promise<number> => {
  const text = (await page.getByText(pattern).first().textContent(SOON)) ?? ''
  return Number(pattern.exec(text)?.[1])
}

const accuracyOf = (page: Page) => numberIn(page, /, ([\d.]+) % of the test images right/)
const lossOf = (page: Page) => numberIn(page, /Step [\d,]+, loss ([\d.e-]+)/)
