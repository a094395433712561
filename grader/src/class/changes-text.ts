import { WORDS } from '@backprop/report'
import { safeLine } from '@backprop/safe-text'
import { type Change, type Changes, gainOf } from './changes.ts'

export const WHY: Readonly<Record<Change['why'][number], string>> = {
  suite: 'the tests or their points changed',
  files: 'other files',
  override: 'an override',
  deadline: 'the deadline, or the time of handing in',
  'graded again': 'graded again',
  fault: 'the grader failed, now or before',
  gone: 'the folder is not there any more',
}

/** `Ada Obi  01-perceptron  97 → 99 (+2)  the tests or their points changed`, and a line for each test. */
export function changeLines(change: Change): string[] {
  const { student, lab, tests } = change
  return [
    safeLine(`${student}  ${lab}  ${pointsInWords(change)}  ${whyInWords(change)}`),
    ...tests.map(({ exercise, test, from, to }) => safeLine(`    ${exercise}/${test}: ${word(from)} → ${word(to)}`)),
  ]
}

/** `2 gained, 1 lost since 2026-12-01 04:55 UTC (last run)` */
export function changesHeadline({ changes, since, baseline }: Changes): string {
  const count = (is: (gain: number) => boolean) => changes.filter(change => is(gainOf(change) ?? 0)).length
  const scores = changes.filter(change => gainOf(change) === null).length
  const than = `since ${since.slice(0, 16).replace('T', ' ')} UTC (${baseline === 'published' ? 'published' : 'the last run'})`
  const parts = [`${count(gain => gain > 0)} gained, ${count(gain => gain < 0)} lost`]
  return `${[...parts, ...(scores > 0 ? [`${scores} got or lost a score`] : [])].join(', ')} ${than}`
}

/** All changes as a text: `changes.txt`. */
export const changesText = (changes: Changes): string =>
  [changesHeadline(changes), ...changes.changes.flatMap(changeLines)].map(line => `${line}\n`).join('')

/** `97 → 99 (+2)` */
export function pointsInWords(change: Change): string {
  const gain = gainOf(change)
  const score = (points: number | null) => points ?? 'no score'
  const sign = gain === null ? '' : gain > 0 ? ` (+${gain})` : ` (−${-gain})`
  return `${score(change.from)} → ${score(change.to)}${sign}`
}

export const whyInWords = ({ why }: Change): string => why.map(each => WHY[each]).join('; ')
export const word = (status: keyof typeof WORDS | null): string => (status === null ? 'not there' : WORDS[status].word)
