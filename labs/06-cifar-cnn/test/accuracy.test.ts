import { wasm } from '@backprop/backend-wasm'
import { rng, zeros } from '@backprop/core'
import { evaluation, parameters } from '@backprop/nn'
import { exercise, expect, test } from '@backprop/testkit'
import { fit, network, read, restored, saved } from '#lab/network'

const on = await wasm()

/** Images that are easy to distinguish: class k is a bright bar of colour k % 3, 3k rows from the top, with some noise. */
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
  test('makes a network for photographs that is not too large', () => {
    const model = network({ on, rng: rng(1) })
    const logits = model.forward(zeros([2, 3, 32, 32], { on }), evaluation)
    expect(logits, 'ten logits for each of two photographs').toHaveShape([2, 10])
    const sizes = [...parameters(model).values()].map(({ value }) => value.shape.reduce((all, side) => all * side, 1))
    const count = sizes.reduce((sum, size) => sum + size, 0)
    expect(count, 'the number of parameters').toBeLessThanOrEqual(300_000)
  })

  test('reads ten simple patterns', async () => {
    const { images, labels } = bars(400, 1)
    const model = await fit(images, labels, { epochs: 8, on, rng: rng(2) })
    const others = bars(50, 3)
    const classes = await read(model, others.images, { on })
    expect(classes, 'one class for each image').toHaveLength(50)
    const right = classes.filter((label, i) => label === others.labels[i]).length
    expect(right, 'guessing finds 5 of 50: do you scale the pixels for reading as for learning?').toBeGreaterThan(25)
    const again = restored(await saved(model), { on, rng: rng(9) })
    expect(await read(again, others.images, { on }), 'a reader must not need anything but the weights').toEqual(classes)
    expect(images, 'the images must not change').toEqual(bars(400, 1).images)
  })

  test('reads a single image', async () => {
    const model = network({ on, rng: rng(2) })
    expect(await read(model, bars(1, 1).images, { on }), 'one image, one class').toHaveLength(1)
  })
})
