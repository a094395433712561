import { NoSuchLab, type ExerciseManifest, type Lab } from '@backprop/course'
import type { SuiteOutcome } from '@backprop/testkit/run'
import { firstFinding, ofCompiler, type Seen } from './explain/explain.ts'
import { explainFailure } from './explain/failure.ts'
import { findingLines, type FindingContext } from './render/finding.ts'
import type { Look } from './render/look.ts'
import { CRASHED } from './visible/index.ts'

/** The exercises of a lab, or the one that is asked for. */
export function exercisesOf({ manifest: { id, exercises } }: Lab, exercise: string | undefined): ExerciseManifest[] {
  const asked = exercises.filter(candidate => !exercise || candidate.id === exercise)
  if (asked.length > 0) return asked
  throw new NoSuchLab(`Lab ${id} has no exercise "${exercise}". It has: ${exercises.map(each => each.id).join(', ')}.`)
}

export const showTitle = ({ manifest: { id, title } }: Lab, { paint }: Look): string =>
  `${paint('bold', `${id}  ${title}`)}\n\n`

export interface ShowOptions extends Pick<FindingContext, 'cwd'> {
  readonly look: Look
  /** The student's files by name, for the lines that a finding points at. */
  readonly sources?: ReadonlyMap<string, string>
}

/** What the compiler and the visible tests say of some exercises, and whether all tests pass. */
export function showOutcome(
  lab: Lab,
  asked: readonly ExerciseManifest[],
  seen: Seen,
  options: ShowOptions,
): { text: string; isAllGreen: boolean } {
  const { outcome, problems } = seen
  const show = (finding: Parameters<typeof findingLines>[0]) =>
    findingLines(finding, options.look, { dir: lab.dir, cwd: options.cwd, source: options.sources?.get(finding.place?.file ?? '') }) // prettier-ignore
  const general = outcome.results.length === 0 ? firstFinding(seen) : undefined
  if (general) return { text: `${show(general).join('\n')}\n`, isAllGreen: false }
  const shown = asked.map(each => showExercise(each, outcome, options, show))
  const passed = shown.filter(({ good }) => good).length
  const types = problems.slice(0, 3).flatMap(problem => ['', ...show(ofCompiler(problem))])
  const printed = outcome.printed?.trimEnd() ? ['', 'Your code printed:', outcome.printed.trimEnd()] : []
  const end = ['', conclusion(lab, passed, asked.length, outcome), '']
  const lines = [...shown.map(({ text }) => text), ...types, ...printed, ...end]
  return { text: lines.join('\n'), isAllGreen: passed === asked.length }
}

/** One line for the exercise, and its first failure. */
function showExercise(
  { id, title }: ExerciseManifest,
  { tests, results }: SuiteOutcome,
  { look: { signs, paint } }: ShowOptions,
  show: (finding: Parameters<typeof findingLines>[0]) => string[],
) {
  const mine = results.filter(result => result.exercise === id)
  const all = tests.filter(test => test.exercise === id).length
  const passed = mine.filter(result => result.state === 'passed').length
  const failure = mine.find(result => result.state === 'failed')
  const notStarted = failure?.failures[0]?.name === 'NotImplemented'
  const good = all > 0 && passed === all
  const sign = good ? signs.good : notStarted ? signs.open : signs.bad
  const word = good ? `${all} of ${all} tests pass` : notStarted ? 'not started' : `${passed} of ${all} tests pass`
  const line = paint(
    good ? 'green' : notStarted ? 'dim' : 'red',
    `${sign} ${id.padEnd(20)} ${word.padEnd(20)} ${title}`,
  )
  const below = failure && !notStarted ? show(explainFailure(failure)).map(text => (text ? `  ${text}` : '')) : []
  return { good, text: [line, ...below].join('\n') }
}

function conclusion(lab: Lab, passed: number, all: number, { end, output, tests, results }: SuiteOutcome): string {
  if (end === 'too-slow') {
    const hung = tests.find(
      test => !results.some(result => result.exercise === test.exercise && result.name === test.name),
    )
    const { wallSeconds } = lab.manifest.limits
    return `Stopped after ${wallSeconds} s: "${hung?.name}" of ${hung?.exercise} did not end. Is there a loop without an end?`
  }
  if (end === 'crashed') return `${CRASHED}\n${output}`
  if (passed < all) return `${passed} of ${all} exercises pass their visible tests.`
  return 'All visible tests pass. The hidden tests try other numbers when you hand in.'
}
