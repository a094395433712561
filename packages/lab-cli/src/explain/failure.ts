import { stripVTControlCharacters } from 'node:util'
import { plainText } from '@backprop/report'
import type { TestFailure, TestResult } from '@backprop/testkit/run'
import { placeOf } from '../visible/index.ts'
import { comparison, shapeDiff } from './compare.ts'
import type { Finding } from './finding.ts'
import { thrownAdvice } from './thrown-words.ts'

/** What a test saw, where its sentence begins; before it stands the idea that the test names. */
const FACT =
  /(?:^|: )((?:the shape is |\d+ of \d+ numbers? (?:is|are) off|it is |expected |got |gradcheck: |input \d+ has )[\s\S]*)$/

/** Why a test failed, in words for whoever wrote the code. */
export function explainFailure({ name, failures: [failure] }: Pick<TestResult, 'name' | 'failures'>): Finding {
  const message = clean(failure.message)
  const place = placeOf(failure)
  const title = `"${name}" fails`
  if (failure.name === 'AssertionError') return { title, place, ...explainAssertion(message, failure) }
  const missing = isMissingExport(failure) ? /^(\w+) is not a/.exec(message)?.[1] : undefined
  if (missing)
    return {
      title: `"${missing}" is not exported`,
      facts: [`The tests import ${missing}, and your file gives them nothing of that name.`],
      advice: [`Write "export" before it: export function ${missing}(…). Has its name changed?`],
    }
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
  const shapes = /^the shape is \[([\d, ]*)\][^,]*, expected \[([\d, ]*)\]/.exec(seen)
  const sizes = (list: string) => list.split(',').filter(Boolean).map(Number) // prettier-ignore
  const both = expected !== undefined && actual !== undefined
  const compared = both ? comparison(clean(expected), clean(actual)) : shapes ? shapeDiff(sizes(shapes[2]), sizes(shapes[1])) : [] // prettier-ignore
  const kind = kindAdvice(seen) ?? (shapes ? shapeAdvice(sizes(shapes[2]), sizes(shapes[1])) : undefined)
  // Chai prints both values once more, on one line; beneath each other they are easier to read.
  const isRepeated = both && /^expected [\s\S]* to (?:deeply |strictly )*(?:equal|be) /.test(seen)
  return {
    facts: isRepeated ? [] : [seen],
    comparison: compared,
    advice: [...(idea ? [idea] : []), ...(kind ? [kind] : [])],
  }
}

function kindAdvice(seen: string): string | undefined {
  if (/but got undefined|got an array that begins with undefined|expected undefined to/.test(seen))
    return 'Nothing came back. Is there a return? A function with braces, x => { … }, needs the word too.'
  if (/a promise \(is an await missing\?\)/.test(seen))
    return 'A promise is a value that comes later: write await before the call that makes it.'
  return undefined
}

function shapeAdvice(expected: readonly number[], actual: readonly number[]): string | undefined {
  if (actual.length === 0) return 'This is a single number, and a list is wanted: one result for each element?'
  if (expected.length === 0) return 'This is a list, and a single number is wanted: is something to be added up?'
  if (expected.length === 2 && expected.join() === [...actual].reverse().join())
    return 'Rows and columns are swapped: X[i][j] is row i, column j.'
  if (actual.length > expected.length)
    return 'There are brackets around brackets: is the result put in a list once more?'
  if (actual.length < expected.length) return 'An axis is missing: is a whole row wanted where you give one number?'
  const axis = expected.findIndex((size, i) => size !== actual[i])
  const [is, wanted] = [actual[axis], expected[axis]]
  const over = 'What does the loop go over: the rows, or the numbers in a row?'
  if (is === wanted + 1) return `${over} Or does it go on to i <= length, where i < length is enough?`
  if (is === wanted - 1) return `${over} Or does it begin at 1, or end one too early?`
  return over
}

/** The stack knows what the message has lost: that the name was to be imported. */
const isMissingExport = ({ stack, message }: TestFailure): boolean =>
  /is not a (function|constructor)$/.test(message) && /^\w+: \(0 ?, __vite_ssr_import_\d+__\./.test(stack)

const clean = (text: string): string => plainText(stripVTControlCharacters(text).trim(), 600)
