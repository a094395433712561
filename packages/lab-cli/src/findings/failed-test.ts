import { NAN_MADE, type NaNOrigin, type TestFailure, type TestResult } from '@backprop/test-runner'
import { type ExpectedError, type Mismatch, mismatchText } from '@backprop/testkit'
import { placesOf } from '@backprop/visible-tests'
import { isIn, type LineRange } from '../lab/exercise-functions.ts'
import type { Finding } from './finding.ts'
import { clean, mismatchOf } from './parse-mismatch.ts'
import { thrownAdvice } from './thrown-advice.ts'

/** Why a test failed. If the stack goes through one of `ranges`, the place is there. */
export function failedTest(
  { name, failures: [failure] }: Pick<TestResult, 'name' | 'failures'>,
  ranges: readonly LineRange[] = [],
): Finding {
  const message = clean(failure.message)
  const places = placesOf(failure)
  const place = places.find(each => ranges.some(range => isIn(each, range))) ?? places[0]
  const title = `"${name}" fails`
  if (failure.name === 'AssertionError') return { title, place, ...assertionFinding(failure, message) }
  const missing = isMissingExport(failure) ? /^(\w+) is not a/.exec(message)?.[1] : undefined
  if (missing)
    return {
      title: `"${missing}" is not exported`,
      facts: [`The tests import ${missing}, and your file doesn't export it.`],
      advice: [`Write "export" before it: export function ${missing}(…). Was it renamed?`],
    }
  if (failure.name === NAN_MADE)
    return {
      title: `${title}: a NaN is produced here`,
      place,
      facts: [message],
      advice: failure.nan ? [nanAdvice(failure.nan)] : [],
    }
  const advice = thrownAdvice(message)
  return {
    title,
    place,
    facts: [failure.name === 'Error' ? message : `${failure.name}: ${message}`],
    advice: advice ? [advice] : [],
  }
}

type Explanation = Pick<Finding, 'facts' | 'comparison' | 'advice'>

/** The hint of the test comes before our advice. */
function assertionFinding(failure: TestFailure, message: string): Explanation {
  const mismatch = mismatchOf(failure)
  if (!mismatch && /^promise resolved .* instead of rejecting$/s.test(message)) return NOT_REJECTED
  if (!mismatch) {
    // Vitest puts the hint of the test in front: "the loss falls: expected 3 to be less than 2".
    const [, hint, found] = /^([^]+?): (expected [^]+)$/.exec(message) ?? []
    return { facts: [found ?? message], advice: hint === undefined ? [] : [hint] }
  }
  const { advice, ...found } = explain(mismatch)
  return { ...found, advice: failure.hint ? [clean(failure.hint), ...advice] : advice }
}

/** Vitest finds this before any matcher runs, so it is not known which error is expected. */
const NOT_REJECTED: Explanation = {
  facts: ['The call must throw an error; your code returned without one.'],
  advice: ['Check the arguments first: if (…) throw …. The line of the test below says which error.'],
}

function explain(mismatch: Mismatch): Explanation {
  switch (mismatch.kind) {
    case 'not-numbers':
      return { facts: [mismatchText(mismatch)], advice: causeAdvice(mismatch.received.cause) }
    case 'shape': {
      const { expected, received, sides } = mismatch
      const hasNumbers = sides?.expected.numbers !== undefined && sides.received.numbers !== undefined
      return {
        facts: [],
        comparison: hasNumbers ? { kind: 'values', ...sides } : { kind: 'shapes', expected, received },
        advice: [shapeAdvice(expected, received)],
      }
    }
    case 'numbers':
      return {
        facts: [mismatchText(mismatch)],
        comparison: { kind: 'values', ...mismatch.sides, tolerance: mismatch.tolerance },
        advice: [],
      }
    case 'unequal': {
      const { expected, received } = mismatch
      return { facts: [], comparison: { kind: 'values', expected, received }, advice: causeAdvice(received.cause) }
    }
    case 'length': {
      const { received } = mismatch
      const cause = typeof received === 'number' ? undefined : received.cause
      return { facts: [mismatchText(mismatch)], advice: causeAdvice(cause) }
    }
    case 'not-thrown': {
      const { expected } = mismatch
      return {
        facts: [`The call must throw ${errorText(expected)}; your code returned without an error.`],
        advice: [`Check the arguments first: if (…) throw new ${expected.name ?? 'Error'}('…').`],
      }
    }
    case 'wrong-error': {
      const { expected, received } = mismatch
      const advice = thrownAdvice(received.message) ?? (expected.name && `The class matters: throw new ${expected.name}('…').`) // prettier-ignore
      return {
        facts: [`The call must throw ${errorText(expected)}; your code threw ${withArticle(received.name)}: ${received.message}`], // prettier-ignore
        advice: advice ? [advice] : [],
      }
    }
    case 'unexpected-error': {
      const { name, message } = mismatch.received
      const advice = thrownAdvice(message)
      return { facts: [`No error is expected here; your code threw ${withArticle(name)}: ${message}`], advice: advice ? [advice] : [] } // prettier-ignore
    }
  }
}

