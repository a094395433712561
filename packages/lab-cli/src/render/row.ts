import type { ExerciseManifest } from '@backprop/course'
import type { Judged } from '../watch/judge.ts'
import type { Look } from './look.ts'
import { cut } from './text.ts'

/** How an exercise stands, on one line. */
export function judgedRow(
  { id, title }: ExerciseManifest,
  { went, passed, total }: Judged,
  { signs, paint, columns }: Look,
): string {
  const counted =
    went === 'passed' && id === 'quiz'
      ? 'answered'
      : total > 0
        ? `${passed} of ${total} tests pass`
        : 'no test could run'
  const [sign, word, style] = (
    {
      passed: [signs.good, counted, 'green'],
      failed: [signs.bad, counted, 'red'],
      'not-started': [signs.open, 'not started', 'dim'],
      'not-run': [signs.open, 'not run', 'yellow'],
    } as const
  )[went]
  return paint(style, cut(`${sign} ${id.padEnd(20)} ${word.padEnd(20)} ${title}`, columns))
}

/** How many exercises pass; when a run ended early, how many it did not come to. */
export function tally(judged: readonly Judged[]): string {
  const count = (kind: Judged['went']) => judged.filter(({ went }) => went === kind).length
  const notRun = count('not-run')
  const cut = notRun === 0 ? '' : ` The tests ended early, and ${notRun === 1 ? '1 was' : `${notRun} were`} not run.`
  return `${count('passed')} of ${judged.length} exercises pass their visible tests.${cut}`
}
