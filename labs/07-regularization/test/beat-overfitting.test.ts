import { plain, rng } from '@backprop/core'
import { exercise, expect, test } from '@backprop/testkit'
import { fit } from '#lab/beat-overfitting'

const on = plain()

/** Images that are easy to tell apart: digit d is a bright bar of two rows, 2d + 4 rows from the top, with some noise. */
function bars(count: number, seed: number) {
  const noise = rng(seed)
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10)
  const images = new Uint8Array(count * 784)
  for (const [i, digit] of labels.entries())
    for (let pixel = 0; pixel < 784; pixel += 1) {
      const inBar = Math.floor((Math.floor(pixel / 28) - 4) / 2) === digit
      images[i * 784 + pixel] = (inBar ? 200 : 0) + noise.integer(56)
    }
  return { images, labels }
}

/** Three of ten labels are wrong. */
const tired = (labels: Uint8Array) => labels.map((label, i) => (i % 10 < 7 ? label : (label + 1 + (i % 7)) % 10))

exercise('beat-overfitting', () => {
  test('reads ten simple patterns, though three of ten labels are wrong', async () => {
    const { images, labels } = bars(210, 1)
    const order = rng(3).permutation(210)
    const shuffled = Uint8Array.from(order, i => labels[i])
    const pixels = Uint8Array.from(images, (_, k) => images[order[Math.floor(k / 784)] * 784 + (k % 784)])
    const read = await fit(pixels, tired(shuffled), { on, rng: rng(2), maxEpochs: 8 })
    const others = bars(50, 4)
    const digits = await read(others.images)
    expect(digits, 'one digit for each image').toHaveLength(50)
    const right = digits.filter((digit, i) => digit === others.labels[i]).length
    expect(right, 'guessing finds 5 of 50: are the bytes divided by 255 for reading too?').toBeGreaterThan(25)
  })

  test('reads the same image in the same way each time', async () => {
    const { images, labels } = bars(40, 1)
    const read = await fit(images, labels, { on, rng: rng(2), maxEpochs: 2 })
    const others = bars(30, 5).images
    expect(await read(others), 'is anything dropped while reading?').toEqual(await read(others))
    expect(await read(others.subarray(0, 784)), 'one image, one digit').toHaveLength(1)
  })

  test('trains no more than maxEpochs, and tells of each epoch', async () => {
    const heard: number[] = []
    const { images, labels } = bars(40, 1)
    await fit(images, labels, { on, rng: rng(2), maxEpochs: 3, onEpoch: epoch => heard.push(epoch) })
    expect(heard, 'onEpoch(1, …), onEpoch(2, …), onEpoch(3, …)').toEqual([1, 2, 3])
  })
})
