import { type During, LATE, type TestFailure, type TestResult } from '@backprop/test-runner'
import { CRASHED, failureText, placeOf, placesOf } from '@backprop/visible-tests'
import type { FloatingPromise } from '../check/floating-promises.ts'
import type { LabCheck } from '../check/lab-checker.ts'
import type { CodePiece } from '../check/statements.ts'
import type { TypeProblem } from '../check/type-checker.ts'
import { type ExerciseFunction, isIn, type LineRange } from '../lab/exercise-functions.ts'
import { compilerAdvice, mostTelling } from './compiler-advice.ts'
import { failedTest } from './failed-test.ts'
import type { Finding } from './finding.ts'
import { unfinished, unwritten } from './not-implemented.ts'

/** An exercise, and where it is in the student's files. */
export interface ExerciseCode {
  readonly exercise: string
  readonly ranges: readonly LineRange[]
  readonly functions: readonly ExerciseFunction[]
}

/**
 * The first thing to fix in an exercise; undefined if it passes, isn't started or wasn't run. A wrong type elsewhere can
 * wait, and so can an endless test of another exercise. A syntax error can't, because nothing in its file runs.
 */
export function firstFinding(check: LabCheck, { exercise, ranges, functions }: ExerciseCode): Finding | undefined {
  const { problems, outcome, floating } = check
  const unused = check.unused.filter(call => ranges.some(range => isIn(call, range)))
  const { end, during, broken } = outcome
  const results = outcome.results.filter(result => result.exercise === exercise)
  const syntax = problems.find(
    ({ isSyntax, file }) => isSyntax && (results.length === 0 || ranges.some(range => range.file === file)),
  )
  if (syntax) return compilerFinding(syntax)
  const failed = results.find(({ state }) => state === 'failed')
  // Outside any test, it may be code that every unfinished exercise needs.
  const isMine = during?.test ? during.test.exercise === exercise : !failed
  if (end === 'too-slow' && during && isMine) return withUnused(ofLoop(during, ranges), unused)
  const mine = mostTelling(problems.filter(problem => ranges.some(range => isIn(problem, range))))
  const isOpen = ({ failures: [failure] }: TestResult) => failure && unwritten(failure) !== undefined
  if (results.some(isOpen) && functions.length > 0 && functions.every(({ isUntouched }) => isUntouched))
    return undefined
  if (failed && isOpen(failed) && !mine) return unfinished(failed, functions, exercise)
  // A wrong type is often the reason for a failure, and points at its line.
  if (mine && (failed ?? broken.length > 0)) return compilerFinding(mine)
  const promise = floating.find(each => ranges.some(range => isIn(each, range)))
  const late = lateError(check, { exercise, ranges })
  if (promise && (failed ?? late)) return floatingFinding(promise)
  if (failed && failed.failures[0]?.kind !== LATE) return withUnused(failedTest(failed, ranges), unused)
  if (late) return lateFinding(late)
  const [error] = broken
  if (error && results.length === 0)
    return {
      title: 'Your file cannot be loaded',
      place: placeOf(error),
      facts: failureText(error).split('\n'),
      advice: [],
    }
  if (end === 'crashed' && isMine) return withUnused(ofCrash(during, outcome.output, ranges), unused)
  return undefined
}

/** A result that nothing uses may be the reason, so it comes before the usual advice. */
function withUnused(finding: Finding, [call]: readonly CodePiece[]): Finding {
  if (!call) return finding
  const text = `Nothing uses the result of ${shown(call)}, in line ${call.line}. Keep it, as in x = …, or return it.`
  return { ...finding, advice: [text, ...finding.advice] }
}

/** An error outside of any test that belongs to an exercise: by its lines, or because nothing else was run. */
export function lateError(
  { outcome: { results, broken }, alone }: LabCheck,
  { exercise, ranges }: Pick<ExerciseCode, 'exercise' | 'ranges'>,
): TestFailure | undefined {
  const mine = results.filter(result => result.exercise === exercise)
  if (mine.length === 0) return undefined
  const inTest = mine.flatMap(({ failures }) => failures).find(({ kind }) => kind === LATE)
  return (
    inTest ??
    broken.find(error => alone === exercise || placesOf(error).some(place => ranges.some(range => isIn(place, range))))
  )
}

