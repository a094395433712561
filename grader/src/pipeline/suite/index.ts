import { plain } from '@backprop/core'
import { CODE_STARTS, NOTE, PROGRESS } from '@backprop/test-runner/events'
import { expect, inject, type RunnerTestCase, type RunnerTestSuite, test as base } from 'vitest'
import { DeviceBroker } from '../../sandbox/device/broker.ts'
import { openDevice } from '../../sandbox/device/open-device.ts'
import { streamOf } from '../../sandbox/draws.ts'
import { ForkServers } from '../../sandbox/fork-server.ts'
import { isBrokered, openSession, type Staged } from '../../sandbox/open-session.ts'
import type { Session } from '../../sandbox/session.ts'
import type { Trace } from '../../sandbox/trace.ts'
import { StudentError } from '../../sandbox/wire/sandbox-errors.ts'
import { beginAnswers, noteAnswer } from './answered.ts'
import type { SubmissionFixtures } from './fixtures.ts'
import { load } from './load.ts'
import { Recorder } from './recorder.ts'
import { Spare } from './spare.ts'
import { Strays } from './strays.ts'
import { submissionNow, trialTest } from './trial-test.ts'

export { takesTime } from '../../sandbox/slow.ts'
export type { SubmissionFixtures } from './fixtures.ts'

/** What hidden suites import: tests whose `student` is the submission's module behind the wall. */

declare module 'vitest' {
  interface ProvidedContext {
    staged: Staged
  }
}

interface FileFixtures {
  /** Lends the device to children that have no backend in their process. */
  readonly broker: DeviceBroker | null
  /** Holds the process for the file's next test. */
  readonly spare: Spare
}

/** A suite may report progress in a callback, and a submission may call back endlessly. */
const MAX_PROGRESS_REPORTS = 1000

export interface SubmissionOptions<M> {
  /**
   * Bytes that the student's code may pass to a callback of the test at a time, a million by default; all callbacks of a
   * test together may get four times that. More is an error in the student's code.
   */
  readonly callbackBytes?: number
  /** A test that trains may allow its calls more time than the lab's `callSeconds`. */
  readonly callSeconds?: number
  /**
   * Functions, methods as `Class.method`, and returned functions as `adam()` or `dropout().forward`, that must not
   * change their arguments.
   * The wall hides what a call does to them, so the student's process compares them: a call that changes one fails the
   * test that awaits it.
   */
  readonly keepsArguments?: readonly (Exported<M> | `${Exported<M>}()` | `${Exported<M>}${'.' | '().'}${string}`)[]
}

type Exported<M> = keyof M & string

/** Work before the first student process, such as reading a data set, doesn't count against the student's time. */
let codeHasStarted = false

/** Makes the processes of all tests of a submission, where that works. They end with the thread that runs the suite. */
const forks = new ForkServers()

/** A hidden test: its name is in `lab.json`, its body gets the fixtures above. */
export type SubmissionTest<M> = (name: string, body: (fixtures: SubmissionFixtures<M>) => Promise<void>) => void

/**
 * Makes the `test` of a hidden suite. `module` is the name of an edited file: `perceptron` for src/perceptron.ts.
 * `grade check` has the same suites try many answers in one process; see `trial.ts`.
 */
export function submissionTest<M>(module: string, options: SubmissionOptions<M> = {}): SubmissionTest<M> {
  const trials = inject('trials')
  return trials
    ? trialTest<M>(trials, { module, keepsArguments: options.keepsArguments })
    : behindTheWall<M>(module, options)
}

/**
 * Does something expensive once per submission, such as training: the first test that asks pays, and all of them see the
 * same outcome.
 */
export function oncePerSubmission<F, T>(make: (fixtures: F) => Promise<T>): (fixtures: F) => Promise<T> {
  const made = new Map<unknown, Promise<T>>()
  return fixtures => {
    const submission = submissionNow()
    const outcome = made.get(submission) ?? make(fixtures)
    made.set(submission, outcome)
    return outcome
  }
}

