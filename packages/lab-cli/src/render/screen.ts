import type { Model } from '../watch/model.ts'
import { findingLines, shownPath } from './finding.ts'
import { listLines } from './list.ts'
import { progressBar, wrapped, type Look } from './look.ts'

/** The whole screen of the watch mode, as lines. */
export function screenLines(model: Model, look: Look): string[] {
  const body = bodyOf(model, look)
  return [...headLines(model, look), '', ...body, '', ...footLines(model, look)]
}

function bodyOf(model: Model, look: Look): readonly string[] {
  if (model.view === 'list') return listLines(model, look)
  if (model.view === 'hints') return hintLines(model, look)
  if (model.view === 'all') return model.all ?? ['Running all tests of this lab …']
  return exerciseLines(model, look)
}

function headLines({ lab, exercise, progress }: Model, look: Look): string[] {
  const { id, title, exercises } = lab.manifest
  const at = exercises.findIndex(each => each.id === exercise)
  const done = exercises.filter(each => progress.done.includes(each.id)).length
  return [
    `${look.paint('bold', `Lab ${id.slice(0, 2)}  ${title}`)}   ${progressBar(look, done, exercises.length, 20)} done`,
    `Exercise ${at + 1} of ${exercises.length}: ${look.paint('bold', exercises[at].title)} (${exercise})`,
  ]
}

/** After so many a hint is offered; it can be had before. */
const MANY_TRIES = 4

function exerciseLines(model: Model, look: Look): string[] {
  const { checked, lab, cwd } = model
  if (!checked) return ['Getting ready …']
  const lines = [...resultLines(model, look)]
  if (model.finding) lines.push('', ...findingLines(model.finding, look, { dir: lab.dir, cwd, source: model.source }))
  const printed = checked.outcome.printed.trimEnd()
  if (printed) lines.push('', ...printedLines(printed, look))
  const hintsLeft = model.hints.length > model.hintLevel
  if (model.went === 'failed' && hintsLeft && (model.progress.tries[model.exercise] ?? 0) >= MANY_TRIES)
    lines.push('', 'Stuck? h shows a hint.')
  const lost = model.progress.lost.filter(id => id !== model.exercise)
  if (lost.length > 0)
    lines.push('', look.paint('red', `${look.signs.bad} Was done, and fails now: ${lost.join(', ')}`))
  return lines
}

const AFTER_SAVING = 'When you save the file, the tests run again by themselves.'
const AFTER_ENTER = 'Save the file, and press Enter: the tests run again.'

function resultLines(model: Model, { signs, paint, columns }: Look): string[] {
  const { went, passed, total, lab, cwd, startAt, manual } = model
  if (went === 'passed')
    return [
      paint('green', `${signs.good} Done: all ${total} visible tests pass.`),
      ...wrapped(passedAdvice(model), columns),
    ]
  if (went === 'not-started')
    return [
      paint('bold', `${signs.open} Not started yet.`),
      ...wrapped(`Read about it:  ${shownPath(cwd, lab.dir, 'README.md')}`, columns, 2),
      ...(startAt ? wrapped(`Write it here:  ${shownPath(cwd, lab.dir, startAt)}`, columns, 2) : []),
      ...wrapped(manual ? AFTER_ENTER : AFTER_SAVING, columns, 2),
    ]
  if (went === 'not-run')
    return [
      paint('yellow', `${signs.open} Not run: the tests ended early, in another exercise.`),
      ...wrapped('Enter checks this one alone.', columns, 2),
    ]
  const all = total > 0 ? `${passed} of ${total} tests pass` : 'no test could run'
  return [paint('red', `${signs.bad} Not right yet: ${all}. First this:`)]
}

function passedAdvice({ next, checked }: Model): string {
  const types = checked?.problems.find(({ isSyntax }) => !isSyntax)
  const note = types
    ? `\nThe types do not fit in ${types.file}:${types.line}: ${types.text.split('\n')[0]} That costs no points.`
    : ''
  const on = next
    ? `n goes on to: ${next}${/[.?!]$/.test(next) ? '' : '.'}`
    : 'That was the last one: everything is done.'
  return `The hidden tests try other numbers when you hand in. ${on}${note}`
}

function printedLines(printed: string, { paint, columns }: Look): string[] {
  const lines = printed.split('\n')
  const shown = lines.slice(0, 5).map(line => `  ${line}`.slice(0, columns))
  const more = lines.length > 5 ? [`  … and ${lines.length - 5} lines more`] : []
  return [paint('dim', 'Your code printed:'), ...shown, ...more]
}

function hintLines({ hints, hintLevel }: Model, look: Look): string[] {
  if (hints.length === 0) return ['There are no hints for this exercise.']
  const shown = hints
    .slice(0, hintLevel)
    .flatMap((text, i) => [
      look.paint('bold', `Hint ${i + 1} of ${hints.length}`),
      ...wrapped(text, look.columns, 2),
      '',
    ])
  const more = hintLevel < hints.length ? 'Try again first; h shows the next one.' : 'That was the last hint.'
  return [...shown, more]
}

const KEYS: Readonly<Record<Model['view'], string>> = {
  exercise: 'h hint  n next  l list  r run all  p picture  q quit',
  hints: 'h next hint  Enter back  n next exercise  l list  q quit',
  list: 'up/down choose  Enter go there  l back  q quit',
  all: 'Enter back  h hint  n next  l list  p picture  q quit',
}

function footLines({ view, manual, busy, checked, note }: Model, look: Look): string[] {
  const again = manual && view === 'exercise' ? 'Enter check  ' : ''
  const took = checked ? `checked in ${(checked.ms / 1000).toFixed(1)} s` : ''
  const state = [busy ?? took, note].filter(Boolean).join('. ')
  return [look.paint('dim', `${again}${KEYS[view]}`), ...(state ? [look.paint('dim', state)] : [])]
}
