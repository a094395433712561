import {
  createVitest,
  type CliOptions,
  type TestCase,
  type TestModule,
  type TestUserConfig,
  type Vitest,
} from 'vitest/node'
import { NOTE, PROGRESS, type SuiteEvent, type SuiteOptions, type TestFailure, type TestName } from './events.ts'

/**
 * A process of its own in which Vitest runs one suite: it can be killed whole when a test never returns.
 * Options come as the first message from the parent; events go back as they happen.
 */

process.once('message', (options: SuiteOptions) => void run(options))
// Without a parent there is nobody to report to.
process.once('disconnect', () => process.exit(1))
// Node would open a debugger at this signal, which the code under test may send: it can run as the same user.
process.on('SIGUSR1', () => {})

function tell(event: SuiteEvent): void {
  process.send?.(event)
}

async function run(suite: SuiteOptions): Promise<void> {
  const vitest = await createVitest(testOptions(suite), {
    envDir: false,
    logLevel: 'silent',
    resolve: {
      alias: Object.entries(suite.alias ?? {}).map(([find, replacement]) => ({
        find: new RegExp(`^${find}`),
        replacement,
      })),
    },
  })
  try {
    await vitest.start()
  } catch (error) {
    tell({ type: 'broken', failure: failureOf(error) })
  }
  await finish(vitest)
}

function testOptions({ root, include, provide, testSeconds, ...suite }: SuiteOptions): CliOptions {
  const options: TestUserConfig = {
    root,
    watch: false,
    include: [...include],
    pool: 'threads',
    maxWorkers: 1,
    testTimeout: testSeconds * 1000,
    hookTimeout: testSeconds * 1000,
    reporters: [reporter()],
    provide,
    testNamePattern: patternOf(suite),
    diff: { truncateThreshold: 40, truncateAnnotation: '… (more left out)' },
    env: {},
    api: false,
    passWithNoTests: true,
    // Nothing may depend on what an earlier run has left, not even the order of the files.
    cache: false,
  }
  return { ...options, config: false }
}

function patternOf({ exercise, test, listOnly }: Partial<SuiteOptions>): RegExp | undefined {
  if (listOnly) return /(?!)/
  return exercise ? new RegExp(`^${exercise} ${test ? `> ${test}$` : ''}`) : undefined
}

async function finish(vitest: Vitest): Promise<void> {
  tell({ type: 'done' })
  await vitest.close()
  process.disconnect?.()
  process.exit(0)
}

function reporter() {
  return {
    onTestModuleCollected: (module: TestModule) =>
      tell({ type: 'collected', tests: [...module.children.allTests()].map(nameOf) }),
    onTestCaseReady: (test: TestCase) => tell({ type: 'started', test: nameOf(test) }),
    onTestCaseAnnotate(test: TestCase, { type, message }: { type: string; message: string }) {
      if (type === PROGRESS) tell({ type: 'progress', test: nameOf(test), text: message })
    },
    onTestCaseResult(test: TestCase) {
      const { state, errors } = test.result()
      const said = (type: string) =>
        test
          .annotations()
          .filter(each => each.type === type)
          .map(each => each.message)
      const result = {
        ...nameOf(test),
        state: state === 'pending' ? ('skipped' as const) : state,
        ms: Math.round(test.diagnostic()?.duration ?? 0),
        failures: (errors ?? []).map(failureOf),
        notes: said(NOTE),
        output: test.meta().output ?? '',
        record: test.meta().record,
      }
      tell({ type: 'finished', result })
    },
    onTestModuleEnd(module: TestModule) {
      for (const error of module.errors()) tell({ type: 'broken', failure: failureOf(error) })
    },
    onTestRunEnd(_: readonly TestModule[], errors: readonly unknown[]) {
      for (const error of errors) tell({ type: 'broken', failure: failureOf(error) })
    },
  }
}

function nameOf(test: TestCase): TestName {
  const { exercise } = test.meta()
  return { exercise: typeof exercise === 'string' ? exercise : '', name: test.name }
}

function failureOf(thrown: unknown): TestFailure {
  const error = (thrown ?? {}) as Record<string, unknown>
  const text = (field: string, most: number) => {
    const value = error[field]
    return typeof value === 'string' ? value.slice(0, most) : undefined
  }
  // Vitest names the failure of a custom matcher plainly "Error"; what tells it apart is its context.
  const isMatcher = '__vitest_error_context__' in error
  return {
    name: isMatcher ? 'AssertionError' : text('name', 200) || 'Error',
    message: text('message', 8000) ?? '',
    stack: text('stack', 16_000) ?? '',
    kind: text('kind', 40),
    expected: text('expected', 4000),
    actual: text('actual', 4000),
  }
}
