import type { TestCase, TestModule } from 'vitest/node'
import type {} from '../exercise.ts' // declares the exercise that a test belongs to
import { CODE_STARTS, NOTE, PROGRESS, type SuiteEvent, type TestFailure, type TestName } from './events.ts'

/** A reporter of Vitest that turns what happens into events. */
export function reporter(tell: (event: SuiteEvent) => void) {
  return {
    onTestModuleCollected(module: TestModule) {
      const file = module.relativeModuleId
      tell({ type: 'collected', tests: [...module.children.allTests()].map(test => ({ ...nameOf(test), file })) })
    },
    onTestCaseReady: (test: TestCase) => tell({ type: 'started', test: nameOf(test) }),
    onTestCaseAnnotate(test: TestCase, { type, message }: { type: string; message: string }) {
      if (type === PROGRESS) tell({ type: 'progress', test: nameOf(test), text: message })
      if (type === CODE_STARTS) tell({ type: 'code-starts' })
    },
    onTestCaseResult(test: TestCase) {
      const { state, errors } = test.result()
      const { output = '', answered, strays = [], record, receipt } = test.meta()
      const said = (type: string) =>
        test
          .annotations()
          .filter(each => each.type === type)
          .map(each => each.message)
      const result = {
        ...nameOf(test),
        state: strays.length > 0 ? ('failed' as const) : state === 'pending' ? ('skipped' as const) : state,
        ms: Math.round(test.diagnostic()?.duration ?? 0),
        failures: [...(errors ?? []).map(failureOf), ...strays],
        notes: said(NOTE),
        output,
        answered,
        record,
        receipt,
      }
      tell({ type: 'finished', result })
    },
    onTestModuleEnd(module: TestModule) {
      const file = module.relativeModuleId
      for (const error of module.errors()) tell({ type: 'broken', failure: { ...failureOf(error), file } })
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

export function failureOf(thrown: unknown): TestFailure {
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
    place: text('place', 120),
    told: text('told', 1000),
    expected: text('expected', 4000),
    actual: text('actual', 4000),
  }
}
