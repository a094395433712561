import type { SuiteOutcome, WarmOutcome } from '@backprop/testkit/run'
import type { TypeProblem } from '../check/type-checker.ts'
import { CRASHED, placeOf, tell } from '../visible/index.ts'
import { compilerAdvice, mostTelling } from './compiler-words.ts'
import { explainFailure } from './failure.ts'
import type { Finding } from './finding.ts'
import { isIn, isOfFile, type Span } from './span.ts'

/** What the compiler and the tests say; where the tests ran only once, less is known of them. */
export interface Seen {
  readonly problems: readonly TypeProblem[]
  readonly outcome: SuiteOutcome & Partial<Pick<WarmOutcome, 'during' | 'printed'>>
}

export interface Asked {
  readonly exercise: string
  /** Where it is in the student's files. */
  readonly spans: readonly Span[]
}

/**
 * The first thing to put right in an exercise; nothing where all is well, or not begun, or was not run. A wrong type
 * elsewhere can wait, and so can a test of another exercise that does not end; an error of syntax cannot, for with it
 * nothing of its file runs.
 */
export function firstFinding({ problems, outcome }: Seen, { exercise, spans }: Asked): Finding | undefined {
  const { end, during, broken } = outcome
  const results = outcome.results.filter(result => result.exercise === exercise)
  const syntax = problems.find(({ isSyntax, file }) => isSyntax && (results.length === 0 || isOfFile(file, spans)))
  if (syntax) return ofCompiler(syntax)
  const failed = results.find(({ state }) => state === 'failed')
  // Outside of any test it may be code that all need whose tests have not ended.
  const isMine = during?.test ? during.test.exercise === exercise : !failed
  if (end === 'too-slow' && during && isMine) return ofLoop(during, spans)
  const mine = mostTelling(problems.filter(problem => spans.some(span => isIn(problem, span))))
  if (failed?.failures[0]?.name === 'NotImplemented') return undefined
  // What does not type often is why it fails, and says it at its line.
  if (mine && (failed ?? broken.length > 0)) return ofCompiler(mine)
  if (failed) return explainFailure(failed, spans)
  const [error] = broken
  if (error)
    return { title: 'Your file cannot be loaded', place: placeOf(error), facts: tell(error).split('\n'), advice: [] }
  if (end === 'crashed' && isMine)
    return { title: 'The tests ended early', facts: [CRASHED, outcome.output.trim()].filter(Boolean), advice: [] }
  return undefined
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

/** A loop without an end: the innermost line of the exercise that it is at, otherwise of the student's. */
function ofLoop({ test, places: all }: NonNullable<WarmOutcome['during']>, spans: readonly Span[]): Finding {
  const places = all.flatMap(({ name, file, line }) => {
    const mine = /src[\\/][\w.-]+\.ts$/.exec(file)?.[0].replaceAll('\\', '/')
    return mine ? [{ name, file: mine, line }] : []
  })
  const at = places.find(place => spans.some(span => isIn(place, span))) ?? places[0]
  if (!at)
    return {
      title: 'Your code does not come back',
      facts: [
        `${test ? `"${test.name}" was running, and nothing` : 'Nothing'} happened for seconds, so it was stopped.`,
      ],
      advice: ['Is there a loop without an end, or an await for something that never comes?'],
    }
  return {
    title: 'A loop without an end',
    place: { file: at.file, line: at.line },
    facts: [`${at.name ? `${at.name}() was` : 'Your code was'} still running here after seconds, so it was stopped.`],
    advice: ['What should end the loop, and does each round come nearer to it? Look at its condition and its i++.'],
  }
}
