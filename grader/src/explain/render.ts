import { styleText } from 'node:util'
import { WORDS } from '@backprop/report'
import { safeBlock, safeLine } from '@backprop/safe-text'
import type { ExplainedTest, Explanation } from './schema.ts'
import { cameOutAsReported } from './tests.ts'

type Stream = NodeJS.WritableStream
type Call = ExplainedTest['calls'][number]

const SIGNATURES: Readonly<Record<Explanation['signature'], string>> = {
  valid: 'valid: signed with the given key, and unchanged',
  invalid: 'NOT VALID',
  unsigned: 'none',
  'not checked': 'not checked: give the public key with --key',
}

/** The explanation as text. A student's text never starts a line: it follows a bar or a label. */
export function renderExplanation(explanation: Explanation, again: readonly string[], stream: Stream): string {
  const { lab, exercise, reported, submission, run, signature, problem } = explanation
  const bold = (text: string) => styleText('bold', text, { stream })
  return [
    bold('For the instructor only: this shows hidden tests and their inputs.'),
    '',
    bold(`${lab.id} ${exercise.id}  ${safeLine(exercise.title)}`),
    `  submission  ${safeLine(submission)}`,
    `  reported    ${WORDS[reported.status].word}, ${reported.points} of ${reported.maxPoints} points, ${reported.gradedAt}`,
    `  signature   ${SIGNATURES[signature]}`,
    `  run again   ${drawn(run)}, backend ${run.backend}, tier ${run.tier}, Node ${run.node}`,
    ...explanation.notes.map(note => `  note        ${safeLine(note)}`),
    ...explanation.doubts.map(doubt => styleText('yellow', `  ! ${safeLine(doubt)}`, { stream })),
    ...(problem ? ['', '  Nothing ran:', ...barred(problem, '    ')] : []),
    ...explanation.tests.flatMap(test => ['', ...renderTest(test, stream)]),
    '',
    bold(conclusion(explanation)),
    'To repeat this:',
    ...again.map(command => `  ${command}`),
  ].join('\n')
}

function renderTest(test: ExplainedTest, stream: Stream): string[] {
  const { sign, word } = WORDS[test.now]
  const colour = test.now === 'passed' ? 'green' : 'red'
  const before = test.reported
    ? `${WORDS[test.reported.status].word}, ${test.reported.points} of ${test.maxPoints} points`
    : 'not in the report'
  return [
    styleText(colour, `${sign} ${test.id}: ${safeLine(test.concept)}`, { stream }),
    `    reported  ${before}`,
    `    now       ${word}`,
    ...(test.reported?.status === 'blocked'
      ? ['    An exercise that it requires did not pass, so this test did not count.']
      : []),
    ...test.calls.flatMap(call => [...gap(call, test), ...renderCall(call)]),
    ...test.failures.flatMap(renderFailure),
    ...(test.printed ? ['    printed', ...barred(test.printed, '      ')] : []),
  ]
}

/** A note where the record leaves out calls. */
function gap({ number }: Call, { calls, callsLeftOut }: ExplainedTest): string[] {
  const before = calls.findLast(call => call.number < number)?.number ?? 0
  return number > before + 1 ? [`    … ${callsLeftOut} calls are not shown`] : []
}

function renderCall({ number, name, args, ended, value }: Call): string[] {
  const answer = { returned: '→', threw: 'threw', 'not at all': 'no answer:' }[ended]
  const given = args.map(arg => safeLine(arg))
  const call = `${safeLine(name)}(${given.join(', ')})`
  const lines = call.length <= 100 ? [call] : [`${safeLine(name)}(`, ...given.map(arg => `  ${arg},`), ')']
  const [first, ...rest] = [...lines, `${answer} ${safeLine(value)}`]
  return [`    call ${String(number).padEnd(5)}${first}`, ...rest.map(line => `              ${line}`)]
}

function renderFailure({ message, expected, actual, where }: ExplainedTest['failures'][number]): string[] {
  return [
    ...barred(message, '    '),
    ...(expected === null ? [] : [`    expected  ${safeLine(expected)}`]),
    ...(actual === null ? [] : [`    actual    ${safeLine(actual)}`]),
    ...(where === null ? [] : [`    at        ${where}`]),
  ]
}

/** Where the draws of the run come from. */
function drawn({ seed, seedKey }: Explanation['run']): string {
  return seed === null ? `seed key ${seedKey}` : `seed ${seed}`
}

function conclusion({ agrees, doubts, tests }: Explanation): string {
  if (agrees) return 'Every test came out as reported.'
  if (doubts.length > 0) return 'What ran now differs from what was graded; see above.'
  const others = tests.filter(test => !cameOutAsReported(test))
  return `Not as reported: ${others.map(({ id }) => id).join(', ')}. The grade depends on something that it should not.`
}

const barred = (text: string, indent: string): string[] =>
  safeBlock(text)
    .trimEnd()
    .split('\n')
    .map(line => `${indent}│ ${line}`)
