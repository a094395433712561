import { expect, test } from '@backprop/testkit'
import type { Locator, Page } from 'playwright-core'
import { describe } from 'vitest'
import { noChromium } from './chromium.ts'
import { StudentPage } from './student-page.ts'

/** A user with a mouse, or one with a keyboard. */
interface Hand {
  press(target: Locator): Promise<void>
  pointAt(target: Locator): Promise<void>
  choose(list: Locator, option: string): Promise<void>
  slide(slider: Locator, to: number): Promise<void>
  type(field: Locator, text: string): Promise<void>
}

const mouse: Hand = {
  press: target => target.click(),
  pointAt: target => target.hover(),
  choose: async (list, option) => void (await list.selectOption({ label: option })),
  slide: async (slider, to) => {
    await slider.click()
    await slider.fill(String(to))
  },
  type: async (field, text) => {
    await field.click({ clickCount: 3 })
    await field.pressSequentially(text)
  },
}

const MOST_TABS = 300

/** On a busy machine; a training that is asked for takes seconds on an idle one. */
const LONGEST_TRAINING_MS = 120_000

/** Reaches everything with Tab, and never touches the mouse. */
const keys = (page: Page): Hand => {
  const reach = async (target: Locator) => {
    const is = () => target.evaluate(element => element === document.activeElement)
    const isBefore = await target.evaluate(
      element =>
        ((document.activeElement ?? document.body).compareDocumentPosition(element) &
          Node.DOCUMENT_POSITION_PRECEDING) >
        0,
    )
    const key = isBefore ? 'Shift+Tab' : 'Tab'
    for (let i = 0; i < MOST_TABS && !(await is()); i += 1) await page.keyboard.press(key)
    expect(await is(), `${String(target)} is reached by Tab`).toBe(true)
  }
  return {
    press: async target => {
      await reach(target)
      await page.keyboard.press('Enter')
    },
    pointAt: reach,
    choose: async (list, option) => {
      await reach(list)
      // By arrow keys: of a name that is typed, the browser forgets the beginning after a second.
      const texts = await list.locator('option').allTextContents()
      const index = () => list.evaluate(element => (element as HTMLSelectElement).selectedIndex)
      const to = texts.indexOf(option)
      expect(to, option).toBeGreaterThanOrEqual(0)
      const key = to < (await index()) ? 'ArrowUp' : 'ArrowDown'
      while ((await index()) !== to) await page.keyboard.press(key)
    },
    slide: async (slider, to) => {
      await reach(slider)
      const value = async () => Number(await slider.inputValue())
      const key = to < (await value()) ? 'ArrowLeft' : 'ArrowRight'
      while ((await value()) !== to) await page.keyboard.press(key)
    },
    type: async (field, text) => {
      await reach(field)
      await page.keyboard.press('ControlOrMeta+a')
      await page.keyboard.type(text)
    },
  }
}

