import { styleText } from 'node:util'
import { NoSuchLab, type ExerciseManifest, type Lab } from '@backprop/course'
import type { SuiteOutcome, TestResult } from '@backprop/testkit/run'
import { CRASHED, tell } from './visible/index.ts'

/** Where text goes, for whether it may have colours. */
type Stream = NodeJS.WritableStream

/** The exercises of a lab, or the one that is asked for. */
export function exercisesOf({ manifest: { id, exercises } }: Lab, exercise: string | undefined): ExerciseManifest[] {
  const asked = exercises.filter(candidate => !exercise || candidate.id === exercise)
  if (asked.length > 0) return asked
  throw new NoSuchLab(`Lab ${id} has no exercise "${exercise}". It has: ${exercises.map(each => each.id).join(', ')}.`)
}

export const showTitle = ({ manifest: { id, title } }: Lab, stream: Stream): string =>
  `${styleText('bold', `${id}  ${title}`, { stream })}\n\n`

/** What the visible tests of some exercises say, and whether all pass. */
export function showOutcome(
  lab: Lab,
  asked: readonly ExerciseManifest[],
  outcome: SuiteOutcome,
  stream: Stream,
): { text: string; isAllGreen: boolean } {
  if (outcome.broken.length > 0 && outcome.results.length === 0)
    return { text: `Your file could not be loaded:\n${indent(tell(outcome.broken[0]))}\n`, isAllGreen: false }
  const shown = asked.map(each => showExercise(each, outcome, stream))
  const passed = shown.filter(({ good }) => good).length
  const lines = [...shown.map(({ text }) => text), '', conclusion(lab, passed, asked.length, outcome), '']
  return { text: lines.join('\n'), isAllGreen: passed === asked.length }
}

/** One line for the exercise, and its first failure. */
function showExercise({ id, title }: ExerciseManifest, { tests, results }: SuiteOutcome, stream: Stream) {
  const mine = results.filter(result => result.exercise === id)
  const all = tests.filter(test => test.exercise === id).length
  const passed = mine.filter(result => result.state === 'passed').length
  const failure = mine.find(result => result.state === 'failed')
  const notStarted = failure?.failures[0]?.name === 'NotImplemented'
  const good = all > 0 && passed === all
  const sign = good ? '✓' : notStarted ? '·' : '✗'
  const word = good ? `${all} of ${all} tests pass` : notStarted ? 'not started' : `${passed} of ${all} tests pass`
  const colour = good ? 'green' : notStarted ? 'dim' : 'red'
  const line = styleText(colour, `${sign} ${title.padEnd(44)} ${id.padEnd(22)} ${word}`, { stream })
  return { good, text: failure && !notStarted ? `${line}\n${explain(failure)}` : line }
}

const explain = ({ name, failures: [failure] }: TestResult): string => indent(`"${name}"\n${tell(failure)}`)
const indent = (text: string): string => text.replace(/^/gm, '    ')

function conclusion(
  lab: Lab,
  passed: number,
  all: number,
  { end, broken, output, tests, results }: SuiteOutcome,
): string {
  if (end === 'too-slow') {
    const hung = tests.find(
      test => !results.some(result => result.exercise === test.exercise && result.name === test.name),
    )
    const { wallSeconds } = lab.manifest.limits
    return `Stopped after ${wallSeconds} s: "${hung?.name}" of ${hung?.exercise} did not end. Is there a loop without an end?`
  }
  if (broken.length > 0) return `Something was thrown outside the tests: ${tell(broken[0]).split('\n')[0]}`
  if (end === 'crashed') return `${CRASHED}\n${output}`
  if (passed < all) return `${passed} of ${all} exercises pass their visible tests.`
  return 'All visible tests pass. The hidden tests try other numbers when you hand in.'
}
