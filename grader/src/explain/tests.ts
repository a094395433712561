import { safeBlock } from '@backprop/safe-text'
import type { TestFailure, TestResult } from '@backprop/test-runner'
import type { GradedLab } from '../pipeline/grade-lab.ts'
import { outcomeOf } from '../pipeline/score/outcome.ts'
import type { Question } from './question.ts'
import type { ExplainedTest } from './schema.ts'

/** Everything about the tests in question: the reported results, and the results now. */
export function explainTests(
  { exercise, test: only, reported, lab }: Question,
  graded: GradedLab,
  results: ReadonlyMap<string, TestResult>,
): ExplainedTest[] {
  const withoutRunning = graded.exercises.find(({ id }) => id === exercise.id)
  return exercise.tests
    .filter(({ id }) => only === undefined || id === only)
    .map(({ id, concept, points }) => {
      const before = reported.exercise.tests.find(test => test.id === id)
      const result = results.get(id)
      const { calls = [], leftOut = 0 } = result?.record ?? {}
      return {
        id,
        concept,
        maxPoints: points,
        reported: before ? { status: before.status, points: before.points } : null,
        now: result
          ? outcomeOf(result).status
          : (withoutRunning?.tests.find(test => test.id === id)?.status ?? 'missing'),
        calls: calls.map(call => ({ ...call, args: [...call.args] })),
        callsLeftOut: leftOut,
        failures: (result?.failures ?? []).map(failure => explainFailure(failure, lab.manifest.id)),
        printed: safeBlock(result?.output ?? ''),
      }
    })
}

/** A blocked test was not counted, regardless of its result. */
export const cameOutAsReported = ({ reported, now }: ExplainedTest): boolean =>
  reported?.status === now || reported?.status === 'blocked'

function explainFailure(failure: TestFailure, labId: string): ExplainedTest['failures'][number] {
  const { message, stack, expected, actual, place } = failure
  const safe = (text: string | undefined) => (text === undefined ? null : safeBlock(text))
  return {
    message: safeBlock(place ? `${message}\nat ${place}` : message),
    expected: safe(expected),
    actual: safe(actual),
    where: lineIn(stack, labId),
  }
}

/** Where in the hidden suite a failure comes from: the line of the test rather than of a helper. */
function lineIn(stack: string, labId: string): string | null {
  const places = stack.replaceAll('\\', '/').match(new RegExp(`labs/${labId}/hidden/[\\w./-]+:\\d+`, 'g')) ?? []
  return places.find(place => place.includes('.test.ts:')) ?? places.at(0) ?? null
}
