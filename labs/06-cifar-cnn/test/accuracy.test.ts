import { rng } from '@backprop/core'
import { wasm } from '@backprop/backend-wasm'
import { exercise, expect, test } from '@backprop/testkit'
import { fit } from '#lab/network'

const on = await wasm()

/** Images that are easy to tell apart: class k is a bright bar of colour k % 3, 3k rows from the top, with some noise. */
function bars(count: number, seed: number) {
  const noise = rng(seed)
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10)
  const images = Uint8Array.from({ length: count * 3072 }, (_, i) => {
    const label = labels[Math.floor(i / 3072)]
    const isInBar = Math.floor((i % 1024) / 32 / 3) === label && Math.floor(i / 1024) % 3 === label % 3
    return (isInBar ? 200 : 20) + noise.integer(56)
  })
  return { images, labels }
}

exercise('accuracy', () => {
  test('reads ten simple patterns', async () => {
    const { images, labels } = bars(400, 1)
    const read = await fit(images, labels, { epochs: 8, on, rng: rng(2) })
    const others = bars(50, 3)
    const classes = await read(others.images)
    expect(classes, 'one class for each image').toHaveLength(50)
    const right = classes.filter((label, i) => label === others.labels[i]).length
    expect(
      right,
      'guessing finds 5 of 50: are the pixels scaled in the same way for learning and for reading?',
    ).toBeGreaterThan(25)
  })

  test('reads a single image', async () => {
    const { images, labels } = bars(20, 1)
    const read = await fit(images, labels, { epochs: 1, on, rng: rng(2) })
    expect(await read(images.subarray(0, 3072)), 'one image, one class').toHaveLength(1)
  })
})
