import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from '@backprop/testkit'
import { describe } from 'vitest'
import { epochOf, noChromium, SOON } from './chromium.ts'
import { ACTIVATIONS, DERIVATIVES, stateOf, StudentPage, TANH } from './student-page.ts'

/** TensorFlow Playground's link for a ring, one hidden layer of three neurons with ReLU. */
const OLD_LINK =
  '#activation=relu&batchSize=10&dataset=circle&regDataset=reg-plane&learningRate=0.03&regularizationRate=0&noise=0' +
  '&networkShape=3&seed=0.48213&showTestData=false&discretize=false&percTrainData=50&x=true&y=true&xTimesY=false' +
  '&xSquared=false&ySquared=false&cosX=false&sinX=false&cosY=false&sinY=false&collectStats=false' +
  '&problem=classification&initZero=false&hideText=false'

describe.skipIf(noChromium)(`what a student can bring to the page${noChromium}`, () => {
  const student = new StudentPage()

  test('beside ours, a wrong derivative is named with the step and the first number that differs', async () => {
    student.course.answer(ACTIVATIONS, 'tanh', TANH)
    student.course.answer(DERIVATIVES, 'derivatives', 'return dy')
    const backward = student.course.read(DERIVATIVES).split('export function tanhBackward')
    backward[1] = backward[1].replace(
      "throw new NotImplemented('derivatives')",
      'return dy.map((d, i) => d * (1 - y[i]))',
    )
    student.course.write(DERIVATIVES, backward.join('export function tanhBackward'))
    const page = await student.open()
    await page.getByRole('radio', { name: 'Compare' }).check({ force: true })
    await page.getByRole('button', { name: 'One batch' }).click()
    const sentence = page.getByText(/First difference at step 1: .* \(tanhBackward\): yours is .*, ours is/)
    await sentence.waitFor(SOON)
  })

  test('a loop that never ends is ended and named; the page answers, and goes on after the next save', async () => {
    student.course.answer(ACTIVATIONS, 'relu', 'for (;;);')
    const page = await student.visit(OLD_LINK)
    await page.getByRole('alert').getByText('relu did not come back within a second').waitFor(SOON)
    expect(await stateOf(page, 'relu')).toBe('fails')
    student.course.write(
      ACTIVATIONS,
      student.course.read(ACTIVATIONS).replace('for (;;);', 'return x.map(v => Math.max(0, v))'),
    )
    await expect.poll(() => stateOf(page, 'relu'), SOON).toBe('yours')
    const before = await epochOf(page)
    await page.getByRole('button', { name: 'One epoch' }).click()
    await expect.poll(() => epochOf(page), SOON).toBeGreaterThan(before)
  })

  test("lab 08's engine trains the network, what it replaces says so, and an endless loop in it is ended", async () => {
    const tensors = '08-autodiff/src/tensors.ts'
    const solution = resolve(import.meta.dirname, '../../../../solutions/08-autodiff/src')
    student.course.write('08-autodiff/src/values.ts', readFileSync(`${solution}/values.ts`, 'utf8'))
    student.course.write(tensors, readFileSync(`${solution}/tensors.ts`, 'utf8'))
    const page = await student.open()
    await expect.poll(() => stateOf(page, 'backward'), SOON).toBe('yours')
    await page.getByText("Functions that this set-up doesn't use").click()
    const replaced = page.locator('[data-slot=tanhBackward]').getByText('its part is done by automatic differentiation')
    await replaced.waitFor(SOON)
    await page.getByRole('button', { name: 'Play' }).click()
    await expect.poll(() => epochOf(page), SOON).toBeGreaterThan(20)
    student.course.write(tensors, student.course.read(tensors).replace('const data = new Array', 'for (;;);\n  const data = new Array')) // prettier-ignore
    await page.getByRole('alert').getByText('backward did not come back within a second').waitFor(SOON)
    expect(await stateOf(page, 'backward')).toBe('fails')
    expect(student.errors).toEqual([])
  })

  test('a link of TensorFlow Playground opens with its set-up', async () => {
    const page = await student.open(OLD_LINK)
    expect(await page.getByRole('combobox', { name: 'Activation', exact: true }).inputValue()).toBe('relu')
    expect(await page.getByRole('button', { name: /^Layer \d, neuron/ }).count()).toBe(3)
    expect(await page.getByRole('button', { name: /^Feature/, pressed: true }).count()).toBe(2)
    expect(await page.getByRole('textbox', { name: 'Seed' }).inputValue()).toBe('0.48213')
  })
})
