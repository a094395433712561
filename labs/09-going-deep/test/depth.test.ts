import { noGrad, plain, rng, tensor } from '@backprop/core'
import { exercise, expect, test } from '@backprop/testkit'
import { fit, logitsOf } from '#lab/deep'
import { Network } from '#lab/network'

const on = plain()

/** Images that are easy to distinguish: class c is a bright bar of two pixels, with some noise. `[count · 20]` */
function bars(count: number, seed: number) {
  const noise = rng(seed)
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10)
  const images = Uint8Array.from({ length: count * 20 }, (_, k) => {
    const isInBar = Math.floor((k % 20) / 2) === labels[Math.floor(k / 20)]
    return (isInBar ? 180 : 0) + noise.integer(75)
  })
  return { images, labels }
}

exercise('depth', () => {
  test('adds the input of each deep layer to its output, if there are skips', async () => {
    const network = new Network(3, 2, { on, rng: rng(1) })
    const x = tensor([[1, -1, 2]], { on })
    const [plainly, skipping] = noGrad(() => {
      const first = network.first.forward(x, false)
      const values = (skip: boolean) => {
        let h = [...first.dataSync()]
        for (const layer of network.layers) {
          const out = [...layer.forward(tensor([h], { on }), false).dataSync()]
          h = skip ? out.map((value, j) => value + h[j]) : out
        }
        return [...network.last(tensor([h], { on })).dataSync()]
      }
      return [values(false), values(true)]
    })
    const logits = (skip: boolean) => noGrad(() => logitsOf(network, x, { skip, training: false })).data()
    expect(await logits(false), 'without skips: layer after layer').toBeNear(plainly)
    expect(await logits(true), 'with skips: h + layer(h) for the deep layers, not for the first and the last').toBeNear(
      skipping,
    )
  })

  test('trains as many steps as asked, and reports each', async () => {
    const { images, labels } = bars(130, 1)
    const losses: number[] = []
    const onStep = (step: number, loss: number) => {
      expect(step, 'onStep(1, …), onStep(2, …), …').toBe(losses.length + 1)
      losses.push(loss)
    }
    const numbers = await fit(images, labels, { on, rng: rng(2), depth: 2, skip: true, steps: 5, onStep })
    expect(losses, 'two batches in each pass through 130 images, so 5 steps take three passes').toHaveLength(5)
    const count = (inputs: number) => 64 * inputs + 4 * 64
    expect(numbers, 'what network.numbers() gives').toHaveLength(count(20) + 2 * count(64) + 650)
    expect([images, labels], 'the images and the labels must not change').toEqual(Object.values(bars(130, 1)))
  })

  test('learns with skips', async () => {
    const { images, labels } = bars(256, 1)
    const losses: number[] = []
    const onStep = (_: number, loss: number) => void losses.push(loss)
    await fit(images, labels, { on, rng: rng(2), depth: 4, skip: true, steps: 40, onStep })
    expect(losses[39], 'guessing costs 2.3: does each step call backward and adam.step()?').toBeLessThan(0.5)
  })

  test('gives the same network for the same seed', async () => {
    const { images, labels } = bars(64, 1)
    const run = (seed: number) => fit(images, labels, { on, rng: rng(seed), depth: 1, skip: false, steps: 2 })
    expect(await run(3), 'draw from the given generator, and from nothing else').toEqual(await run(3))
  })
})