const errorText = ({ name = 'Error', message }: ExpectedError): string =>
  `${withArticle(name)}${message === undefined ? '' : ` whose message has ${message}`}`

const withArticle = (name: string): string => `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`

const CAUSE_ADVICE = {
  undefined:
    'Nothing came back. Is there a return? A function with braces, x => { … }, needs the word too. Or is an index beyond the end of a list?',
  promise: 'A promise is a value that arrives later: write await before the call that makes it.',
}

const causeAdvice = (cause: keyof typeof CAUSE_ADVICE | undefined): string[] => (cause ? [CAUSE_ADVICE[cause]] : [])

function shapeAdvice(expected: readonly number[], actual: readonly number[]): string {
  if (actual.length === 0) return 'This is a single number, and a list is expected: one result for each element?'
  if (expected.length === 0) return 'This is a list, and a single number is expected: should something be summed?'
  if (expected.length === 2 && expected.join() === [...actual].reverse().join())
    return 'Rows and columns are swapped: X[i][j] is row i, column j.'
  if (actual.length > expected.length)
    return 'There are brackets around brackets: is the result wrapped in a list twice?'
  const isSame = expected.filter(size => size !== 1).join() === actual.filter(size => size !== 1).join()
  if (actual.length < expected.length && isSame)
    return 'An axis of size 1 is missing: did a pair of brackets, or a 1 in a reshape, get lost?'
  if (actual.length < expected.length) return 'An axis is missing: do you give one number where a whole row belongs?'
  const axis = expected.findIndex((size, i) => size !== actual[i])
  const [is, wanted] = [actual[axis], expected[axis]]
  const over = 'What does the loop go over: the rows, or the numbers in a row?'
  if (is === wanted + 1) return `${over} Or does it run while i <= length instead of i < length?`
  if (is < wanted) return `${over} Or does it start too late, or end too early?`
  return over
}

/** What usually causes a NaN with these operands. */
function nanAdvice({ source, operator = '', operands }: NaNOrigin): string {
  if (source.includes('+=') && operands[0] === 'undefined')
    return 'There is nothing yet that += could add to: does the list begin with a 0 in each place? Or does an index go too far?'
  if (operands.includes('undefined'))
    return 'undefined is what a list gives beyond its end: does an index go too far, or are rows and columns swapped?'
  if (operator === '/' && operands.every(each => Number(each) === 0))
    return '0 / 0 has no answer: what should come out when the divisor is 0?'
  if (operands.some(each => each.endsWith('Infinity')))
    return 'Something became too large for a number: is there an exp of something large, or a division by 0 before?'
  if (/^Math\.(log|sqrt|log1p|log2|log10)$/.test(operator) && operands[0]?.startsWith('-'))
    return 'A negative number has no logarithm and no root: which values can get here?'
  if (operands.some(each => ['a list', 'an object', 'a function'].includes(each)))
    return 'Arithmetic works with single numbers: go through the list with map, reduce or a loop.'
  return 'NaN means "not a number", and whatever is computed with it is NaN too.'
}

/** The stack shows what the message doesn't: that the name was imported. */
const isMissingExport = ({ stack, message }: TestFailure): boolean =>
  /is not a (function|constructor)$/.test(message) && /^\w+: \(0 ?, __vite_ssr_import_\d+__\./.test(stack)
