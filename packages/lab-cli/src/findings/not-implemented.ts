import type { TestFailure, TestResult } from '@backprop/test-runner'
import { placesOf } from '@backprop/visible-tests'
import { type ExerciseFunction, isIn, isThrow } from '../lab/exercise-functions.ts'
import type { Finding } from './finding.ts'
import { mismatchOf } from './parse-mismatch.ts'

/** The exercise whose stub threw, if that is why the test failed. */
export function unwritten(failure: TestFailure): string | undefined {
  if (failure.name === 'NotImplemented') return failure.exercise
  // A test that expects an error, or none, got this one.
  const mismatch = mismatchOf(failure)
  return mismatch && 'received' in mismatch && typeof mismatch.received === 'object' && 'exercise' in mismatch.received
    ? mismatch.received.exercise
    : undefined
}

/** A stub's throw was reached in an exercise that is started: which one, and what to do with it. */
export function unfinished(
  { name, failures: [failure] }: Pick<TestResult, 'name' | 'failures'>,
  functions: readonly ExerciseFunction[],
  exercise: string,
): Finding {
  const owner = unwritten(failure) ?? exercise
  const places = placesOf(failure).filter(({ file }) => file.startsWith('src/'))
  if (owner !== exercise)
    return ofOther(
      owner,
      name,
      places.find(each => functions.some(range => isIn(each, range))),
    )
  const [place] = places
  const current = place && functions.find(each => isIn(place, each))
  if (!current) return { title: 'Part of it is not written yet', place, facts: [reached(name)], advice: [REPLACE] }
  if (current.isUntouched) {
    const begun = functions.filter(each => !each.isUntouched).length
    return {
      title: `Still to write: ${current.name}`,
      place,
      facts: [`"${name}" calls ${current.name}, which is still as it was handed out.`],
      advice: [`${begun} of the ${functions.length} functions of this exercise ${begun === 1 ? 'is' : 'are'} started.`],
    }
  }
  const below = current.code.slice(place.line - current.from + 1, -1)
  if (below.some(isCode))
    return {
      title: 'The throw comes before your code',
      place,
      facts: [`"${name}" reached this line, so nothing below it ran.`],
      advice: ['Delete this line: it was only a placeholder for your code.'],
    }
  return {
    title: 'Your code runs into the throw',
    place,
    facts: [reached(name)],
    advice: [current.code.some(line => /\breturn\b/.test(line)) ? REPLACE : `${REPLACE} Is there a return?`],
  }
}

const REPLACE = 'Return the answer before this line, then delete the line: it is only a placeholder for your code.'

const reached = (test: string): string => `"${test}" reached this line, which throws NotImplemented.`

const ofOther = (owner: string, test: string, place: Finding['place']): Finding => ({
  title: `Exercise "${owner}" is not written yet`,
  place,
  facts: [`"${test}" reached its throw: your code calls one of its functions.`],
  advice: [`Do exercise "${owner}" first, or remove the call.`],
})

/** Not empty, not a comment, not another throw. */
const isCode = (line: string): boolean =>
  !/^\s*(?:$|\/\/|\/\*|\*)/.test(line) && !isThrow(line) && !/^\s*[}\])]+[;,]?$/.test(line)
