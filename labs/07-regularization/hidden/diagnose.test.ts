import { expectRefusal, type SubmissionFixtures, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import type { Verdict } from '#lab/diagnose'

type Module = typeof import('#lab/diagnose')
const test = submissionTest<Module>('diagnose', { keepsArguments: ['diagnose'] })

/** Two curves, as multiples of the loss of guessing. */
interface Curves {
  training: number[]
  validation: number[]
}

/** A curve that falls from about 1 to `low` until the middle, and then goes to `end` in a straight line. */
function curve(epochs: number, low: number, end: number): number[] {
  const turn = Math.ceil(epochs / 2)
  const settled = 8
  return Array.from({ length: epochs }, (_, i) => {
    if (i < turn) return low + (1 - low) * Math.exp((-6 * i) / turn)
    return low + (end - low) * Math.min(1, (i - turn + 1) / (epochs - turn - settled))
  })
}

const curves = (epochs: number, [low, end]: [number, number], [valid, last]: [number, number]): Curves => ({
  training: curve(epochs, low, end),
  validation: curve(epochs, valid, last),
})

async function expectVerdict(
  { student, rng }: Pick<SubmissionFixtures<Module>, 'student' | 'rng'>,
  { training, validation }: Curves,
  verdict: Verdict,
): Promise<void> {
  const guessing = 0.5 + 3 * rng.uniform()
  const scaled = (losses: number[]) => losses.map(loss => loss * guessing)
  const said: unknown = await student.diagnose(scaled(training), scaled(validation), guessing)
  expect(said === verdict, 'the verdict on these two curves').toBe(true)
}

/** Every seventh epoch is an outlier by a factor, so never two within five; the last one is `fromEnd` before the end. */
const spiked = (losses: number[], factor: number, fromEnd: number): number[] =>
  losses.map((loss, i) => ((losses.length - 1 - i) % 7 === fromEnd ? loss * factor : loss))

exercise('diagnose', () => {
  test('underfit', async ({ student, rng }) => {
    for (const level of [0.55, 0.7, 0.98])
      await expectVerdict({ student, rng }, curves(40, [level, level], [level + 0.02, level + 0.02]), 'underfit')
    // Where even the training loss is high, a rising validation loss does not matter yet.
    await expectVerdict({ student, rng }, curves(40, [0.6, 0.6], [0.6, 0.95]), 'underfit')
    await expectVerdict({ student, rng }, curves(40, [0.2, 0.8], [0.3, 0.9]), 'underfit')
    // The limit is half of the loss of guessing. The `good` case catches a verdict that is always the same.
    await expectVerdict({ student, rng }, curves(40, [0.502, 0.502], [0.51, 0.51]), 'underfit')
    await expectVerdict({ student, rng }, curves(40, [0.498, 0.498], [0.51, 0.51]), 'good')
  })

  test('overfit', async ({ student, rng }) => {
    for (const [valid, last] of [
      [0.2, 0.26],
      [0.1, 0.4],
      [0.5, 0.7],
      [0.6, 2],
    ] as [number, number][])
      await expectVerdict({ student, rng }, curves(50, [0.05, 0.001], [valid, last]), 'overfit')
    await expectVerdict({ student, rng }, curves(50, [0.45, 0.45], [0.5, 0.7]), 'overfit')
    // The very last median counts, not the one before it.
    const rising = { training: Array<number>(7).fill(0.1), validation: [0.3, 0.3, 0.3, 0.3, 0.4, 0.4, 0.4] }
    await expectVerdict({ student, rng }, rising, 'overfit')
    // The lowest five in a row may start anywhere: three low epochs are enough for their median.
    const dip = [0.4, 0.4, 0.4, 0.4, 0.3, 0.3, 0.3, 0.4, 0.4, 0.4, 0.4]
    await expectVerdict({ student, rng }, { training: dip.map(() => 0.1), validation: dip }, 'overfit')
    const early = [0.3, 0.3, 0.3, 0.4, 0.4, 0.4, 0.4, 0.4]
    await expectVerdict({ student, rng }, { training: early.map(() => 0.1), validation: early }, 'overfit')
    const nothing = [0.5, 0, 0, 0, 0.1, 0.1, 0.1, 0.1, 0.1]
    await expectVerdict({ student, rng }, { training: nothing.map(() => 0), validation: nothing }, 'overfit')
    // The limit is 1.2 times the lowest. The `good` case catches a verdict that is always the same.
    for (const [end, verdict] of [
      [0.3606, 'overfit'],
      [0.3594, 'good'],
    ] as const) {
      const validation = [...Array<number>(8).fill(0.3), ...Array<number>(8).fill(end)]
      await expectVerdict({ student, rng }, { training: validation.map(() => 0.1), validation }, verdict)
    }
  })

  test('good', async ({ student, rng }) => {
    for (const [low, valid, last] of [
      [0.1, 0.15, 0.15],
      [0.01, 0.2, 0.23],
      [0.45, 0.46, 0.46],
      [0, 0.02, 0.02],
    ])
      await expectVerdict({ student, rng }, curves(50, [low, low], [valid, last]), 'good')
    // The very last median counts, not the one before it.
    const falling = { training: [0.8, 0.8, 0.6, 0.6, 0.4, 0.4, 0.4], validation: Array<number>(7).fill(0.5) }
    await expectVerdict({ student, rng }, falling, 'good')
    // A loss exactly at a limit is not above it.
    const level: unknown = await student.diagnose(Array<number>(8).fill(5), [5, 5, 5, 5, 5, 6, 6, 6], 10)
    expect(level === 'good', 'a loss exactly at the limit').toBe(true)
    // The shortest curves allowed.
    await expectVerdict(
      { student, rng },
      { training: Array<number>(5).fill(0.1), validation: Array<number>(5).fill(0.3) },
      'good',
    )
    // A validation loss that is high from start to end, far above the training loss, does not rise.
    await expectVerdict({ student, rng }, curves(50, [0.1, 0.01], [0.9, 0.95]), 'good')
    // Catches a verdict that is always the same.
    await expectVerdict({ student, rng }, curves(50, [0.1, 0.1], [0.3, 0.5]), 'overfit')
  })

  test('noise', async ({ student, rng }) => {
    for (const fromEnd of [0, 3])
      for (const [pair, factor, verdict] of [
        [curves(42, [0.55, 0.55], [0.57, 0.57]), 0.1, 'underfit'],
        [curves(42, [0.4, 0.4], [0.42, 0.42]), 6, 'good'],
        [curves(42, [0.05, 0.01], [0.3, 0.39]), 0.1, 'overfit'],
      ] as [Curves, number, Verdict][])
        await expectVerdict(
          { student, rng },
          { training: spiked(pair.training, factor, fromEnd), validation: spiked(pair.validation, factor, fromEnd) },
          verdict,
        )
  })

  test('any-scale', async ({ student }) => {
    for (const size of [1e-6, 7, 250, 1e6]) {
      const scaled = (losses: number[]) => losses.map(loss => loss * size)
      for (const [{ training, validation }, verdict] of [
        [curves(40, [0.8, 0.8], [0.82, 0.82]), 'underfit'],
        [curves(40, [0.05, 0.01], [0.3, 0.5]), 'overfit'],
        [curves(40, [0.1, 0.1], [0.2, 0.21]), 'good'],
      ] as [Curves, Verdict][]) {
        const said: unknown = await student.diagnose(scaled(training), scaled(validation), size)
        expect(said === verdict, 'the verdict does not depend on the unit').toBe(true)
      }
    }
    // Sorted as strings the last five are 12, 12, 30, 9, 9.1, with a different number in the middle.
    const long = [...Array<number>(10).fill(12), 9, 30, 12, 9.1]
    const said: unknown = await student.diagnose(Array<number>(14).fill(1), long, 100)
    expect(said === 'good', 'the median of numbers').toBe(true)
  })

  test('refusals', async ({ student }) => {
    const five = [5, 4, 3, 2, 1]
    await expectRefusal(student.diagnose([], [], 2), 'no epochs')
    await expectRefusal(student.diagnose([1], [1], 2), 'one epoch')
    await expectRefusal(student.diagnose([1, 2, 3, 4], [1, 2, 3, 4], 2), 'four epochs')
    await expectRefusal(student.diagnose(five, [...five, 1], 2), 'curves of different lengths')
    await expectRefusal(student.diagnose([...five, 1], five, 2), 'a missing validation loss')
    await expectRefusal(student.diagnose([1, 2, 3, 4], five, 2), 'four epochs and five')
    const good = Array<number>(9).fill(1)
    for (const bad of [NaN, Infinity, -Infinity])
      for (const place of [0, 4, 8]) {
        const spoilt = good.with(place, bad)
        await expectRefusal(student.diagnose(spoilt, good, 2), 'a training loss that is not finite')
        await expectRefusal(student.diagnose(good, spoilt, 2), 'a validation loss that is not finite')
      }
    // A function that rejects everything earns nothing.
    const said: unknown[] = []
    for (const guessing of [1, 3]) said.push(await student.diagnose(good, good, guessing))
    expect(said[0] === 'underfit' && said[1] === 'good', 'valid curves are accepted').toBe(true)
  })
})
