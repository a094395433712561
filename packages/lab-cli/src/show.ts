import { NoSuchLab, type ExerciseManifest, type Lab } from '@backprop/course'
import { ofCompiler, type Seen } from './explain/explain.ts'
import type { Finding } from './explain/finding.ts'
import { changedLines, findingLines, type FindingContext } from './render/finding.ts'
import type { Look } from './render/look.ts'
import { printedLines } from './render/printed.ts'
import { judgedRow, tally } from './render/row.ts'
import type { Judged } from './watch/judge.ts'

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
}

/** What a check says of these exercises, and whether all of them pass. */
export function showOutcome(
  lab: Lab,
  judged: readonly Judged[],
  seen: Seen,
  { look, cwd }: ShowOptions,
): { text: string; isAllGreen: boolean } {
  const { outcome, problems } = seen
  const show = (finding: Finding, source?: string) => findingLines(finding, look, { dir: lab.dir, cwd, source })
  const [first] = judged
  // Where nothing ran at all, it is for one reason.
  if (outcome.results.length === 0 && first.finding && judged.every(({ finding }) => finding))
    return {
      text: `${[...show(first.finding, first.source), ...spaced(changedLines(seen.changed ?? [], look))].join('\n')}\n`,
      isAllGreen: false,
    }
  const told = new Set<string>()
  const once = (finding: Finding, source?: string): string[] => {
    const key = JSON.stringify(finding)
    if (told.has(key)) return []
    told.add(key)
    return show(finding, source)
  }
  const rows = judged.flatMap(each => {
    const below = each.finding ? once(each.finding, each.source) : []
    return [judgedRow(manifestOf(lab, each), each, look), ...below.map(line => (line ? `  ${line}` : ''))]
  })
  const types = problems.slice(0, 3).flatMap(problem => {
    const lines = once(ofCompiler(problem))
    return lines.length > 0 ? ['', ...lines] : []
  })
  const isAllGreen = judged.every(({ went }) => went === 'passed')
  const notes = [changedLines(seen.changed ?? [], look), printedLines(outcome.printed ?? '', look, { short: false })]
  const below = notes.flatMap(spaced)
  const end = ['', isAllGreen ? allGreen(judged) : conclusion(lab, judged, outcome), '']
  return { text: [...rows, ...types, ...below, ...end].join('\n'), isAllGreen }
}

const spaced = (lines: readonly string[]): string[] => (lines.length > 0 ? ['', ...lines] : [])

/** Of the quiz, tests know only that there is an answer to each question. */
function allGreen(judged: readonly Judged[]): string {
  const isQuiz = ({ exercise }: Judged) => exercise === 'quiz'
  const quiz = 'Which answers of the quiz are right is not looked at here: that counts when you hand in.'
  if (judged.every(isQuiz)) return `Each question has an answer. ${quiz}`
  const text = 'All visible tests pass. The hidden tests try other numbers when you hand in.'
  return judged.some(isQuiz) ? `${text}\n${quiz}` : text
}

function manifestOf({ manifest }: Lab, { exercise }: Judged): ExerciseManifest {
  const [found] = manifest.exercises.filter(({ id }) => id === exercise)
  return found
}

function conclusion(lab: Lab, judged: readonly Judged[], { end, during, tests, results }: Seen['outcome']): string {
  if (end !== 'too-slow' || during) return tally(judged)
  // Nobody has looked at where it was: all that is known is which test is missing.
  const hung = tests.find(
    test => !results.some(result => result.exercise === test.exercise && result.name === test.name),
  )
  const { wallSeconds } = lab.manifest.limits
  return `Stopped after ${wallSeconds} s: "${hung?.name}" of ${hung?.exercise} did not end. Is there a loop without an end?`
}
