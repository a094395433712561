import type { ExerciseManifest, Lab } from '@backprop/course'
import { plainText } from '@backprop/safe-text'
import type { LabCheck } from '../check/lab-checker.ts'
import type { ExerciseResult } from '../findings/exercise-result.ts'
import type { Finding } from '../findings/finding.ts'
import { compilerFinding } from '../findings/first-finding.ts'
import { changedLines, findingLines } from './finding-lines.ts'
import { cut, spaced, type TerminalStyle } from './terminal-text.ts'

export const titleText = ({ manifest: { id, title } }: Lab, { paint }: TerminalStyle): string =>
  `${paint('bold', `${id}  ${title}`)}\n\n`

export interface OutcomeOptions {
  readonly style: TerminalStyle
  /** The terminal's folder: paths are printed relative to it. */
  readonly cwd: string
}

/** What one check says about these exercises, and whether all of them pass. */
export function outcomeText(
  lab: Lab,
  results: readonly ExerciseResult[],
  check: LabCheck,
  { style, cwd }: OutcomeOptions,
): { text: string; isAllGreen: boolean } {
  const { outcome, problems, changed } = check
  const show = (finding: Finding, source?: string) => findingLines(finding, style, { dir: lab.dir, cwd, source })
  const [first] = results
  // If nothing ran at all, all exercises have the same reason.
  if (outcome.results.length === 0 && first.finding && results.every(({ finding }) => finding)) {
    const lines = [...show(first.finding, first.source), ...spaced(changedLines(changed, style))]
    return { text: `${lines.join('\n')}\n`, isAllGreen: false }
  }
  const shown = new Set<string>()
  const once = (finding: Finding, source?: string): string[] => {
    const key = JSON.stringify(finding)
    if (shown.has(key)) return []
    shown.add(key)
    return show(finding, source)
  }
  const rows = results.flatMap(result => {
    const below = result.finding ? once(result.finding, result.source) : []
    return [resultRow(manifestOf(lab, result), result, style), ...below.map(line => (line ? `  ${line}` : ''))]
  })
  const types = problems.slice(0, 3).flatMap(problem => spaced(once(compilerFinding(problem))))
  const isAllGreen = results.every(({ status }) => status === 'passed')
  const notes = [changedLines(changed, style), printedLines(outcome.printed, style, { short: false })]
  const end = ['', isAllGreen ? allGreen(results) : conclusion(lab, results, outcome), '']
  return { text: [...rows, ...types, ...notes.flatMap(spaced), ...end].join('\n'), isAllGreen }
}

/** The tests of the quiz only check that each question has an answer. */
function allGreen(results: readonly ExerciseResult[]): string {
  const isQuiz = ({ exercise }: ExerciseResult) => exercise === 'quiz'
  const quiz = 'Whether the answers of the quiz are right is only checked when you hand in.'
  if (results.every(isQuiz)) return `Each question has an answer. ${quiz}`
  const text = 'All visible tests pass. The hidden tests try other numbers when you hand in.'
  return results.some(isQuiz) ? `${text}\n${quiz}` : text
}

function manifestOf({ manifest }: Lab, { exercise }: ExerciseResult): ExerciseManifest {
  const [found] = manifest.exercises.filter(({ id }) => id === exercise)
  return found
}

function conclusion(
  lab: Lab,
  exercises: readonly ExerciseResult[],
  { end, during, tests, results }: LabCheck['outcome'],
): string {
  if (end !== 'too-slow' || during) return tally(exercises)
  // Without `during`, all that is known is which test is missing.
  const hung = tests.find(
    test => !results.some(result => result.exercise === test.exercise && result.name === test.name),
  )
  const { wallSeconds } = lab.manifest.limits
  return `Stopped after ${wallSeconds} s: "${hung?.name}" of ${hung?.exercise} did not end. Is there an endless loop?`
}

/** The status of each exercise of a lab, one per line. */
export const allLines = (
  { manifest }: Lab,
  results: readonly ExerciseResult[],
  style: TerminalStyle,
): readonly string[] => [...manifest.exercises.map((each, i) => resultRow(each, results[i], style)), '', tally(results)]

/** The status of an exercise, on one line. */
function resultRow(
  { id, title }: ExerciseManifest,
  { status, passed, total }: ExerciseResult,
  { signs, paint, columns }: TerminalStyle,
): string {
  const counted =
    status === 'passed' && id === 'quiz'
      ? 'answered'
      : total > 0
        ? `${passed} of ${total} tests pass`
        : 'no test could run'
  const [sign, word, color] = (
    {
      passed: [signs.good, counted, 'green'],
      failed: [signs.bad, counted, 'red'],
      'not-started': [signs.open, 'not started', 'dim'],
      'not-run': [signs.open, 'not run', 'yellow'],
    } as const
  )[status]
  return paint(color, cut(`${sign} ${id.padEnd(20)} ${word.padEnd(20)} ${title}`, columns))
}

/** How many exercises pass, and how many were not reached if the run ended early. */
function tally(results: readonly ExerciseResult[]): string {
  const count = (kind: ExerciseResult['status']) => results.filter(({ status }) => status === kind).length
  const notRun = count('not-run')
  const early = notRun === 0 ? '' : ` The tests ended early, and ${notRun === 1 ? '1 was' : `${notRun} were`} not run.`
  return `${count('passed')} of ${results.length} exercises pass their visible tests.${early}`
}

/** How many printed lines a short screen shows: the first ones, and the latest. */
const [FIRST_LINES, LAST_LINES] = [2, 4]

/** What the code printed. A line never takes more than one row, and a `short` screen shows few lines. */
export function printedLines(
  printed: string,
  { paint, columns }: TerminalStyle,
  { short }: { readonly short: boolean },
): string[] {
  const text = plainText(printed, Infinity).trimEnd()
  if (text === '') return []
  const lines = text.split('\n').map(line => cut(`  ${line}`, columns))
  const left = lines.length - FIRST_LINES - LAST_LINES
  const shown =
    short && left > 1
      ? [...lines.slice(0, FIRST_LINES), `  … ${left} lines left out …`, ...lines.slice(-LAST_LINES)]
      : lines
  return [paint('dim', 'Your code printed:'), ...shown]
}
