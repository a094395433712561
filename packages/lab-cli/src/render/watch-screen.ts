import type { Lab } from '@backprop/course'
import type { LabCheck } from '../check/lab-checker.ts'
import type { Finding } from '../findings/finding.ts'
import type { Task } from '../lab/exercise-texts.ts'
import type { ExerciseStatus, Progress } from '../lab/lab-progress.ts'
import { changedLines, findingLines, shownPath } from './finding-lines.ts'
import { fitted } from './fit-page.ts'
import { chosenLine, type LabList, listLines } from './lab-list.ts'
import { printedLines } from './outcome-lines.ts'
import { progressBar, spaced, type TerminalStyle, wrapped } from './terminal-text.ts'

/** Everything that the screen of the watch mode shows. */
export interface ScreenModel extends LabList {
  readonly lab: Lab
  readonly exercise: string
  readonly progress: Progress
  readonly task: Task
  readonly view: 'exercise' | 'list' | 'hints' | 'all'
  /** The terminal's folder: paths are printed relative to it. */
  readonly cwd: string
  /** Files aren't watched: a key starts a check. */
  readonly manual: boolean
  readonly checked?: LabCheck
  readonly status?: ExerciseStatus
  readonly passed: number
  readonly total: number
  readonly finding?: Finding
  /** The text of the file that the finding points into. */
  readonly source?: string
  /** Where the exercise begins: `src/perceptron.ts:49`. */
  readonly startAt?: string
  /** Title of the exercise that `n` goes to. */
  readonly next?: string
  readonly hints: readonly string[]
  readonly hintLevel: number
  /** Result of a run of all tests, as lines. */
  readonly all?: readonly string[]
  /** The folder of the lab is missing. */
  readonly isGone?: boolean
  /** A check is running: the result shown is from before. */
  readonly isRunning?: boolean
  /** How many lines of the body are scrolled away. */
  readonly scroll: number
  /** What is taking long, and for how long. */
  readonly busy?: string
  readonly note?: string
}

/** The whole screen of the watch mode, as lines that fit the terminal. */
export function screenLines(model: ScreenModel, style: TerminalStyle): string[] {
  const body = bodyOf(model, style)
  const keep = model.view === 'list' ? chosenLine(model) : undefined
  return fitted(
    { head: headLines(model, style), body, foot: footLines(model, style), scroll: model.scroll, keep },
    style,
  )
}

/** With fewer rows, there is no room for a progress bar. */
const SMALL_ROWS = 16

const isSmall = ({ rows, columns }: TerminalStyle): boolean => rows < SMALL_ROWS || columns < 60

function bodyOf(model: ScreenModel, style: TerminalStyle): readonly string[] {
  if (model.view === 'list') return listLines(model, style)
  if (model.view === 'hints') return hintLines(model, style)
  if (model.view === 'all') return model.all ?? ['Running all tests of this lab …']
  return exerciseLines(model, style)
}

function headLines({ lab, exercise, progress, task }: ScreenModel, style: TerminalStyle): string[] {
  const { id, title, exercises } = lab.manifest
  const at = exercises.findIndex(each => each.id === exercise)
  const done = exercises.filter(each => progress.done.includes(each.id)).length
  const points = `${task.points} ${task.points === 1 ? 'point' : 'points'}`
  if (isSmall(style))
    return [
      style.paint('bold', `${id.slice(0, 2)} ${exercise} (${at + 1} of ${exercises.length}, ${done} done, ${points})`),
    ]
  return [
    `${style.paint('bold', `Lab ${id.slice(0, 2)}  ${title}`)}   ${progressBar(style, done, exercises.length, 20)} done`,
    `Exercise ${at + 1} of ${exercises.length}: ${style.paint('bold', exercises[at].title)} (${exercise}), ${points}`,
  ]
}

/** After this many failed runs, a hint is offered; it is available before. */
const OFFER_HINT_AFTER_RUNS = 4

function exerciseLines(model: ScreenModel, style: TerminalStyle): string[] {
  const { checked, lab, cwd, isRunning, isGone, finding, source } = model
  if (isGone)
    return wrapped(`The folder labs/${lab.manifest.id} is gone. When it is back, its tests run again.`, style.columns)
  if (!checked) return ['Getting ready …']
  const lines = isRunning ? [style.paint('yellow', RUNNING)] : [...resultLines(model, style)]
  if (finding && isRunning) lines.push('', BEFORE)
  if (finding) lines.push('', ...findingLines(finding, style, { dir: lab.dir, cwd, source }))
  lines.push(
    ...spaced(changedLines(checked.changed, style)),
    ...spaced(printedLines(checked.outcome.printed, style, { short: true })),
  )
  const hintsLeft = model.hints.length > model.hintLevel
  if (model.status === 'failed' && hintsLeft && (model.progress.tries[model.exercise] ?? 0) >= OFFER_HINT_AFTER_RUNS)
    lines.push('', 'Stuck? h shows a hint.')
  const lost = model.progress.lost.filter(id => id !== model.exercise)
  if (lost.length > 0)
    lines.push('', style.paint('red', `${style.signs.bad} Was done, but fails now: ${lost.join(', ')}`))
  return lines
}

