import { expect, test } from '@backprop/testkit'
import { describe } from 'vitest'
import { epochOf, noChromium, SOON } from './chromium.ts'
import { ACTIVATIONS, pictureOf, settledPictureOf, stateOf, StudentPage, TANH } from './student-page.ts'

/** Counts the pictures that look different when others were drawn before them. */
const DRAWN_OVER = `async () => {
  const { drawLargePicture } = await import('/src/page/plane/pictures.ts')
  const [side, size, pictures] = [128, 278, 40]
  const atlasOf = colour => {
    const canvas = new OffscreenCanvas(side, side)
    const pixels = Array.from({ length: side * side }, (_, i) => [...colour(i % side, Math.floor(i / side)), 255])
    canvas.getContext('2d').putImageData(new ImageData(Uint8ClampedArray.from(pixels.flat()), side), 0, 0)
    return { canvas, side }
  }
  const shown = new OffscreenCanvas(size, size).getContext('2d', { willReadFrequently: true })
  shown.imageSmoothingQuality = 'high'
  const after = (first, second) => {
    for (const atlas of [first, second]) drawLargePicture(shown, atlas, 0, size)
    return shown.getImageData(0, 0, size, size).data.join()
  }
  const flat = atlasOf(() => [90, 150, 200])
  let different = 0
  for (let k = 0; k < pictures; k += 1) {
    const waves = atlasOf((x, y) => [220 + 20 * Math.sin((k * x + y) / 50), 230 + 10 * Math.cos((k * y) / 50), 235])
    if (after(waves, waves) !== after(flat, waves)) different += 1
  }
  return different
}`

/** The student's functions in the page, as a person sees them. */

describe.skipIf(noChromium)(`functions of a student in the page${noChromium}`, () => {
  const student = new StudentPage()

  test('with only tanh written, tanh is yours, everything else ours, and it trains', async () => {
    student.course.answer(ACTIVATIONS, 'tanh', TANH)
    const page = await student.open()
    // Each file has its own moment to arrive.
    await expect.poll(() => stateOf(page, 'tanh'), SOON).toBe('yours')
    await expect.poll(() => stateOf(page, 'tanhBackward'), SOON).toBe('not written yet')
    expect(await page.locator('[data-state=yours]').count()).toBe(1)
    await page.getByRole('button', { name: 'Play' }).click()
    await expect.poll(() => epochOf(page), SOON).toBeGreaterThan(20)
    expect(student.errors).toEqual([])
  })

  test('a save changes the picture, and the training goes on from the same weights', async () => {
    student.course.answer(ACTIVATIONS, 'tanh', TANH)
    const page = await student.open()
    // A picture is drawn after the numbers beside it: this one must not be mistaken for that of the epoch.
    const start = await settledPictureOf(page)
    await page.getByRole('button', { name: 'One epoch' }).click()
    await expect.poll(() => epochOf(page), SOON).toBe(1)
    await expect.poll(() => pictureOf(page), SOON).not.toBe(start)
    const before = await settledPictureOf(page)
    student.course.write(ACTIVATIONS, student.course.read(ACTIVATIONS).replace(TANH, 'return x.map(() => 0.5)'))
    await expect.poll(() => pictureOf(page), SOON).not.toBe(before)
    expect(await epochOf(page)).toBe(1)
    student.course.write(ACTIVATIONS, student.course.read(ACTIVATIONS).replace('return x.map(() => 0.5)', TANH))
    await expect.poll(() => pictureOf(page), SOON).toBe(before)
  })

  test('a picture keeps no trace of the one that was drawn before it', async () => {
    const page = await student.visit()
    // As text, because the compiler of the tests would turn the import into one of its own.
    expect(await page.evaluate(`(${DRAWN_OVER})()`)).toBe(0)
  })
})