function behindTheWall<M>(module: string, options: SubmissionOptions<M>): SubmissionTest<M> {
  return base.extend<SubmissionFixtures<M> & FileFixtures>({
    // One for all tests of a file: each test starts its own child, and they share the device.
    broker: [
      async ({}, use) => {
        const { backend, allowSoftware, ...staged } = inject('staged')
        const isWanted = isBrokered({ backend, ...staged })
        const broker = isWanted ? new DeviceBroker(await openDevice({ name: backend, allowSoftware })) : null
        await use(broker)
        broker?.device.close()
      },
      { scope: 'file' },
    ],
    // One for all: a test's process is started while another test runs.
    on: [async ({}, use) => use(plain()), { scope: 'file' }],
    backend: async ({ task: _ }, use) => use(inject('staged').backend),
    rng: async ({ task }, use) => use(streamOf(inject('staged').draws, nameOf(task), 'inputs')),
    secret: async ({ task }, use) =>
      use(purpose => streamOf(inject('staged').draws, nameOf(task), `secret: ${purpose}`)),
    progress: async ({ annotate }, use) => {
      let left = MAX_PROGRESS_REPORTS
      await use((text, fractionDone) => {
        if (left-- > 0) void annotate(JSON.stringify({ text, fractionDone }), PROGRESS)
      })
    },
    note: async ({ annotate }, use) => use(text => void annotate(text, NOTE)),
    elsewhere: async ({ on, broker, student: _ }, use) => {
      const opened: Session[] = []
      await use(async () => {
        const staged = inject('staged')
        const { callSeconds = staged.limits.callSeconds, keepsArguments } = options
        const session = await openSession(staged, module, on, {
          callSeconds,
          keepsArguments,
          broker,
          forks,
          onAnswer: noteAnswer,
        })
        opened.push(session)
        return session.remote<M>()
      })
      for (const session of opened) await session.close()
    },
    // Depends on the broker so that it is closed before the broker.
    spare: [
      async ({ broker: _ }, use) => {
        const spare = new Spare()
        await use(spare)
        await spare.close()
      },
      { scope: 'file' },
    ],
    student: async ({ on, broker, task, spare, annotate }, use) => {
      const staged = inject('staged')
      if (!codeHasStarted) await annotate('', CODE_STARTS)
      codeHasStarted = true
      const recorder = staged.record ? new Recorder(on) : null
      const { keepsArguments, callbackBytes } = options
      const callSeconds =
        options.callSeconds === undefined ? staged.limits.callSeconds : options.callSeconds * (staged.slowness ?? 1)
      const settings = { callSeconds, keepsArguments, callbackBytes, broker, forks, onAnswer: noteAnswer }
      beginAnswers(staged, nameOf(task))
      const open = (trace?: Trace) => openSession(staged, module, on, { ...settings, trace })
      // The recorder must exist before the first message.
      const session = (!recorder && (await spare.take())) || (await load(module, () => open(recorder?.trace)))
      if (!recorder && task !== testsToRun(task.file).at(-1)) spare.prepare(() => open())
      const strays = new Strays()
      try {
        await use(session.remote<M>())
      } finally {
        // After closing, the record is complete. A failed test takes no more annotations, but its meta travels.
        await session.close()
        task.meta.answered = session.hasAnswered
        task.meta.strays = await strays.stop()
        if (broker) task.meta.receipt = broker.takeReceipt()
        if (session.output) task.meta.output = session.output
        if (recorder) task.meta.record = recorder.record()
      }
    },
  })
}

/**
 * Passes when the student's function itself refuses its arguments with a RangeError, as the labs promise. Another error
 * does not count, as it may be an accidental crash; nor does a stub, a dead process or a changed argument.
 */
export async function expectRefusal(call: Promise<unknown>, why?: string): Promise<void> {
  let refused = false
  try {
    await call
  } catch (error) {
    if (!(error instanceof StudentError) || error.kind !== 'threw') throw error
    refused = error.thrownName === 'RangeError'
  }
  expect(refused, why ?? 'wrong arguments must be refused with a RangeError').toBe(true)
}

const testsToRun = (suite: RunnerTestSuite): RunnerTestCase[] =>
  suite.tasks.flatMap(task => (task.type === 'suite' ? testsToRun(task) : task.mode === 'run' ? [task] : []))

const nameOf = (task: RunnerTestCase): string => task.fullTestName ?? task.name