const RUNNING = 'Running the tests …'
const BEFORE = 'Before you saved:'

const AFTER_SAVING = 'When you save the file, the tests run again.'
const AFTER_ENTER = 'Save the file and press Enter to run the tests again.'

function resultLines(model: ScreenModel, style: TerminalStyle): string[] {
  const { status, passed, total } = model
  const { signs, paint, columns } = style
  if (status === 'passed') return passedLines(model, style)
  if (status === 'not-started') return notStartedLines(model, style)
  if (status === 'not-run')
    return [
      paint('yellow', `${signs.open} Not run: the tests ended early, in another exercise.`),
      ...wrapped('Enter checks only this one.', columns, 2),
    ]
  const all = total > 0 ? `${passed} of ${total} tests pass` : 'no test could run'
  return wrapped(paint('red', `${signs.bad} Not right yet: ${all}. First this:`), columns)
}

function notStartedLines(
  { lab, cwd, startAt, manual, task }: ScreenModel,
  { signs, paint, columns }: TerminalStyle,
): string[] {
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

function passedLines(model: ScreenModel, style: TerminalStyle): string[] {
  const { exercise, total, lab, progress } = model
  const { signs, paint, columns } = style
  const isLab = lab.manifest.exercises.every(({ id }) => progress.done.includes(id))
  const head =
    exercise === QUIZ
      ? `${signs.good} Done: each question has an answer.`
      : `${signs.good} Done: all ${total} visible tests pass.`
  return [
    paint('green', head),
    ...wrapped(exercise === QUIZ ? QUIZ_ADVICE : 'The hidden tests try other numbers when you hand in.', columns),
    ...doubts(model).flatMap(text => wrapped(paint('yellow', text), columns)),
    ...(isLab ? labLines(model, style) : wrapped(whatNext(model), columns)),
  ]
}

const QUIZ = 'quiz'
const QUIZ_ADVICE = 'Whether they are right is only checked when you hand in.'

const whatNext = ({ next }: ScreenModel): string =>
  next ? `n continues with: ${next}${/[.?!]$/.test(next) ? '' : '.'}` : 'That was the last one: everything is done.'

/** What is probably wrong although all visible tests pass. */
function doubts({ checked, finding }: ScreenModel): string[] {
  if (finding) return []
  const types = checked?.problems.find(({ isSyntax }) => !isSyntax)
  const floating = checked?.floating[0]
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

/** Shown when all exercises of a lab are done. */
function labLines(model: ScreenModel, { columns, paint }: TerminalStyle): string[] {
  const { id, exercises } = model.lab.manifest
  const number = Number(id.slice(0, 2))
  return [
    '',
    paint('bold', `Lab ${id.slice(0, 2)} is complete: all ${exercises.length} exercises pass their visible tests.`),
    ...wrapped('p  see what your functions draw', columns, 2),
    ...wrapped('g  see a network learn with them, in the playground', columns, 2),
    ...wrapped(`pnpm lab submit --check ${number}  would the grader accept it?`, columns, 2),
    ...wrapped('git commit  save this state, then hand in as your teacher says', columns, 2),
    ...wrapped(whatNext(model), columns, 2),
  ]
}

function hintLines({ hints, hintLevel }: ScreenModel, style: TerminalStyle): string[] {
  if (hints.length === 0) return ['There are no hints for this exercise.']
  const shown = hints
    .slice(0, hintLevel)
    .flatMap((text, i) => [
      style.paint('bold', `Hint ${i + 1} of ${hints.length}`),
      ...wrapped(text, style.columns, 2),
      '',
    ])
  const more = hintLevel < hints.length ? 'Try again first; h shows the next one.' : 'That was the last hint.'
  return [...shown, more]
}

const KEYS: Readonly<Record<ScreenModel['view'], string>> = {
  exercise: 'h hint  n next  l list  r run all  p picture  g playground  q quit',
  hints: 'h next hint  Enter back  n next exercise  l list  q quit',
  list: 'up/down choose  Enter go there  l back  q quit',
  all: 'Enter back  h hint  n next  l list  p picture  g playground  q quit',
}

const FEW_KEYS: Readonly<Record<ScreenModel['view'], string>> = {
  exercise: 'h hint n next l list r all q quit',
  hints: 'h more Enter back n next q quit',
  list: 'up/down Enter go l back q quit',
  all: 'Enter back h hint n next q quit',
}

function footLines(model: ScreenModel, style: TerminalStyle): string[] {
  const { view, manual, busy, checked, note, isRunning } = model
  const isShort = isSmall(style)
  const again = manual && view === 'exercise' ? (isShort ? 'Enter check ' : 'Enter check  ') : ''
  const took = checked && !isRunning ? `checked in ${(checked.ms / 1000).toFixed(1)} s` : ''
  const state = [busy ?? took, note].filter(Boolean).join('. ')
  const keys = style.paint('dim', `${again}${(isShort ? FEW_KEYS : KEYS)[view]}`)
  return [keys, ...(state && !(isShort && !busy && !note) ? [style.paint('dim', state)] : [])]
}
