import { plain, rng } from '@backprop/core'
import { exercise, expect, test } from '@backprop/testkit'
import { fit } from '#lab/mlp'

const on = plain()

/** Images that are easy to tell apart: digit d is a bright bar of two rows, 2d + 4 rows from the top, with some noise. */
function bars(count: number, seed: number) {
  const noise = rng(seed)
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10)
  const images = new Uint8Array(count * 784)
  for (const [i, digit] of labels.entries())
    for (let pixel = 0; pixel < 784; pixel += 1) {
      const row = Math.floor(pixel / 28)
      const inBar = Math.floor((row - 4) / 2) === digit
      images[i * 784 + pixel] = (inBar ? 200 : 0) + noise.integer(56)
    }
  return { images, labels }
}

exercise('accuracy', () => {
  test('reads ten simple patterns', async () => {
    const { images, labels } = bars(400, 1)
    const read = await fit(images, labels, { epochs: 12, on, rng: rng(2) })
    const others = bars(50, 3)
    const digits = await read(others.images)
    expect(digits, 'one digit for each image').toHaveLength(50)
    const right = digits.filter((digit, i) => digit === others.labels[i]).length
    expect(
      right,
      'guessing finds 5 of 50: are the pixels scaled in the same way for learning and for reading?',
    ).toBeGreaterThan(25)
  })

  test('reads a single image', async () => {
    const { images, labels } = bars(20, 1)
    const read = await fit(images, labels, { epochs: 1, on, rng: rng(2) })
    expect(await read(images.subarray(0, 784)), 'one image, one digit').toHaveLength(1)
  })
})
