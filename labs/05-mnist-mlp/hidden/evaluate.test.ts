import { type SubmissionFixtures, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'

type Judge = typeof import('#lab/judge')
const test = submissionTest<Judge>('judge', { keepsArguments: ['evaluate'] })

const EXACTLY = { relative: 0, absolute: 0 }

/** Images of three pixels: two that encode the index, and the digit that `read` will read. */
function imagesOf(answers: number[]): Uint8Array {
  return Uint8Array.from(answers.flatMap((answer, i) => [i >> 8, i & 255, answer]))
}

/** Reads the digit from the last pixel, and remembers the images of each batch. */
function reader() {
  const batches: number[][] = []
  const read = (images: Uint8Array) => {
    const places: number[] = []
    const digits: number[] = []
    for (let i = 0; i + 2 < images.length; i += 3) {
      places.push(256 * images[i] + images[i + 1])
      digits.push(images[i + 2])
    }
    batches.push(places)
    return digits
  }
  return { batches, read }
}

async function evaluation(
  student: SubmissionFixtures<Judge>['student'],
  [answers, labels]: [number[], number[]],
  batchSize: number,
) {
  const { batches, read } = reader()
  const found: unknown = await student.evaluate(read, imagesOf(answers), Uint8Array.from(labels), { batchSize })
  expect(typeof found === 'object' && found !== null, 'evaluate returns an object').toBe(true)
  const { accuracy, confusion } = found as { accuracy: unknown; confusion: unknown }
  return { accuracy, confusion, batches }
}

function counted(answers: number[], labels: number[]): number[][] {
  const pairs = labels.map((label, i) => 10 * label + answers[i])
  return Array.from({ length: 10 }, (_, row) =>
    Array.from({ length: 10 }, (_, col) => pairs.filter(pair => pair === 10 * row + col).length),
  )
}

exercise('evaluate', () => {
  test('accuracy', async ({ student, rng }) => {
    for (const [count, batchSize] of [
      [50, 50],
      [47, 10],
      [47, 1],
      [2, 32],
      [1, 32],
      [1, 1],
    ]) {
      const labels = Array.from({ length: count }, () => rng.integer(10))
      const answers = labels.map(label => (rng.integer(3) === 0 ? rng.integer(10) : label))
      const { accuracy } = await evaluation(student, [answers, labels], batchSize)
      const right = labels.filter((label, i) => label === answers[i]).length
      expect(accuracy, `${count} images in batches of ${batchSize}`).toBeNear(right / count)
    }
    const labels = Array.from({ length: 20 }, () => rng.integer(10))
    const wrong = await evaluation(student, [labels.map(label => (label + 1) % 10), labels], 7)
    expect(wrong.accuracy, 'no image is read correctly').toBeNear(0)
  })

  test('confusion', async ({ student, rng }) => {
    const labels = Array.from({ length: 90 }, () => rng.integer(10))
    const answers = labels.map(label => (rng.integer(2) === 0 ? (label + 1 + rng.integer(3)) % 10 : label))
    const { confusion } = await evaluation(student, [answers, labels], 16)
    expect(confusion, 'row = the digit, column = what it was read as').toBeNear(counted(answers, labels), EXACTLY)
  })

  test('digits-that-do-not-occur', async ({ student }) => {
    const [labels, answers] = [
      [3, 3, 8, 3],
      [5, 3, 5, 5],
    ]
    const { confusion, accuracy } = await evaluation(student, [answers, labels], 3)
    expect(confusion, 'always ten rows and ten columns').toBeNear(counted(answers, labels), EXACTLY)
    expect(accuracy, 'one of four').toBeNear(0.25)
  })

  test('batches', async ({ student, rng }) => {
    const labels = Array.from({ length: 10_000 }, () => rng.integer(10))
    const answers = labels.map(label => (rng.integer(4) === 0 ? rng.integer(10) : label))
    const { batches, confusion } = await evaluation(student, [answers, labels], 32)
    // 312 full batches, and one of 16.
    expect(batches.length, '10,000 images in batches of 32').toBeNear(313, EXACTLY)
    const given = batches.flat()
    const inOrder = given.length === 10_000 && given.every((place, i) => place === i)
    expect(inOrder, 'every image is read once, in order').toBe(true)
    expect(
      batches.slice(0, -1).every(places => places.length === 32),
      'all batches but the last are full',
    ).toBe(true)
    expect(confusion, 'hundreds of images of each digit are counted').toBeNear(counted(answers, labels), EXACTLY)
    const even = await evaluation(student, [labels.slice(0, 64), labels.slice(0, 64)], 32)
    expect(even.batches.length, '64 images are two full batches, without an empty one').toBeNear(2, EXACTLY)
  })
})
