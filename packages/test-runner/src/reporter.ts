import type {} from '@backprop/testkit' // declares `TaskMeta.exercise`
import type { TestCase, TestModule } from 'vitest/node'
import { CODE_STARTS, failureOf, NOTE, PROGRESS, type SuiteEvent, type TestName } from './events.ts'

/** A Vitest reporter that turns what happens into events. */
export function reporter(send: (event: SuiteEvent) => void) {
  return {
    onTestModuleCollected(module: TestModule) {
      const file = module.relativeModuleId
      send({ type: 'collected', tests: [...module.children.allTests()].map(test => ({ ...nameOf(test), file })) })
    },
    onTestCaseReady: (test: TestCase) => send({ type: 'started', test: nameOf(test) }),
    onTestCaseAnnotate(test: TestCase, { type, message }: { type: string; message: string }) {
      if (type === PROGRESS) send({ type: 'progress', test: nameOf(test), text: message })
      if (type === CODE_STARTS) send({ type: 'code-starts' })
    },
    onTestCaseResult(test: TestCase) {
      const { state, errors } = test.result()
      const { output = '', answered, strays = [], record, receipt } = test.meta()
      const annotationsOf = (type: string) =>
        test
          .annotations()
          .filter(each => each.type === type)
          .map(each => each.message)
      const result = {
        ...nameOf(test),
        state: strays.length > 0 ? ('failed' as const) : state === 'pending' ? ('skipped' as const) : state,
        ms: Math.round(test.diagnostic()?.duration ?? 0),
        failures: [...(errors ?? []).map(failureOf), ...strays],
        notes: annotationsOf(NOTE),
        output,
        answered,
        record,
        receipt,
      }
      send({ type: 'finished', result })
    },
    onTestModuleEnd(module: TestModule) {
      const file = module.relativeModuleId
      for (const error of module.errors()) send({ type: 'broken', failure: { ...failureOf(error), file } })
    },
    onTestRunEnd(_: readonly TestModule[], errors: readonly unknown[]) {
      for (const error of errors) send({ type: 'broken', failure: failureOf(error) })
    },
  }
}

function nameOf(test: TestCase): TestName {
  const { exercise } = test.meta()
  return { exercise: typeof exercise === 'string' ? exercise : '', name: test.name }
}
