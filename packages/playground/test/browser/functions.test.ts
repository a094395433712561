import { expect, test } from '@backprop/testkit'
import { describe } from 'vitest'
import { epochOf, noChromium } from './chromium.ts'
import { ACTIVATIONS, pictureOf, settledPictureOf, stateOf, StudentPage, TANH, WAIT } from './student-page.ts'

/** The student's functions in the page, as a person sees them. */

describe.skipIf(noChromium)(`functions of a student in the page${noChromium}`, () => {
  const student = new StudentPage()

  test('with only tanh written, tanh is yours, everything else ours, and it trains', async () => {
    student.course.answer(ACTIVATIONS, 'tanh', TANH)
    const page = await student.open()
    // Each file has its own moment to arrive.
    await expect.poll(() => stateOf(page, 'tanh'), WAIT).toBe('yours')
    await expect.poll(() => stateOf(page, 'tanhBackward'), WAIT).toBe('not written yet')
    expect(await page.locator('[data-state=yours]').count()).toBe(1)
    await page.getByRole('button', { name: 'Play' }).click()
    await expect.poll(() => epochOf(page), WAIT).toBeGreaterThan(20)
    expect(student.errors).toEqual([])
  })

  test('a save changes the picture, and the training goes on from the same weights', async () => {
    student.course.answer(ACTIVATIONS, 'tanh', TANH)
    const page = await student.open()
    const start = await pictureOf(page)
    await page.getByRole('button', { name: 'One epoch' }).click()
    await expect.poll(() => epochOf(page), WAIT).toBe(1)
    await expect.poll(() => pictureOf(page), WAIT).not.toBe(start)
    const before = await settledPictureOf(page)
    student.course.write(ACTIVATIONS, student.course.read(ACTIVATIONS).replace(TANH, 'return x.map(() => 0.5)'))
    await expect.poll(() => pictureOf(page), WAIT).not.toBe(before)
    expect(await epochOf(page)).toBe(1)
    student.course.write(ACTIVATIONS, student.course.read(ACTIVATIONS).replace('return x.map(() => 0.5)', TANH))
    await expect.poll(() => pictureOf(page), WAIT).toBe(before)
  })
})
