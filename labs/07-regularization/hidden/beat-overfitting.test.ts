import { rng as generator } from '@backprop/core'
import { loadMnist } from '@backprop/datasets/node'
import { oncePerSubmission, submissionTest } from '@backprop/grader/suite'
import type { SubmissionFixtures } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import { disguise, draw, mislabelled } from './few-images.ts'

type Module = typeof import('#lab/beat-overfitting')
const test = submissionTest<Module>('beat-overfitting', { callSeconds: 150 })

// Measured over seeds; the table and the margins are in the design notes of the solution.
const BETTER_THAN_GUESSING = 0.4
const BEATS_PLAIN = 0.65
const FULL = 0.72

const DRAWS = 3
const TRAINING = 1000
const WRONG = 0.3
const HELD_OUT = 3000
const MOST_EPOCHS = 60
/** So many images are read once more, and then one by one. */
const AGAIN = { together: 200, alone: 5 }

interface Draw {
  /** What the student's function returned, whatever that is. */
  digits: unknown
  labels: Uint8Array
  /** What it said when it was asked about some of the images once more, all together and one by one. */
  again: unknown
  alone: unknown[]
}

async function trainAndRead(
  { student, on, rng, secret, progress }: SubmissionFixtures<Module>,
  number: number,
): Promise<Draw> {
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
    progress(`training ${number} of ${DRAWS}, epoch ${epoch} is done`, (number - 1 + done) / DRAWS)
  }
  const options = { on, rng: generator(rng.integer(1_000_000)), maxEpochs: MOST_EPOCHS, onEpoch }
  const read = await student.fit(train.images, labels, options)
  expect(read, 'fit returns a function that reads images').toBeTypeOf('function')
  const digits = plainList(await read(heldOut.images))
  const some = (from: number, count: number) => heldOut.images.subarray(from * 784, (from + count) * 784)
  const again = plainList(await read(some(0, AGAIN.together)))
  const alone: unknown[] = []
  for (let i = 0; i < AGAIN.alone; i += 1) alone.push(plainList(await read(some(i, 1))))
  return { digits, labels: heldOut.labels, again, alone }
}

/** What `argmax` returns is as good as the plain list that was asked for. */
const plainList = (digits: unknown): unknown => (digits instanceof Int32Array ? [...digits] : digits)

/** The share of images whose digit was found. */
const shareRight = ({ digits, labels }: Draw): number =>
  Array.isArray(digits) ? labels.filter((label, i) => digits[i] === label).length / labels.length : 0

const mean = (draws: Draw[]): number => draws.reduce((sum, draw) => sum + shareRight(draw), 0) / draws.length

async function trainAll(fixtures: SubmissionFixtures<Module>): Promise<Draw[]> {
  const draws: Draw[] = []
  for (let number = 1; number <= DRAWS; number += 1) draws.push(await trainAndRead(fixtures, number))
  const each = draws.map(draw => shareRight(draw).toFixed(4)).join(', ')
  fixtures.note(
    `${DRAWS} times ${TRAINING} images, ${WRONG * 100} % of the labels wrong; ` +
      `accuracy ${mean(draws).toFixed(4)} (${each}) on ${HELD_OUT} held-out images each, moved by a pixel`,
  )
  return draws
}

/** Training is dear: the first test that asks pays, the others look at the same digits. */
const trained = oncePerSubmission(trainAll)

exercise('beat-overfitting', () => {
  test('digits', async ({ student, on, backend, rng, secret, progress, note }) => {
    const draws = await trained({ student, on, backend, rng, secret, progress, note })
    const isDigit = (value: unknown) => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 9
    for (const { digits, labels } of draws) {
      expect(Array.isArray(digits), 'the digits come as a plain list').toBe(true)
      expect(digits, 'one digit for each image').toHaveLength(labels.length)
      expect((digits as unknown[]).every(isDigit), 'whole numbers from 0 to 9').toBe(true)
    }
    // Digits that have nothing to do with the images are no answer.
    expect(mean(draws), 'far more right answers than by chance').toBeGreaterThan(BETTER_THAN_GUESSING)
  })

  test('steady', async ({ student, on, backend, rng, secret, progress, note }) => {
    const draws = await trained({ student, on, backend, rng, secret, progress, note })
    for (const { digits, again, alone } of draws) {
      const first: unknown[] = Array.isArray(digits) ? digits.slice(0, AGAIN.together) : []
      const isSame = Array.isArray(again) && first.length > 0 && first.every((digit, i) => digit === again[i])
      expect(isSame, 'the same images get the same digits again').toBe(true)
      const isSameAlone = alone.every((list, i) => Array.isArray(list) && list.length === 1 && list[0] === first[i])
      expect(isSameAlone, 'an image gets the same digit by itself').toBe(true)
    }
    // A constant answer is steady, and none.
    expect(mean(draws), 'far more right answers than by chance').toBeGreaterThan(BETTER_THAN_GUESSING)
  })

  test('beats-plain', async ({ student, on, backend, rng, secret, progress, note }) => {
    const share = mean(await trained({ student, on, backend, rng, secret, progress, note }))
    expect(share, 'the share of right answers on images that were not trained on').toBeGreaterThan(BEATS_PLAIN)
  })

  test('full-margin', async ({ student, on, backend, rng, secret, progress, note }) => {
    const share = mean(await trained({ student, on, backend, rng, secret, progress, note }))
    expect(share, 'the share of right answers on images that were not trained on').toBeGreaterThan(FULL)
  })
})
