import { plain, rng } from '@backprop/core'
import { loadMnist } from '@backprop/datasets/node'
import { NotImplemented } from '@backprop/testkit/todo'
import { countParameters, dense, fit, train } from '#lab/mlp'
import type { EpochResult } from '#lab/mlp'

// Change what you like here. More images take more time, and are read better.
const TRAIN = 6000
const READ = 1000
const EPOCHS = 4
const SEED = 1

const on = plain()
const mnist = await loadMnist()
const first = (count: number, set = mnist.train) => ({
  images: set.images.slice(0, count * 784),
  labels: set.labels.slice(0, count),
})

/** Do one part of the show; a function that is not written yet only skips that part. */
async function attempt(what: string, part: () => Promise<void>): Promise<void> {
  console.log(`\n${what}`)
  try {
    await part()
  } catch (error) {
    if (!(error instanceof NotImplemented)) throw error
    console.log(`  Nothing to see yet: ${error.message}`)
  }
}

const bar = (epoch: number, { loss, accuracy }: EpochResult) =>
  console.log(
    `  epoch ${epoch}  loss ${loss.toFixed(3)} ${'█'.repeat(Math.round(loss * 40))}  ${(100 * accuracy).toFixed(1)} % right`,
  )

/** Pictures side by side; two rows of pixels make one row of characters, which are about twice as high as wide. */
function pictures(images: Uint8Array[]): string {
  const shades = ' ░▒▓█'
  const line = (image: Uint8Array, row: number) =>
    Array.from({ length: 28 }, (_, col) => {
      const grey = (image[row * 28 + col] + image[(row + 1) * 28 + col]) / 2
      return shades[Math.min(4, Math.floor(grey / 45))]
    }).join('')
  return Array.from({ length: 14 }, (_, i) => images.map(image => line(image, 2 * i)).join(' ')).join('\n')
}

await attempt('Training a network of 784 → 32 → 10 with your dense and train:', async () => {
  console.log(`  ${countParameters([784, 32, 10])} parameters, ${TRAIN} images`)
  const { images, labels } = first(TRAIN)
  const generator = rng(SEED)
  const layers = [dense(784, 32, { on, rng: generator }), dense(32, 10, { on, rng: generator })]
  const data = { images: new Float32Array(images).map(pixel => pixel / 255), labels }
  const options = { epochs: EPOCHS, batchSize: 32, learningRate: 1e-3, on, rng: generator, onEpoch: bar }
  await train(layers, data, options)
})

await attempt(`Your fit learns from ${TRAIN} images and reads ${READ} others:`, async () => {
  const { images, labels } = first(TRAIN)
  const read = await fit(images, labels, { epochs: EPOCHS, on, rng: rng(SEED), onEpoch: bar })
  const unseen = first(READ, mnist.test)
  const digits = await read(unseen.images)

  const wrong = [...unseen.labels.keys()].filter(i => digits[i] !== unseen.labels[i])
  console.log(`\n  It reads ${READ - wrong.length} of ${READ} rightly. Some that it misreads:`)
  const shown = wrong.slice(0, 4)
  console.log(pictures(shown.map(i => unseen.images.subarray(i * 784, (i + 1) * 784))))
  console.log(shown.map(i => `is ${unseen.labels[i]}, reads ${digits[i]}`.padEnd(28)).join(' '))

  console.log('\n  How often each digit (row) is read as each digit (column):\n')
  console.log(`     ${Array.from({ length: 10 }, (_, digit) => String(digit).padStart(5)).join('')}`)
  for (let digit = 0; digit < 10; digit += 1) {
    const counts = Array<number>(10).fill(0)
    unseen.labels.forEach((label, i) => (counts[digits[i]] += label === digit ? 1 : 0))
    console.log(`  ${digit}  ${counts.map(count => (count === 0 ? '·' : String(count)).padStart(5)).join('')}`)
  }
})
