import { rng as generator } from '@backprop/core'
import { loadMnist } from '@backprop/datasets/node'
import { oncePerSubmission, type SubmissionFixtures, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import { disguise, draw, mislabelled } from './few-images.ts'
import { curvature, readWith, trainedNetwork } from './trained.ts'

type Module = typeof import('#lab/beat-overfitting')
type Given = Omit<SubmissionFixtures<Module>, 'elsewhere'>
const test = submissionTest<Module>('beat-overfitting', { callSeconds: 150 })

// Measured over seeds; the table and the margins are in the solution's design.md.
const BETTER_THAN_GUESSING = 0.4
const BEATS_PLAIN = 0.65
const FULL = 0.71
/** The means of the classes, or any other linear classifier, written as a network: 0. Trained networks: 0.23 and more. */
const LEAST_CURVATURE = 0.05

const DRAWS = 3
const TRAINING = 1000
const WRONG = 0.3
const HELD_OUT = 3000
const MOST_EPOCHS = 60

/** The share of held-out images that the student's network reads correctly, and how far it is from a linear one. */
async function trainAndRead({ student, on, rng, secret, progress }: Given, number: number) {
  const mnist = await loadMnist()
  const same = disguise(secret(`disguise ${number}`))
  const train = draw(mnist.train, TRAINING, { choice: rng, ink: rng }, { ...same, moved: false })
  const labels = mislabelled(train.labels, WRONG, secret(`mislabelled ${number}`))
  // Their labels stay here.
  const heldOut = draw(
    mnist.test,
    HELD_OUT,
    { choice: secret(`held-out ${number}`), ink: rng },
    { ...same, moved: true },
  )
  const onEpoch = (epoch: unknown) => {
    if (typeof epoch !== 'number' || epoch % 5 !== 0) return
    // Most trainings stop early: half of the epochs is a good guess.
    const done = Math.min(1, epoch / (MOST_EPOCHS / 2))
    const place = (number - 1) % DRAWS
    progress(`training ${number}, epoch ${epoch} is done`, (place + done) / DRAWS)
  }
  const options = { on, rng: generator(rng.integer(1_000_000)), maxEpochs: MOST_EPOCHS, onEpoch }
  const network = trainedNetwork(await student.fit(train.images, labels, options), 784, 10)
  const digits = readWith(network, heldOut.images)
  const share = heldOut.labels.filter((label, i) => digits[i] === label).length / HELD_OUT
  return { share, curved: curvature(network, heldOut.images) }
}

/** Other draws decide if the first ones miss the full mark by little, so bad luck must strike twice to cost points. */
async function trainAll(fixtures: Given): Promise<number> {
  const first = await meanOf(fixtures, 1)
  return first > BEATS_PLAIN && first <= FULL ? Math.max(first, await meanOf(fixtures, DRAWS + 1)) : first
}

/** The mean share of three draws. */
async function meanOf(fixtures: Given, from: number): Promise<number> {
  const networks: { share: number; curved: number }[] = []
  for (let number = from; number < from + DRAWS; number += 1) networks.push(await trainAndRead(fixtures, number))
  const shares = networks.map(({ share }) => share)
  const mean = shares.reduce((sum, one) => sum + one, 0) / DRAWS
  fixtures.note(
    `${DRAWS} times ${TRAINING} images, ${WRONG * 100} % of the labels wrong; accuracy ${mean.toFixed(4)} ` +
      `(${shares.map(one => one.toFixed(4)).join(', ')}) on ${HELD_OUT} held-out images each, moved by a pixel`,
  )
  for (const { curved } of networks)
    expect(curved, 'the hidden layers do more than pass numbers on').toBeGreaterThan(LEAST_CURVATURE)
  return mean
}

/** Training is expensive: the first test that needs it trains, and the others reuse the networks. */
const trained = oncePerSubmission(trainAll)

exercise('beat-overfitting', () => {
  test('network', async ({ student, on, backend, rng, secret, progress, note }) => {
    // A network that has nothing to do with the images earns nothing.
    const right = await trained({ student, on, backend, rng, secret, progress, note })
    expect(right, 'far more right answers than by chance').toBeGreaterThan(BETTER_THAN_GUESSING)
  })

  test('beats-plain', async ({ student, on, backend, rng, secret, progress, note }) => {
    const right = await trained({ student, on, backend, rng, secret, progress, note })
    expect(right, 'the share of right answers on images that were not trained on').toBeGreaterThan(BEATS_PLAIN)
  })

  test('full-margin', async ({ student, on, backend, rng, secret, progress, note }) => {
    const right = await trained({ student, on, backend, rng, secret, progress, note })
    expect(right, 'the share of right answers on images that were not trained on').toBeGreaterThan(FULL)
  })
})
