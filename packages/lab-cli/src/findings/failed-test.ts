import { stripVTControlCharacters } from 'node:util'
import { plainText } from '@backprop/safe-text'
import { NAN_MADE, type TestFailure, type TestResult } from '@backprop/test-runner'
import { placesOf } from '@backprop/visible-tests'
import type { Finding } from './finding.ts'
import { thrownAdvice } from './thrown-advice.ts'
import { isIn, type LineRange } from '../lab/exercise-functions.ts'
import { comparison, shapeDiff } from './comparison.ts'

/** What a test saw, where its sentence begins; before it stands the idea that the test names. */
const FACT =
  /(?:^|: )((?:the shape is |\d+ of \d+ numbers? (?:is|are) off|it is |expected |got |gradcheck: |input \d+ has |promise (?:resolved|rejected) )[\s\S]*)$/

/** Why a test failed, in words for whoever wrote the code. Where the stack passes `ranges`, the place is there. */
export function explainFailure(
  { name, failures: [failure] }: Pick<TestResult, 'name' | 'failures'>,
  ranges: readonly LineRange[] = [],
): Finding {
  const message = clean(failure.message)
  const places = placesOf(failure)
  const place = places.find(each => ranges.some(range => isIn(each, range))) ?? places[0]
  const title = `"${name}" fails`
  if (failure.name === 'AssertionError') return { title, place, ...explainAssertion(message, failure) }
  const missing = isMissingExport(failure) ? /^(\w+) is not a/.exec(message)?.[1] : undefined
  if (missing)
    return {
      title: `"${missing}" is not exported`,
      facts: [`The tests import ${missing}, and your file gives them nothing of that name.`],
      advice: [`Write "export" before it: export function ${missing}(…). Has its name changed?`],
    }
  if (failure.name === NAN_MADE)
    return { title: `${title}: a NaN is made here`, place, facts: [message], advice: [nanAdvice(message)] }
  const advice = thrownAdvice(message)
  return {
    title,
    place,
    facts: [failure.name === 'Error' ? message : `${failure.name}: ${message}`],
    advice: advice ? [advice] : [],
  }
}

function explainAssertion(message: string, { expected, actual }: TestFailure): Omit<Finding, 'title'> {
  const fact = FACT.exec(message)
  const seen = fact?.[1] ?? message
  const idea = fact ? message.slice(0, fact.index) : ''
  const refusal = explainRefusal(seen, { actual: actual && clean(actual) })
  if (refusal) return { facts: [refusal.fact], advice: [idea, refusal.advice ?? ''].filter(Boolean) }
  const shapes = /^the shape is \[([\d, ]*)\][^,]*, expected \[([\d, ]*)\]/.exec(seen)
  const sizes = (list: string) => list.split(',').filter(Boolean).map(Number)
  const both = expected !== undefined && actual !== undefined
  const compared = both ? comparison(clean(expected), clean(actual)) : shapes ? shapeDiff(sizes(shapes[2]), sizes(shapes[1])) : [] // prettier-ignore
  const kind = kindAdvice(seen) ?? (shapes ? shapeAdvice(sizes(shapes[2]), sizes(shapes[1])) : undefined)
  // Chai prints both values once more, on one line; beneath each other they are easier to read.
  const isRepeated = both && /^expected [\s\S]* to (?:deeply |strictly )*(?:equal|be) /.test(seen)
  return {
    isBare: !fact && !both,
    facts: isRepeated || (shapes && compared.length > 0) ? [] : [seen],
    comparison: compared,
    advice: [...(idea ? [idea] : []), ...(kind ? [kind] : [])],
  }
}

