import { rng as generator } from '@backprop/core'
import { loadCifar10 } from '@backprop/datasets/node'
import { oncePerSubmission, type SubmissionFixtures, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import { altered, disguised, sample } from './altered.ts'

type Network = typeof import('#lab/network')
const test = submissionTest<Network>('network', { callSeconds: 400 })

interface Marks {
  /** The number of training images and of held-out images. */
  readonly images: number
  readonly heldOut: number
  readonly chance: number
  readonly dense: number
  readonly full: number
  /** Other draws decide if the first ones end above `luckless` but not above `full`, up to `draws` in all. */
  readonly luckless: number
  readonly draws: number
}
// Measured over seeds; the table and the margins are in the solution's design.md.
const MANY: Marks = { images: 10_000, heldOut: 5_000, chance: 0.25, dense: 0.42, full: 0.47, luckless: 0.42, draws: 2 }
const FEW: Marks = { images: 2_000, heldOut: 2_000, chance: 0.2, dense: 0.34, full: 0.345, luckless: 0.25, draws: 3 }
/** Plain loops are too slow for the number of images that every other backend trains on. */
const marksOn = (backend: string): Marks => (backend === 'plain' ? FEW : MANY)
const EPOCHS = 3

/**
 * The number of parameters allowed. The training images are 30 million bytes, and reading happens in another process,
 * which knows nothing about them except these numbers.
 */
const MOST_NUMBERS = 300_000
/** What a file of weights contains besides its numbers: names and shapes. */
const HEADER_BYTES = 20_000

interface Outcome {
  /** What the student's function returned, whatever it is. */
  classes: unknown
  labels: Uint8Array
}

async function trainAndRead(
  { student, elsewhere, on, backend, rng, secret, progress, note }: SubmissionFixtures<Network>,
  draw: string,
): Promise<Outcome> {
  const cifar = await loadCifar10({ onProgress: text => progress(text) })
  // Classes are renumbered at random, and all images are rotated and recoloured in the same way: a table of the
  // published images or weights trained at home know neither. A network that learns does.
  const side = cifar.train.rows
  const names = secret(`names${draw}`).permutation(10)
  const [way, colours] = [1 + secret(`way${draw}`).integer(7), secret(`colours${draw}`).permutation(3)]
  const disguise = (images: Uint8Array) => disguised(images, side, way, colours)
  const renamed = (labels: Uint8Array) => labels.map(label => names[label])
  const train = sample(cifar.train, marksOn(backend).images, rng)
  const held = sample(cifar.test, marksOn(backend).heldOut, secret(`held-out${draw}`))
  const labels = renamed(held.labels)
  const shown = disguise(altered(held.images, side, secret(`altered${draw}`)))

  const onEpoch = (epoch: unknown) => {
    if (typeof epoch === 'number') progress(`epoch ${epoch} of ${EPOCHS} is done`, Math.min(1, epoch / EPOCHS))
  }
  const options = { on, rng: generator(rng.integer(1_000_000)), epochs: EPOCHS, onEpoch }
  const model = await student.fit(disguise(train.images), renamed(train.labels), options)
  const file: unknown = await student.saved(model)
  expect(file instanceof Uint8Array, 'saved must be unchanged: it makes a file of weights').toBe(true)
  const most = 4 * MOST_NUMBERS + HEADER_BYTES
  expect((file as Uint8Array).length, 'the number of parameters').toBeLessThanOrEqual(most)
  const reader = await elsewhere()
  const restored = await reader.restored(file as Uint8Array, { on, rng: generator(rng.integer(1_000_000)) })
  const classes = plainList(await reader.read(restored, shown, { on }))

  note(
    `trained on ${train.labels.length} of ${cifar.train.count} images, ${EPOCHS} epochs; ` +
      `accuracy ${shareRight({ classes, labels }).toFixed(4)} on ${labels.length} held-out images, each moved, half of them mirrored`,
  )
  return { classes, labels }
}

/** What `argmax` returns is as good as the plain list that the README asks for. */
const plainList = (classes: unknown): unknown => (classes instanceof Int32Array ? [...classes] : classes)

/** The share of right answers. */
const shareRight = ({ classes, labels }: Outcome): number =>
  Array.isArray(classes) ? labels.filter((label, i) => classes[i] === label).length / labels.length : 0

/** The best of as many draws as it takes, so bad luck must strike each time to cost points. */
async function trainUntilFull(fixtures: SubmissionFixtures<Network>): Promise<Outcome> {
  const { full, luckless, draws } = marksOn(fixtures.backend)
  let best = await trainAndRead(fixtures, '')
  for (let draw = 2; draw <= draws && isShort(shareRight(best), luckless, full); draw += 1) {
    const next = await trainAndRead(fixtures, ` ${draw}`)
    if (shareRight(next) > shareRight(best)) best = next
  }
  return best
}

const isShort = (share: number, luckless: number, full: number) => share > luckless && share <= full

/** Training is expensive: the first test that needs it trains, and the others reuse the answers. */
const trained = oncePerSubmission(trainUntilFull)

exercise('accuracy', () => {
  test('classes', async ({ student, elsewhere, on, backend, rng, secret, progress, note }) => {
    const { classes, labels } = await trained({ student, elsewhere, on, backend, rng, secret, progress, note })
    expect(Array.isArray(classes), 'the classes must be a plain list').toBe(true)
    expect(classes, 'one class for each image').toHaveLength(labels.length)
    const isClass = (value: unknown) => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 9
    expect((classes as unknown[]).every(isClass), 'whole numbers from 0 to 9').toBe(true)
    // Classes that have nothing to do with the images are right for one image in ten.
    const share = shareRight({ classes, labels })
    expect(share, 'far more right answers than by chance').toBeGreaterThan(marksOn(backend).chance)
  })

  test('better-than-dense', async ({ student, elsewhere, on, backend, rng, secret, progress, note }) => {
    const share = shareRight(await trained({ student, elsewhere, on, backend, rng, secret, progress, note }))
    const why = 'the share of right answers on images that were not trained on'
    expect(share, why).toBeGreaterThan(marksOn(backend).dense)
  })

  test('full-accuracy', async ({ student, elsewhere, on, backend, rng, secret, progress, note }) => {
    const share = shareRight(await trained({ student, elsewhere, on, backend, rng, secret, progress, note }))
    const why = 'the share of right answers on images that were not trained on'
    expect(share, why).toBeGreaterThan(marksOn(backend).full)
  })
})
