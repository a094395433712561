import type { SuiteOutcome, WarmOutcome } from '@backprop/testkit/run'
import type { TypeProblem } from '../check/type-checker.ts'
import { CRASHED, placeOf, tell } from '../visible/index.ts'
import { compilerAdvice } from './compiler-words.ts'
import { explainFailure } from './failure.ts'
import type { Finding } from './finding.ts'

/** What the compiler and the tests say; where the tests ran only once, less is known of them. */
export interface Seen {
  readonly problems: readonly TypeProblem[]
  readonly outcome: SuiteOutcome & Partial<Pick<WarmOutcome, 'hung' | 'printed'>>
}

/** Lines of a file, from 1. */
export interface Span {
  readonly file: string
  readonly from: number
  readonly to: number
}

/**
 * The first thing to put right in an exercise; nothing where all is well or not begun. `spans` say where in the files
 * the exercise is: a wrong type elsewhere can wait, an error of syntax cannot, for with it nothing runs.
 */
export function firstFinding({ problems, outcome }: Seen, spans: readonly Span[] = []): Finding | undefined {
  const syntax = problems.find(({ isSyntax }) => isSyntax)
  if (syntax) return ofCompiler(syntax)
  if (outcome.end === 'too-slow') return ofLoop(outcome)
  const failed = outcome.results.find(({ state }) => state === 'failed')
  const mine = problems.find(problem => spans.some(span => isIn(problem, span)))
  if (failed?.failures[0]?.name === 'NotImplemented') return undefined
  // What does not type often is why it fails, and says it at its line.
  if (mine && (failed ?? outcome.broken.length > 0)) return ofCompiler(mine)
  if (failed) return explainFailure(failed)
  const [broken] = outcome.broken
  if (broken)
    return { title: 'Your file cannot be loaded', place: placeOf(broken), facts: tell(broken).split('\n'), advice: [] }
  if (outcome.end === 'crashed')
    return { title: 'The tests ended early', facts: [CRASHED, outcome.output.trim()].filter(Boolean), advice: [] }
  return undefined
}

const isIn = ({ file, line }: TypeProblem, span: Span): boolean =>
  file === span.file && line >= span.from && line <= span.to

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

/** A loop without an end: the innermost line of the student's that it is at. */
function ofLoop({ hung }: Seen['outcome']): Finding {
  const at = hung?.places.find(({ file }) => /[\\/]src[\\/][\w.-]+\.ts$/.test(file))
  if (!at)
    return {
      title: 'Your code does not come back',
      facts: ['Nothing happened for seconds, so it was stopped.'],
      advice: ['Is there a loop without an end, or an await for something that never comes?'],
    }
  const file = /src[\\/][\w.-]+\.ts$/.exec(at.file)?.[0].replaceAll('\\', '/') ?? at.file
  return {
    title: 'A loop without an end',
    place: { file, line: at.line },
    facts: [`${at.name ? `${at.name}() was` : 'Your code was'} still running here after seconds, so it was stopped.`],
    advice: ['What should end the loop, and does each round come nearer to it? Look at its condition and its i++.'],
  }
}
