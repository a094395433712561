import type { Model } from '../watch/model.ts'
import { changedLines, findingLines, shownPath } from './finding.ts'
import { fitted } from './fit.ts'
import { chosenLine, listLines } from './list.ts'
import { progressBar, wrapped, type Look } from './look.ts'
import { printedLines } from './printed.ts'

/** The whole screen of the watch mode, as lines; no more than the terminal has rows, and none wider than it. */
export function screenLines(model: Model, look: Look): string[] {
  const body = bodyOf(model, look)
  const keep = model.view === 'list' ? chosenLine(model) : undefined
  return fitted({ head: headLines(model, look), body, foot: footLines(model, look), scroll: model.scroll, keep }, look)
}

/** Fewer rows than this have no room for a bar. */
const SMALL = 16

const isSmall = ({ rows, columns }: Look): boolean => rows < SMALL || columns < 60

function bodyOf(model: Model, look: Look): readonly string[] {
  if (model.view === 'list') return listLines(model, look)
  if (model.view === 'hints') return hintLines(model, look)
  if (model.view === 'all') return model.all ?? ['Running all tests of this lab …']
  return exerciseLines(model, look)
}

function headLines({ lab, exercise, progress, task }: Model, look: Look): string[] {
  const { id, title, exercises } = lab.manifest
  const at = exercises.findIndex(each => each.id === exercise)
  const done = exercises.filter(each => progress.done.includes(each.id)).length
  const points = `${task.points} ${task.points === 1 ? 'point' : 'points'}`
  if (isSmall(look))
    return [
      look.paint('bold', `${id.slice(0, 2)} ${exercise} (${at + 1} of ${exercises.length}, ${done} done, ${points})`),
    ]
  return [
    `${look.paint('bold', `Lab ${id.slice(0, 2)}  ${title}`)}   ${progressBar(look, done, exercises.length, 20)} done`,
    `Exercise ${at + 1} of ${exercises.length}: ${look.paint('bold', exercises[at].title)} (${exercise}), ${points}`,
  ]
}

/** After so many a hint is offered; it can be had before. */
const MANY_TRIES = 4

function exerciseLines(model: Model, look: Look): string[] {
  const { checked, lab, cwd, isRunning, isGone, finding, source } = model
  if (isGone)
    return wrapped(`The folder labs/${lab.manifest.id} is gone. When it is back, its tests run again.`, look.columns)
  if (!checked) return ['Getting ready …']
  const lines = isRunning ? [look.paint('yellow', RUNNING)] : [...resultLines(model, look)]
  if (finding && isRunning) lines.push('', BEFORE)
  if (finding) lines.push('', ...findingLines(finding, look, { dir: lab.dir, cwd, source }))
  lines.push(
    ...spaced(changedLines(checked.changed, look)),
    ...spaced(printedLines(checked.outcome.printed, look, { short: true })),
  )
  const hintsLeft = model.hints.length > model.hintLevel
  if (model.went === 'failed' && hintsLeft && (model.progress.tries[model.exercise] ?? 0) >= MANY_TRIES)
    lines.push('', 'Stuck? h shows a hint.')
  const lost = model.progress.lost.filter(id => id !== model.exercise)
  if (lost.length > 0)
    lines.push('', look.paint('red', `${look.signs.bad} Was done, and fails now: ${lost.join(', ')}`))
  return lines
}

const spaced = (lines: readonly string[]): string[] => (lines.length > 0 ? ['', ...lines] : [])

const RUNNING = 'Running the tests …'
const BEFORE = 'Before you saved:'

const AFTER_SAVING = 'When you save the file, the tests run again by themselves.'
const AFTER_ENTER = 'Save the file, and press Enter: the tests run again.'

function resultLines(model: Model, look: Look): string[] {
  const { went, passed, total } = model
  const { signs, paint, columns } = look
  if (went === 'passed') return passedLines(model, look)
  if (went === 'not-started') return notStartedLines(model, look)
  if (went === 'not-run')
    return [
      paint('yellow', `${signs.open} Not run: the tests ended early, in another exercise.`),
      ...wrapped('Enter checks this one alone.', columns, 2),
    ]
  const all = total > 0 ? `${passed} of ${total} tests pass` : 'no test could run'
  return wrapped(paint('red', `${signs.bad} Not right yet: ${all}. First this:`), columns)
}