/** An error from the compiler. */
export function compilerFinding(problem: TypeProblem): Finding {
  const advice = compilerAdvice(problem)
  const { file, line, column, text, isSyntax } = problem
  return {
    title: isSyntax ? 'This is not TypeScript yet' : 'The types do not fit',
    place: { file, line, column },
    facts: text.split('\n').slice(0, 3),
    advice: advice ? [advice] : [],
  }
}

/** Where the code was: the innermost line of the exercise, otherwise of the student's files. */
function lineOf({ places: all }: During, ranges: readonly LineRange[]) {
  const places = all.flatMap(({ name, file, line }) => {
    const mine = /src[\\/][\w.-]+\.ts$/.exec(file)?.[0].replaceAll('\\', '/')
    return mine ? [{ name, file: mine, line }] : []
  })
  return places.find(place => ranges.some(range => isIn(place, range))) ?? places[0]
}

/** The tests didn't end, and were stopped. */
function ofLoop(during: During, ranges: readonly LineRange[]): Finding {
  const at = lineOf(during, ranges)
  if (!at)
    return {
      title: 'Your code does not return',
      facts: [
        `${during.test ? `"${during.test.name}" was running, and nothing` : 'Nothing'} happened for several seconds, so it was stopped.`,
      ],
      advice: ['Is there an endless loop, or an await for something that never comes?'],
    }
  if (during.megabytes !== undefined) return ofMemory(at, during.megabytes)
  return {
    title: 'An endless loop',
    place: { file: at.file, line: at.line },
    facts: [`${subject(at)} still running here after several seconds, so it was stopped.`],
    advice: [WHAT_ENDS_IT],
  }
}

/** The test process is gone. While its memory grew, it was asked where it was. */
function ofCrash(during: During | undefined, output: string, ranges: readonly LineRange[]): Finding {
  const at = during && lineOf(during, ranges)
  if (at && during.megabytes !== undefined) return ofMemory(at, during.megabytes)
  return { title: 'The tests ended early', facts: [CRASHED, output.trim()].filter(Boolean), advice: [] }
}

type Line = NonNullable<ReturnType<typeof lineOf>>

const ofMemory = (at: Line, megabytes: number): Finding => ({
  title: 'An endless loop, or far too much memory',
  place: { file: at.file, line: at.line },
  facts: [`${subject(at)} here when it had taken ${megabytes} MB of memory, and was stopped soon after.`],
  advice: [`Does something grow in a loop? ${WHAT_ENDS_IT}`],
})

const WHAT_ENDS_IT =
  'What should end the loop, and does each round get closer to it? Look at its condition and its i++.'

const subject = ({ name }: Line): string => (name ? `${name}() was` : 'Your code was')

/** The start of long code. */
const shown = ({ at }: CodePiece): string => (at.length > 60 ? `${at.slice(0, 60)}…` : at)

/** A promise that nothing waits for is the reason why a test failed. */
export function floatingFinding({ isForEach, ...promise }: FloatingPromise): Finding {
  const { file, line, column } = promise
  return {
    title: 'Is an await missing?',
    place: { file, line, column },
    facts: [
      isForEach
        ? 'forEach does not wait for an async function: the code below goes on before the work is done.'
        : `${shown(promise)} gives a promise, and nothing waits for it: the code below goes on before the work is done.`,
    ],
    advice: [
      isForEach
        ? 'Write a loop instead, for (const x of list) { … }, with the await inside.'
        : 'Write await before it. The function around it must be async.',
    ],
  }
}

/** An error that no test was waiting for: a promise was rejected, or a callback threw. */
export const lateFinding = (error: TestFailure): Finding => ({
  title: 'An error that no test waited for',
  place: placeOf(error),
  facts: [failureText(error).split('\n').slice(0, 3).join('\n')],
  advice: [
    'It was thrown after your function had returned. Is an await missing before the call that makes the promise?',
  ],
})
