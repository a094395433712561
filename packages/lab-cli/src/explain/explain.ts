import {
  LATE,
  type During,
  type SuiteOutcome,
  type TestFailure,
  type TestResult,
  type WarmOutcome,
} from '@backprop/test-runner'
import type { TypeFindings, TypeProblem } from '../check/type-checker.ts'
import type { ChangedFile } from '../lab/changed-files.ts'
import type { Part } from '../lab/stubs.ts'
import { CRASHED, placeOf, placesOf, failureText } from '@backprop/visible-tests'
import { compilerAdvice, mostTelling } from './compiler-words.ts'
import { explainFailure } from './failure.ts'
import type { Finding } from './finding.ts'
import { ofLateError } from './late.ts'
import { isIn, isOfFile, type Span } from './span.ts'
import { ofUnawaited } from './unawaited.ts'
import { unfinished, unwritten } from './unfinished.ts'

/** What the compiler and the tests say; where the tests ran only once, less is known of them. */
export interface Seen extends Partial<Pick<TypeFindings, 'unawaited'>> {
  readonly problems: readonly TypeProblem[]
  readonly outcome: SuiteOutcome & Partial<Pick<WarmOutcome, 'during' | 'printed'>>
  /** Files of the course that are not as they were handed out. */
  readonly changed?: readonly ChangedFile[]
  /** Tests of this exercise alone were run. */
  readonly alone?: string
}

export interface Asked {
  readonly exercise: string
  /** Where it is in the student's files. */
  readonly spans: readonly Span[]
  readonly parts: readonly Part[]
}

/**
 * The first thing to put right in an exercise; nothing where all is well, or not begun, or was not run. A wrong type
 * elsewhere can wait, and so can a test of another exercise that does not end; an error of syntax cannot, because with it
 * nothing of its file runs.
 */
export function firstFinding(seen: Seen, { exercise, spans, parts }: Asked): Finding | undefined {
  const { problems, outcome, unawaited = [] } = seen
  const { end, during, broken } = outcome
  const results = outcome.results.filter(result => result.exercise === exercise)
  const syntax = problems.find(({ isSyntax, file }) => isSyntax && (results.length === 0 || isOfFile(file, spans)))
  if (syntax) return ofCompiler(syntax)
  const failed = results.find(({ state }) => state === 'failed')
  // Outside of any test it may be code that all need whose tests have not ended.
  const isMine = during?.test ? during.test.exercise === exercise : !failed
  if (end === 'too-slow' && during && isMine) return ofLoop(during, spans)
  const mine = mostTelling(problems.filter(problem => spans.some(span => isIn(problem, span))))
  const isOpen = ({ failures: [failure] }: TestResult) => failure && unwritten(failure) !== undefined
  if (results.some(isOpen) && parts.length > 0 && parts.every(({ isUntouched }) => isUntouched)) return undefined
  if (failed && isOpen(failed) && !mine) return unfinished(failed, parts, exercise)
  // What does not type often is why it fails, and says it at its line.
  if (mine && (failed ?? broken.length > 0)) return ofCompiler(mine)
  const floating = unawaited.find(each => spans.some(span => isIn(each, span)))
  const late = lateError(seen, { exercise, spans })
  if (floating && (failed ?? late)) return ofUnawaited(floating)
  if (failed && failed.failures[0]?.kind !== LATE) return explainFailure(failed, spans)
  if (late) return ofLateError(late)
  const [error] = broken
  if (error && results.length === 0)
    return {
      title: 'Your file cannot be loaded',
      place: placeOf(error),
      facts: failureText(error).split('\n'),
      advice: [],
    }
  if (end === 'crashed' && isMine) return ofCrash(during, outcome.output, spans)
  return undefined
}

/** An error outside of any test that belongs to an exercise: by its lines, or because nothing else was run. */
export function lateError(
  { outcome: { results, broken }, alone }: Seen,
  { exercise, spans }: Pick<Asked, 'exercise' | 'spans'>,
): TestFailure | undefined {
  const mine = results.filter(result => result.exercise === exercise)
  if (mine.length === 0) return undefined
  const inTest = mine.flatMap(({ failures }) => failures).find(({ kind }) => kind === LATE)
  return (
    inTest ??
    broken.find(error => alone === exercise || placesOf(error).some(place => spans.some(span => isIn(place, span))))
  )
}

/** A complaint of the compiler. */
export function ofCompiler(problem: TypeProblem): Finding {
  const advice = compilerAdvice(problem)
  const { file, line, column, text, isSyntax } = problem
  return {
    title: isSyntax ? 'This is not TypeScript yet' : 'The types do not fit',
    place: { file, line, column },
    facts: text.split('\n').slice(0, 3),
    advice: advice ? [advice] : [],
  }
}

/** The innermost line of the exercise that the code was at, otherwise of the student's. */
function lineOf({ places: all }: During, spans: readonly Span[]) {
  const places = all.flatMap(({ name, file, line }) => {
    const mine = /src[\\/][\w.-]+\.ts$/.exec(file)?.[0].replaceAll('\\', '/')
    return mine ? [{ name, file: mine, line }] : []
  })
  return places.find(place => spans.some(span => isIn(place, span))) ?? places[0]
}

/** A loop without an end: the tests were stopped. */
function ofLoop(during: During, spans: readonly Span[]): Finding {
  const at = lineOf(during, spans)
  if (!at)
    return {
      title: 'Your code does not come back',
      facts: [
        `${during.test ? `"${during.test.name}" was running, and nothing` : 'Nothing'} happened for seconds, so it was stopped.`,
      ],
      advice: ['Is there a loop without an end, or an await for something that never comes?'],
    }
  if (during.megabytes !== undefined) return ofMemory(at, during.megabytes)
  return {
    title: 'A loop without an end',
    place: { file: at.file, line: at.line },
    facts: [`${subject(at)} still running here after seconds, so it was stopped.`],
    advice: [WHAT_ENDS_IT],
  }
}

/** The process of the tests is gone. While its memory grew it was asked where it was. */
function ofCrash(during: During | undefined, output: string, spans: readonly Span[]): Finding {
  const at = during && lineOf(during, spans)
  if (at && during.megabytes !== undefined) return ofMemory(at, during.megabytes)
  return { title: 'The tests ended early', facts: [CRASHED, output.trim()].filter(Boolean), advice: [] }
}

type Line = NonNullable<ReturnType<typeof lineOf>>

const ofMemory = (at: Line, megabytes: number): Finding => ({
  title: 'A loop without an end, or far too much memory',
  place: { file: at.file, line: at.line },
  facts: [`${subject(at)} here when it had taken ${megabytes} MB of memory, and was stopped soon after.`],
  advice: [`Does something grow in a loop? ${WHAT_ENDS_IT}`],
})

const WHAT_ENDS_IT =
  'What should end the loop, and does each round come nearer to it? Look at its condition and its i++.'

const subject = ({ name }: Line): string => (name ? `${name}() was` : 'Your code was')