function notStartedLines({ lab, cwd, startAt, manual, task }: Model, { signs, paint, columns }: Look): string[] {
  const path = (file: string) => shownPath(cwd, lab.dir, file)
  const [todo, ...others] = task.todos
  const example = task.example?.split('\n').map(line => `  ${line}`).join('\n') // prettier-ignore
  const more =
    others.length === 0 ? '' : ` (and ${others.length} more ${others.length === 1 ? 'function' : 'functions'})`
  return [
    paint('bold', `${signs.open} Not started yet.`),
    ...(todo ? wrapped(`${todo}${more}`, columns, 2) : []),
    ...(example ? wrapped(example, columns, 2) : []),
    ...wrapped(`Read about it:  ${path(task.readAt)}`, columns, 2),
    ...(startAt ? wrapped(`Write it here:  ${path(startAt)}`, columns, 2) : []),
    ...wrapped(manual ? AFTER_ENTER : AFTER_SAVING, columns, 2),
  ]
}

function passedLines(model: Model, look: Look): string[] {
  const { exercise, total, lab, progress } = model
  const { signs, paint, columns } = look
  const isLab = lab.manifest.exercises.every(({ id }) => progress.done.includes(id))
  const head =
    exercise === QUIZ
      ? `${signs.good} Done: each question has an answer.`
      : `${signs.good} Done: all ${total} visible tests pass.`
  return [
    paint('green', head),
    ...wrapped(exercise === QUIZ ? QUIZ_ADVICE : 'The hidden tests try other numbers when you hand in.', columns),
    ...doubts(model).flatMap(text => wrapped(paint('yellow', text), columns)),
    ...(isLab ? labLines(model, look) : wrapped(whatNext(model), columns)),
  ]
}

const QUIZ = 'quiz'
const QUIZ_ADVICE = 'Which answers are right is not looked at here: that counts when you hand in.'

const whatNext = ({ next }: Model): string =>
  next ? `n goes on to: ${next}${/[.?!]$/.test(next) ? '' : '.'}` : 'That was the last one: everything is done.'

/** What is likely to be wrong although all visible tests pass. */
function doubts({ checked, finding }: Model): string[] {
  if (finding) return []
  const types = checked?.problems.find(({ isSyntax }) => !isSyntax)
  const floating = checked?.unawaited[0]
  return [
    ...(floating
      ? [
          `Is an await missing in ${floating.file}:${floating.line}? Nothing waits for the promise of ${floating.at.slice(0, 40)}`,
        ]
      : []),
    ...(types
      ? [`The types do not fit in ${types.file}:${types.line}: ${types.text.split('\n')[0]} That costs no points.`]
      : []),
  ]
}

/** When all exercises of a lab are done. */
function labLines(model: Model, { columns, paint }: Look): string[] {
  const { id, exercises } = model.lab.manifest
  const number = Number(id.slice(0, 2))
  return [
    '',
    paint('bold', `Lab ${id.slice(0, 2)} is complete: all ${exercises.length} exercises pass their visible tests.`),
    ...wrapped('p  look at what your functions draw', columns, 2),
    ...wrapped(`pnpm lab submit --check ${number}  would it be taken when you hand in?`, columns, 2),
    ...wrapped('git commit  keep this state; hand in as your teacher says', columns, 2),
    ...wrapped(whatNext(model), columns, 2),
  ]
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

const FEW_KEYS: Readonly<Record<Model['view'], string>> = {
  exercise: 'h hint n next l list r all q quit',
  hints: 'h more Enter back n next q quit',
  list: 'up/down Enter go l back q quit',
  all: 'Enter back h hint n next q quit',
}

function footLines(model: Model, look: Look): string[] {
  const { view, manual, busy, checked, note, isRunning } = model
  const isShort = isSmall(look)
  const again = manual && view === 'exercise' ? (isShort ? 'Enter check ' : 'Enter check  ') : ''
  const took = checked && !isRunning ? `checked in ${(checked.ms / 1000).toFixed(1)} s` : ''
  const state = [busy ?? took, note].filter(Boolean).join('. ')
  const keys = look.paint('dim', `${again}${(isShort ? FEW_KEYS : KEYS)[view]}`)
  return [keys, ...(state && !(isShort && !busy && !note) ? [look.paint('dim', state)] : [])]
}
