import type { TestFailure, TestResult } from '@backprop/test-runner'
import { placesOf } from '@backprop/visible-tests'
import type { Finding } from './finding.ts'
import { isIn, isThrow, type ExerciseFunction } from '../lab/exercise-functions.ts'

/** The exercise whose throw was reached: a stub throws `NotImplemented`, whose message names it. */
export function unwritten({ name, message, actual = '' }: TestFailure): string | undefined {
  // A test that expects an error of another kind got this one.
  if (name !== 'NotImplemented' && name !== 'AssertionError') return undefined
  return /\b([a-z0-9-]+) is yours to write\b/.exec(`${message} ${actual}`)?.[1]
}

/** What to say when a test came to a stub's throw in an exercise that is begun: which throw, and what to do with it. */
export function unfinished(
  { name, failures: [failure] }: Pick<TestResult, 'name' | 'failures'>,
  parts: readonly ExerciseFunction[],
  exercise: string,
): Finding {
  const owner = unwritten(failure) ?? exercise
  const places = placesOf(failure).filter(({ file }) => file.startsWith('src/'))
  if (owner !== exercise)
    return ofOther(
      owner,
      name,
      places.find(each => parts.some(range => isIn(each, range))),
    )
  const [place] = places
  const part = place && parts.find(each => isIn(place, each))
  if (!part) return { title: 'Not all of it is written', place, facts: [reached(name)], advice: [REPLACE] }
  if (part.isUntouched) {
    const begun = parts.filter(each => !each.isUntouched).length
    return {
      title: `Still to write: ${part.name}`,
      place,
      facts: [`"${name}" calls ${part.name}, which is as it was handed out.`],
      advice: [`${begun} of the ${parts.length} functions of this exercise ${begun === 1 ? 'is' : 'are'} begun.`],
    }
  }
  const below = part.code.slice(place.line - part.from + 1, -1)
  if (below.some(isCode))
    return {
      title: 'The throw stands before your code',
      place,
      facts: [`"${name}" came to this line, so nothing below it ran.`],
      advice: ['Delete the line: it stood for the code that you have written.'],
    }
  return {
    title: 'Your code goes on to the throw',
    place,
    facts: [reached(name)],
    advice: [part.code.some(line => /\breturn\b/.test(line)) ? REPLACE : `${REPLACE} Is there a return?`],
  }
}

const REPLACE =
  'Your code must give the answer before it comes to this line; then delete the line: it stands for what is not written.'

const reached = (test: string): string => `"${test}" came to this line, which throws NotImplemented.`

const ofOther = (owner: string, test: string, place: Finding['place']): Finding => ({
  title: `Exercise "${owner}" is not written yet`,
  place,
  facts: [`"${test}" came to its throw: your code calls one of its functions.`],
  advice: [`Write "${owner}" first, or do without the call.`],
})

/** Neither empty nor a comment, nor another throw. */
const isCode = (line: string): boolean =>
  !/^\s*(?:$|\/\/|\/\*|\*)/.test(line) && !isThrow(line) && !/^\s*[}\])]+[;,]?$/.test(line)
