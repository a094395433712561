import { stripVTControlCharacters, styleText } from 'node:util'
import { NoSuchLab, type ExerciseManifest, type Lab } from '@backprop/course'
import { runSuite, type SuiteOutcome, type TestFailure, type TestResult } from '@backprop/testkit/run'

/** A loop that never ends must not look like a slow computer for ever. */
const WALL_SECONDS = 60

/** Runs the visible tests of a lab, or of one exercise, on the student's files. Resolves to the exit code. */
export async function runVisible(
  lab: Lab,
  exercise: string | undefined,
  out: NodeJS.WritableStream,
  signal: AbortSignal,
): Promise<number> {
  const { id, title, exercises } = lab.manifest
  const asked = exercises.filter(candidate => !exercise || candidate.id === exercise)
  if (asked.length === 0)
    throw new NoSuchLab(
      `Lab ${id} has no exercise "${exercise}". It has: ${exercises.map(each => each.id).join(', ')}.`,
    )

  out.write(`${styleText('bold', `${id}  ${title}`, { stream: out })}\n\n`)
  const outcome = await runSuite({
    root: lab.dir,
    include: ['test/**/*.test.ts'],
    exercise,
    testSeconds: 30,
    wallSeconds: WALL_SECONDS,
    signal,
  })
  signal.throwIfAborted()
  if (outcome.broken.length > 0 && outcome.results.length === 0) {
    out.write(`${loadFailure(outcome.broken[0])}\n`)
    return 1
  }
  const passed = asked.filter(each => show(each, outcome, out)).length
  out.write(`\n${conclusion(passed, asked.length, outcome)}\n`)
  return passed === asked.length ? 0 : 1
}

/** One line for the exercise, and its first failure. Returns whether all its tests passed. */
function show({ id, title }: ExerciseManifest, { tests, results }: SuiteOutcome, out: NodeJS.WritableStream): boolean {
  const mine = results.filter(result => result.exercise === id)
  const all = tests.filter(test => test.exercise === id).length
  const passed = mine.filter(result => result.state === 'passed').length
  const failure = mine.find(result => result.state === 'failed')
  const notStarted = failure?.failures[0]?.name === 'NotImplemented'
  const good = all > 0 && passed === all
  const sign = good ? '✓' : notStarted ? '·' : '✗'
  const word = good ? `${all} of ${all} tests pass` : notStarted ? 'not started' : `${passed} of ${all} tests pass`
  const colour = good ? 'green' : notStarted ? 'dim' : 'red'
  out.write(`${styleText(colour, `${sign} ${title.padEnd(44)} ${id.padEnd(22)} ${word}`, { stream: out })}\n`)
  if (failure && !notStarted) out.write(`${explain(failure)}\n`)
  return good
}

function explain({ name, failures: [failure] }: TestResult): string {
  const what = failure.name === 'AssertionError' ? failure.message : `${failure.name}: ${failure.message}`
  const [place] = /src[\\/][\w-]+\.ts:\d+:\d+/.exec(failure.stack) ?? []
  const lines = [
    `"${name}"`,
    ...what.split('\n').slice(0, 12),
    ...(place && failure.name !== 'AssertionError' ? [`at ${place}`] : []),
  ]
  return lines.map(line => `    ${line}`).join('\n')
}

function loadFailure({ message }: TestFailure): string {
  const lines = stripVTControlCharacters(message)
    .split('\n')
    .filter(line => line.trim() !== '')
  return `Your file could not be loaded:\n    ${lines.slice(0, 12).join('\n    ')}`
}

function conclusion(passed: number, all: number, { end, broken, output, tests, results }: SuiteOutcome): string {
  if (end === 'too-slow') {
    const hung = tests.find(
      test => !results.some(result => result.exercise === test.exercise && result.name === test.name),
    )
    return `Stopped after ${WALL_SECONDS} s: "${hung?.name}" of ${hung?.exercise} did not end. Is there a loop without an end?`
  }
  if (broken.length > 0) return `Something was thrown outside the tests: ${broken[0].message.split('\n')[0]}`
  if (end === 'crashed') return `The tests ended before they were done: does your code call process.exit?\n${output}`
  if (passed < all) return `${passed} of ${all} exercises pass their visible tests.`
  return 'All visible tests pass. The hidden tests try other numbers when you hand in.'
}
