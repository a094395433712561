import { expectRefusal, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import type { ScheduleOptions } from '#lab/schedule'
import { expectNumber } from './checks.ts'

const test = submissionTest<typeof import('#lab/schedule')>('schedule')

const CASES: ScheduleOptions[] = [
  { peak: 0.1, warmUp: 10, steps: 100 },
  { peak: 3, warmUp: 1, steps: 2 },
  { peak: 0.002, warmUp: 7, steps: 40, end: 0.0003 },
  { peak: 1, warmUp: 30, steps: 31, end: 0.5 },
  { peak: 0.05, warmUp: 0, steps: 12, end: 0.01 },
]

/** Half a turn of a wheel from the peak to the end: cos a = 1 − 2 sin²(a / 2). */
const fallen = ({ peak, warmUp, steps, end = 0 }: ScheduleOptions, step: number): number =>
  peak - (peak - end) * Math.sin(((Math.PI / 2) * (step - warmUp)) / (steps - warmUp)) ** 2

exercise('schedule', () => {
  test('warm-up', async ({ student }) => {
    for (const options of CASES)
      for (let step = 0; step < options.warmUp; step += 1) {
        const expected = (step / options.warmUp) * options.peak
        expectNumber(await student.learningRate(step, options), expected, `step ${step} of the warm-up`)
      }
  })

  test('cosine', async ({ student }) => {
    for (const options of CASES)
      for (let step = options.warmUp + 1; step < options.steps; step += 1)
        expectNumber(await student.learningRate(step, options), fallen(options, step), `step ${step}, on the way down`)
  })

  test('ends', async ({ student, rng }) => {
    const drawn = Array.from({ length: 5 }, () => {
      const warmUp = 1 + rng.integer(20)
      return { peak: rng.uniform(), end: rng.uniform() / 10, warmUp, steps: warmUp + 1 + rng.integer(50) }
    })
    // Numbers for which end + (peak − end), or peak · W / W, misses the peak by a rounding error.
    const rounded = [
      { peak: 0.3, end: 0.03, warmUp: 3, steps: 50 },
      { peak: 0.6, end: 0.06, warmUp: 4, steps: 9 },
      { peak: 0.7, end: 0, warmUp: 3, steps: 20 },
    ]
    for (const options of [...CASES, ...rounded, ...drawn]) {
      const { peak, warmUp, steps, end = 0 } = options
      const rate = async (step: number): Promise<unknown> => student.learningRate(step, options)
      // Exactly, not nearly: no training should end a little above its last rate. The tests above keep a step function out.
      expect((await rate(warmUp)) === peak, 'exactly the peak at the end of the warm-up').toBe(true)
      for (const step of [steps, steps + 1, 2 * steps])
        expect((await rate(step)) === end, `exactly the end at step ${step} of ${steps}`).toBe(true)
      if (warmUp > 0) expect((await rate(0)) === 0, 'exactly 0 at step 0').toBe(true)
    }
  })

  test('refusals', async ({ student }) => {
    const options = { peak: 0.1, warmUp: 10, steps: 100 }
    for (const step of [-1, 0.5, NaN, Infinity])
      await expectRefusal(student.learningRate(step, options), `step ${step}`)
    for (const warmUp of [-1, 1.5, NaN, 100, 101])
      await expectRefusal(student.learningRate(5, { ...options, warmUp }), `a warm-up of ${warmUp} steps of 100`)
    for (const steps of [0, -3, 10.5, NaN])
      await expectRefusal(student.learningRate(5, { ...options, warmUp: 0, steps }), `${steps} steps`)
    // A function that rejects everything earns nothing.
    for (const step of [3, 55])
      expectNumber(
        await student.learningRate(step, options),
        step < 10 ? 0.03 : fallen(options, step),
        'valid numbers are accepted',
      )
    expectNumber(await student.learningRate(1, { ...options, warmUp: 99 }), 0.1 / 99, 'the longest warm-up')
  })
})
