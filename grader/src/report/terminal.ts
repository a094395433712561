import { styleText } from 'node:util'
import {
  commentsOn,
  headline,
  inWords,
  type Report,
  type ReportLab,
  sharedCauses,
  type Status,
  stepsInWords,
  SUITE_NOTE,
  toLookAt,
  type Ungraded,
  WORDS,
} from '@backprop/report'
import { safeBlock, safeLine } from '@backprop/safe-text'
import { pointsInWords } from './final-section.ts'

type Stream = NodeJS.WritableStream

/** Of the notes on a test; the report has all of them. */
const MAX_LINES = 4

const COLOURS = { passed: 'green', failed: 'red', error: 'red', 'not-started': 'dim' } as const

/** The report as a table for a terminal of 80 columns. Colors depend on `NO_COLOR` and the stream. */
export function renderTable(report: Report, stream: Stream): string {
  const labs = report.labs.flatMap(lab => [...renderLab(lab, stream), ''])
  const ungraded = (report.ungraded ?? []).flatMap(lab => [...renderUngraded(lab, stream), ''])
  const { tier, tierReason, backend, slowness, device, driver, receipt } = report.environment
  const where = receipt ? `${backend} on ${device} (${driver ?? 'its driver is unknown'})` : backend
  const slow = slowness === undefined ? '' : ` It is slow here: calls get ${slowness} times the usual time.`
  const how = SUITE_NOTE[report.suite] || `Isolation: tier ${tier} (${tierReason}). Backend: ${safeLine(where)}.${slow}`
  return [...labs, ...ungraded, styleText('bold', headline(report), { stream }), ...wrap(how, 80)].join('\n')
}

function renderLab(lab: ReportLab, stream: Stream): string[] {
  const head = `${pad(`${lab.id}  ${safeLine(lab.title)}`, 62)}${right(pointsInWords(lab), 14)}`
  const problem = lab.problem
    ? safeBlock(lab.problem)
        .split('\n')
        .map(line => `  ${line}`)
    : []
  const rows = lab.exercises.flatMap(exercise => {
    const { sign, word } = WORDS[exercise.status]
    const name = `  ${sign} ${pad(safeLine(exercise.title), 42)} ${pad(word, 15)}`
    const row = paint(exercise.status, `${name}${right(`${exercise.points} / ${exercise.maxPoints}`, 14)}`, stream)
    const reasons = toLookAt(lab, exercise).flatMap(test => [
      `      ${safeLine(test.concept)}: ${WORDS[test.status].says}`,
      ...message(test.message ?? ''),
    ])
    const notes = exercise.tests.flatMap(test =>
      test.notes.flatMap(note => wrap(safeLine(note), 74).map(line => `      ${line}`)),
    )
    const where = reasons.length > 0 && exercise.section ? wrap(`Read ${safeLine(exercise.section)}`, 74) : []
    const said = commentsOn(lab, exercise.id).flatMap(text => wrap(`“${safeLine(text)}”`, 74))
    return [row, ...reasons, ...[...where, ...said].map(line => `      ${line}`), ...notes]
  })
  const shared = sharedCauses(lab).flatMap(cause => message(inWords(cause), '  '))
  const steps = [...stepsInWords(lab), ...commentsOn(lab, null).map(text => `“${text}”`)]
  const final = steps.flatMap(step => wrap(safeLine(step), 76).map(line => `  ${line}`))
  return [styleText('bold', head, { stream }), ...problem, ...shared, ...rows, ...final]
}

function renderUngraded({ id, title }: Ungraded, stream: Stream): string[] {
  const head = `${pad(`${id}  ${safeLine(title)}`, 62)}${right('no score', 14)}`
  return [
    styleText('bold', head, { stream }),
    '  could not be graded through a fault of the grader; log.json says more',
  ]
}

function message(text: string, indent = '        '): string[] {
  const lines = safeBlock(text)
    .split('\n')
    .flatMap(line => (line.trim() === '' ? [] : wrap(line, 72)))
  return lines.slice(0, MAX_LINES).map(line => `${indent}${line}`)
}

function paint(status: Status, text: string, stream: Stream): string {
  const colour = status in COLOURS ? COLOURS[status as keyof typeof COLOURS] : 'yellow'
  return styleText(colour, text, { stream })
}

function wrap(text: string, width: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1]
    if (last.length + 1 + word.length > width && last) lines.push(word)
    else lines[lines.length - 1] = last ? `${last} ${word}` : word
  }
  // Where a line breaks, harmless words may become a command to a workflow's runner.
  return lines.map(line => safeLine(line))
}

const pad = (text: string, width: number) => (text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width))
const right = (text: string, width: number) => text.padStart(width)
