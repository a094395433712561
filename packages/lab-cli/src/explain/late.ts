import type { TestFailure } from '@backprop/test-runner'
import { placeOf, failureText } from '@backprop/visible-tests'
import type { Finding } from './finding.ts'

/** An error that came when no test was waiting for it: a promise that was rejected, or a callback that threw. */
export const ofLateError = (error: TestFailure): Finding => ({
  title: 'An error that no test waited for',
  place: placeOf(error),
  facts: [failureText(error).split('\n').slice(0, 3).join('\n')],
  advice: [
    'It was thrown after your function had returned. Is an await missing before the call that makes the promise?',
  ],
})
