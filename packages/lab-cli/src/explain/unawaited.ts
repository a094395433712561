import type { Unawaited } from '../check/unawaited.ts'
import type { Finding } from './finding.ts'

/** A promise that nothing waits for, as the reason of what a test saw. */
export function ofUnawaited({ file, line, column, at, isForEach }: Unawaited): Finding {
  const shown = at.length > 60 ? `${at.slice(0, 60)}…` : at
  return {
    title: 'Is an await missing?',
    place: { file, line, column },
    facts: [
      isForEach
        ? 'forEach does not wait for an async function: the code below goes on before the work is done.'
        : `${shown} gives a promise, and nothing waits for it: the code below goes on before the work is done.`,
    ],
    advice: [
      isForEach
        ? 'Write a loop instead, for (const x of list) { … }, with the await inside.'
        : 'Write await before it. The function around it must be async.',
    ],
  }
}