/** Goes through the nine questions, and does what each asks for. */
async function takeTour(page: Page, hand: Hand): Promise<void> {
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const list = (name: string) => page.getByRole('combobox', { name, exact: true })
  const batchSize = page.getByRole('slider', { name: 'Batch size' })
  const number = (name: string) => page.getByRole('spinbutton', { name, exact: true })
  const picture = (layer: number, index: number) => page.locator(`[data-neuron="${layer}:${index}"]`)
  const waitForEpoch = (least: number, most = Infinity) =>
    page.waitForFunction(
      ([least, most]) => {
        const epoch = Number(document.querySelector('[data-state="epoch"]')?.textContent?.replace(/\D/g, ''))
        return epoch >= least && epoch <= most
      },
      [least, most],
      { timeout: LONGEST_TRAINING_MS },
    )
  const doneTasks = () => page.locator('.tour-tasks .is-done').count()
  /** Waits for the task with this number, from 1, not for so many of them: Tab points at neurons on its way. */
  const waitForTask = (number: number) =>
    page.locator(`.tour-tasks li:nth-of-type(${number}).is-done`).waitFor({ timeout: LONGEST_TRAINING_MS })
  const playUntilDone = async (task: number) => {
    await hand.press(button('Play'))
    await waitForTask(task)
    await hand.press(button('Pause'))
  }
  /** The page gives it the focus a moment after it has come, which would take it away from what is pressed then. */
  const questionHasFocus = () => page.locator('.tour h2:focus').waitFor()
  const next = async () => {
    expect(await page.locator('.tour-tasks li:not(.is-done)').allTextContents()).toEqual([])
    await hand.press(button('Next'))
    await questionHasFocus()
    expect(await doneTasks()).toBe(0)
  }
  const setHidden = async (wanted: number) => {
    const layers = async () => (await page.locator('.layer-head').count()) - 2
    while ((await layers()) < wanted) await hand.press(button('Add a hidden layer'))
    while ((await layers()) > wanted) await hand.press(button('Remove a hidden layer'))
  }
  const setNeurons = async (layer: number, wanted: number) => {
    const neurons = () => page.locator(`[data-neuron^="${layer}:"]`).count()
    while ((await neurons()) < wanted) await hand.press(button(`Add a neuron in layer ${layer}`))
  }

  await hand.press(button('Tour'))
  await questionHasFocus()
  await hand.choose(list('Speed'), 'as fast as it goes')

  // 1: features and colours
  for (const index of [0, 1]) {
    await hand.pointAt(picture(0, index))
    await waitForTask(index + 1)
  }
  await hand.press(button('Show the answer'))
  expect(await page.locator('.tour-answer').textContent()).toContain('x₁ = 3 is blue')
  await next()

  // 2: weights by hand
  await hand.press(picture(1, 0))
  await hand.type(number('weight of x₁'), '1')
  await hand.type(number('weight of x₂'), '1')
  await waitForTask(1)
  await next()

  // 3: learning
  await playUntilDone(1)
  await next()

  // 4: three starts
  for (let start = 0; start < 3; start += 1) {
    await hand.press(button('New weights'))
    await waitForEpoch(0, 0)
    await hand.press(button('Play'))
    await waitForEpoch(100)
    await hand.press(button('Pause'))
  }
  await waitForTask(1)
  await next()

  // 5: a disc in a ring
  await playUntilDone(1)
  for (const index of [0, 1, 2, 3]) await hand.press(picture(0, index))
  await playUntilDone(2)
  await next()

  // 6: one neuron, then four
  await playUntilDone(1)
  await setNeurons(1, 4)
  await playUntilDone(2)
  await hand.pointAt(picture(1, 2))
  await waitForTask(3)
  await next()

  // 7: the spiral in one layer and in six
  let done = 0
  for (const layers of [1, 6]) {
    await setHidden(layers)
    for (const activation of ['linear', 'sigmoid', 'tanh', 'ReLU']) {
      await hand.choose(list('Activation'), activation)
      await playUntilDone((done += 1))
    }
  }
  await next()

  // 8: features of features
  await playUntilDone(1)
  for (const layer of [1, 2, 3]) {
    await hand.pointAt(picture(layer, 1))
    await waitForTask(1 + layer)
  }
  await next()

  // 9: learning rate, batch size, zeros
  await hand.choose(list('Learning rate'), '0.001')
  await playUntilDone(1)
  await hand.choose(list('Learning rate'), '3')
  await playUntilDone(2)
  await hand.choose(list('Learning rate'), '0.03')
  await hand.slide(batchSize, 1)
  await playUntilDone(3)
  await hand.slide(batchSize, 30)
  await playUntilDone(4)
  await hand.choose(list('First weights'), 'all zero')
  await playUntilDone(5)
}

describe.skipIf(noChromium)(`the tour${noChromium}`, () => {
  const student = new StudentPage()

  const LIMIT = { timeout: 900_000 }
  test.each(['the mouse', 'the keyboard'])('all nine questions are answered with %s alone', LIMIT, async which => {
    const page = await student.open()
    await page.locator('[data-neuron]').first().waitFor()
    await takeTour(page, which === 'the mouse' ? mouse : keys(page))
    await page.waitForFunction(() => document.querySelectorAll('.tour-dot').length === 9)
    expect(await page.locator('.tour-dot').allTextContents()).toEqual(Array(9).fill('✓'))
    expect(student.errors).toEqual([])
  })
})