function kindAdvice(seen: string): string | undefined {
  if (/but got undefined|got an array that begins with undefined|expected undefined to/.test(seen))
    return 'Nothing came back. Is there a return? A function with braces, x => { … }, needs the word too.'
  if (/a promise \(is an await missing\?\)|^expected Promise\{|\bgot Promise\{/.test(seen))
    return 'A promise is a value that comes later: write await before the call that makes it.'
  return undefined
}

function shapeAdvice(expected: readonly number[], actual: readonly number[]): string | undefined {
  if (actual.length === 0) return 'This is a single number, and a list is expected: one result for each element?'
  if (expected.length === 0) return 'This is a list, and a single number is expected: is something to be added up?'
  if (expected.length === 2 && expected.join() === [...actual].reverse().join())
    return 'Rows and columns are swapped: X[i][j] is row i, column j.'
  if (actual.length > expected.length)
    return 'There are brackets around brackets: is the result put in a list once more?'
  if (actual.length < expected.length) return 'An axis is missing: do you give one number where a whole row belongs?'
  const axis = expected.findIndex((size, i) => size !== actual[i])
  const [is, wanted] = [actual[axis], expected[axis]]
  const over = 'What does the loop go over: the rows, or the numbers in a row?'
  if (is === wanted + 1) return `${over} Or does it go on to i <= length, where i < length is enough?`
  if (is === wanted - 1) return `${over} Or does it begin at 1, or end one too early?`
  return over
}

/** NaN is "not a number": what a computation gives that has no answer. */
function nanAdvice(message: string): string {
  if (/\bundefined\b/.test(message))
    return 'undefined is what a list gives beyond its end: does an index go too far, or are rows and columns swapped?'
  if (/\b0 \/ 0\b/.test(message)) return '0 / 0 has no answer: what should come out when the divisor is 0?'
  if (/Infinity/.test(message))
    return 'Something became too large for a number: is there an exp of something large, or a division by 0 before?'
  if (/Math\.(log|sqrt|log1p|log2|log10)\(-/.test(message))
    return 'A negative number has no logarithm and no root: which values may come in here?'
  if (/a list|an object|a function/.test(message))
    return 'Arithmetic works with single numbers: go through the list with map, reduce or a loop.'
  return 'NaN means "not a number", and whatever is computed with it is NaN too.'
}

/** The stack knows what the message has lost: that the name was to be imported. */
const isMissingExport = ({ stack, message }: TestFailure): boolean =>
  /is not a (function|constructor)$/.test(message) && /^\w+: \(0 ?, __vite_ssr_import_\d+__\./.test(stack)

const clean = (text: string): string => plainText(stripVTControlCharacters(text).trim(), 600)

/** What became of a call of which an error was expected, or was not: the assertions `toThrow`, `rejects`, `resolves`. */
export interface Refusal {
  readonly fact: string
  readonly advice?: string
}

/** Words for the sentence of an assertion about errors; nothing where it is about something else. */
export function explainRefusal(seen: string, { actual = '' }: Pick<TestFailure, 'actual'>): Refusal | undefined {
  const thrown = thrownIn(actual)
  const kind = /^expected error to be instance of (\w+)/.exec(seen)?.[1]
  if (kind && thrown)
    return {
      fact: `The call is to be refused with ${a(kind)}; your code threw ${a(thrown.name)}: ${thrown.message}`,
      advice: thrownAdvice(thrown.message) ?? `Which error it is matters: throw new ${kind}('…').`,
    }
  if (/^expected \[?[Ff]unction[^\]]*\]? to throw an error/.test(seen)) return NO_ERROR
  const [, text, got] = /to throw error (?:including|matching) ([^]+) but got '([^]*)'$/.exec(seen) ?? []
  if (text) return { fact: `The message of the error is to hold ${text}; yours is '${got}'.` }
  const needless = /to not throw an error but '([^]*)' was thrown$/.exec(seen)?.[1]
  if (needless) return { fact: `No error is expected here; your code threw ${needless}`, advice: thrownAdvice(needless.replace(/^\w+: /, '')) } // prettier-ignore
  const value = /^promise resolved "([^]*)" instead of rejecting/.exec(seen)?.[1]
  if (value !== undefined) return { ...NO_ERROR, fact: `The call is to be refused with an error; it came to ${value}.` }
  const reason = /^promise rejected "([^]*)" instead of resolving/.exec(seen)?.[1]
  if (reason) return { fact: `Your async function ended in an error: ${reason}`, advice: thrownAdvice(reason.replace(/^\w+: /, '')) } // prettier-ignore
  return undefined
}

const NO_ERROR: Refusal = {
  fact: 'The call is to be refused with an error; your code returned as if all were well.',
  advice: "Look at the arguments first: if (…) throw new RangeError('…').",
}

/** Of an assertion that says only its idea, the line of the test says whether it was about a refusal. */
export function refusalIn(source: string, line: number): Refusal | undefined {
  const statement = source.split(/\r?\n/).slice(line - 1, line + 3).join('\n') // prettier-ignore
  const kind = /\.toThrow\(\s*([A-Z]\w*)?/.exec(statement)
  if (!kind) return undefined
  const error = kind[1] ?? 'Error'
  return {
    fact: `The call is to be refused with ${a(error)}; your code returned as if all were well.`,
    advice: `Look at the arguments first: if (…) throw new ${error}('…').`,
  }
}

/** As Vitest writes an error: `RangeError: why`, or `RangeError { "message": "why", }`. */
function thrownIn(text: string): { name: string; message: string } | undefined {
  const [, name, plain, quoted] = /^(\w+)(?:: ([^]*)|\s*\{\s*"message": "([^]*?)",?\s*\})/.exec(text) ?? []
  return name === undefined ? undefined : { name, message: plain ?? quoted ?? '' }
}

const a = (kind: string): string => `${/^[AEIOU]/.test(kind) ? 'an' : 'a'} ${kind}`
