import type { Rng } from '@backprop/core'
import { expectRefusal, type SubmissionFixtures, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import type { StoppingOptions } from '#lab/early-stopping'
import { callable, expectNumber, expectNumbers, fields } from './checks.ts'
import { scriptedRun, stopping, testLossOf } from './scripted-run.ts'

type Module = typeof import('#lab/early-stopping')
const test = submissionTest<Module>('early-stopping')
type Given = Pick<SubmissionFixtures<Module>, 'student' | 'rng'>

/** Losses that wander in quarters, so that sums and differences are exact and equal losses occur. */
function wandering(count: number, rng: Rng): number[] {
  let level = 20
  return Array.from({ length: count }, (_, i) => (level += (rng.integer(5) - (i < count / 3 ? 3 : 2)) / 4))
}

/** Runs the student's training on scripted losses, and compares everything with the reference. */
async function expectAsOurs({ student, rng }: Given, losses: number[], options: StoppingOptions): Promise<void> {
  const run = scriptedRun(losses, () => rng.normal())
  const { validationLosses, bestEpoch } = fields(await student.earlyStopping(run, options))
  const ours = stopping(losses, options)
  expect(run.calls.filter(call => call === 'epoch').length, 'the number of epochs trained').toBe(ours.epochs)
  expectNumbers(validationLosses, losses.slice(0, ours.epochs), 'the validation loss after each epoch')
  expectNumber(bestEpoch, ours.bestEpoch, 'the best epoch')
}

exercise('early-stopping', () => {
  test('patience', async ({ student, rng }) => {
    for (const patience of [1, 2, 3, 5])
      for (let time = 0; time < 4; time += 1)
        await expectAsOurs({ student, rng }, wandering(40, rng), { patience, minDelta: 0, maxEpochs: 40 })
    // Better, worse, better, worse: never two bad epochs in a row.
    const sawtooth = Array.from({ length: 20 }, (_, i) => 20 - i / 2 + (i % 2 === 0 ? 0 : 4))
    await expectAsOurs({ student, rng }, sawtooth, { patience: 2, minDelta: 0, maxEpochs: 20 })
    // It falls from one epoch to the next, but is still not better than the first.
    await expectAsOurs({ student, rng }, [1, 9, 8, 7, 6, 5, 4], { patience: 3, minDelta: 0, maxEpochs: 7 })
    // A loss of 0 is a good loss, and losses may be negative.
    await expectAsOurs({ student, rng }, [2, 0, 1, 0.5, 0.25, 3], { patience: 3, minDelta: 0, maxEpochs: 6 })
    await expectAsOurs({ student, rng }, [-1, -3, -2, -2.5, -4], { patience: 2, minDelta: 0, maxEpochs: 5 })
    await expectAsOurs({ student, rng }, [0.5, -0.5, 0, 0, 0], { patience: 3, minDelta: 0, maxEpochs: 5 })
  })

  test('min-delta', async ({ student, rng }) => {
    for (const minDelta of [0.25, 0.5, 1])
      for (let time = 0; time < 4; time += 1)
        await expectAsOurs({ student, rng }, wandering(30, rng), { patience: 3, minDelta, maxEpochs: 30 })
    // A quarter each time never exceeds a half at once, but two of them after the best make one half.
    const stairs = Array.from({ length: 12 }, (_, i) => 10 - i / 4)
    await expectAsOurs({ student, rng }, stairs, { patience: 3, minDelta: 0.5, maxEpochs: 12 })
    await expectAsOurs({ student, rng }, [5, 5, 5, 5, 5], { patience: 3, minDelta: 0, maxEpochs: 5 })
    // With a minimum delta of 0, the smallest improvement counts.
    const little = Array.from({ length: 9 }, (_, i) => 1 - i * 1e-9)
    await expectAsOurs({ student, rng }, little, { patience: 2, minDelta: 0, maxEpochs: 9 })
    // Losses below 0: lower by more than the minimum delta, and by less.
    await expectAsOurs({ student, rng }, [-1, -1.5, -3, -3.5, -3.75], { patience: 2, minDelta: 1, maxEpochs: 5 })
  })

  test('most-epochs', async ({ student, rng }) => {
    const falling = Array.from({ length: 30 }, (_, i) => 100 - i)
    for (const maxEpochs of [0, 1, 7, 30])
      await expectAsOurs({ student, rng }, falling, { patience: 2, minDelta: 0, maxEpochs })
    await expectAsOurs({ student, rng }, [3, 2, 4, 4, 4, 4], { patience: 6, minDelta: 0, maxEpochs: 4 })
  })

  test('restore', async ({ student, rng }) => {
    for (const patience of [1, 4]) {
      // Either patience or maxEpochs ends the run, with the best epoch at the end, before it, or first.
      for (const losses of [wandering(30, rng), [5, 4, 3, 2, 1], [1, 2, 3, 4, 5, 6, 7, 8], [5, 3, 4, 4.5], [2, 3, 4]]) {
        const options = { patience, minDelta: 0, maxEpochs: losses.length }
        const run = scriptedRun(losses, () => rng.normal())
        await student.earlyStopping(run, options)
        expect(run.epochInUse(), 'the weights of the best epoch are in use').toBe(stopping(losses, options).bestEpoch)
      }
    }
  })

  test('live-weights', async ({ student, rng }) => {
    for (let time = 0; time < 3; time += 1) {
      const losses = [...wandering(12, rng), 100, 101, 102, 103]
      const options = { patience: 4, minDelta: 0, maxEpochs: losses.length }
      const run = fields(await student.rehearsal(losses))
      callable(run.weights, 'the rehearsal must be unchanged')
      const { bestEpoch } = stopping(losses, options)
      const { testLoss } = fields(await student.earlyStopping(run, options))
      expectNumber(testLoss, 100 * bestEpoch, 'the test loss with copied weights')
      expect(
        await run.weights(),
        'the weights of the best epoch, although later ones were written into the same list',
      ).toBeNear([bestEpoch])
    }
    // The initial weights are changed in place as well.
    const run = fields(await student.rehearsal([NaN, NaN, NaN]))
    await student.earlyStopping(run, { patience: 3, minDelta: 0, maxEpochs: 3 })
    expect(await run.weights(), 'no epoch was better: back to the initial weights').toBeNear([0])
  })

  test('no-peeking', async ({ student, rng }) => {
    for (const [patience, losses] of [
      [1, wandering(25, rng)],
      [3, wandering(25, rng)],
      [9, [3, 1, 2, 4]],
    ] as const) {
      const options = { patience, minDelta: 0, maxEpochs: losses.length }
      const run = scriptedRun(losses, () => rng.normal())
      const { testLoss } = fields(await student.earlyStopping(run, options))
      expect(run.calls.filter(call => call === 'test').length, 'the test loss is requested once').toBe(1)
      expect(run.calls.at(-1), 'the test loss is requested last').toBe('test')
      expectNumber(testLoss, testLossOf(stopping(losses, options).bestEpoch), 'the test loss with the best weights')
    }
  })

  test('not-a-number', async ({ student, rng }) => {
    await expectAsOurs({ student, rng }, [4, NaN, 3, NaN, NaN, 2, NaN], { patience: 2, minDelta: 0, maxEpochs: 7 })
    await expectAsOurs({ student, rng }, [NaN, 5, 6, 7, 8], { patience: 3, minDelta: 0, maxEpochs: 5 })
    const run = scriptedRun([NaN, NaN, NaN, NaN], () => rng.normal())
    const { bestEpoch } = fields(await student.earlyStopping(run, { patience: 3, minDelta: 0, maxEpochs: 4 }))
    expectNumber(bestEpoch, 0, 'no epoch is the best one')
    expect(run.epochInUse(), 'back to the initial weights').toBe(0)
  })

  test('refusals', async ({ student, rng }) => {
    const run = scriptedRun([3, 2, 1], () => rng.normal())
    const good = { patience: 2, minDelta: 0, maxEpochs: 3 }
    for (const patience of [0, -1, 0.5, 1.5, NaN])
      await expectRefusal(student.earlyStopping(run, { ...good, patience }))
    for (const minDelta of [-0.1, -1e-9, NaN]) await expectRefusal(student.earlyStopping(run, { ...good, minDelta }))
    expect(run.calls, 'nothing is trained with invalid settings').toHaveLength(0)
    // A function that rejects everything earns nothing.
    await expectAsOurs({ student, rng }, wandering(12, rng), { patience: 1, minDelta: 0, maxEpochs: 12 })
  })
})
