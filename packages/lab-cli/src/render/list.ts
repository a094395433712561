import type { Lab } from '@backprop/course'
import type { Progress } from '../lab/progress.ts'
import { progressBar, type Look } from './look.ts'

/** Labs and what is remembered of each. */
export interface Listed {
  readonly labs: readonly { readonly lab: Lab; readonly progress: Progress }[]
  /** Which exercise is chosen, counted over all labs; its lab is shown with all its exercises. */
  readonly chosen?: number
}

/** All labs with a bar each. With `chosen`, the exercises of one of them, otherwise those of all. */
export function listLines({ labs, chosen }: Listed, look: Look): string[] {
  let first = 0
  return labs.flatMap(({ lab, progress }) => {
    const { id, title, exercises } = lab.manifest
    const from = first
    first += exercises.length
    const isOpen = chosen === undefined || (chosen >= from && chosen < first)
    const done = exercises.filter(each => progress.done.includes(each.id)).length
    const head = `${look.paint('bold', id.padEnd(20))}  ${progressBar(look, done, exercises.length, 12, 2)} done  ${title}`
    const rows = exercises.map((each, i) => row(each, progress, look, from + i === chosen))
    return isOpen ? [head, ...rows] : [head]
  })
}

/** The line of `listLines` that is chosen. */
export function chosenLine({ labs, chosen = 0 }: Listed): number {
  let first = 0
  for (const [i, { lab }] of labs.entries()) {
    // Above it are the heads of the labs, its own one too, and the exercises before it.
    if (chosen < first + lab.manifest.exercises.length) return i + 1 + chosen - first
    first += lab.manifest.exercises.length
  }
  return 0
}

function row(
  { id, title }: { readonly id: string; readonly title: string },
  { done, lost }: Progress,
  { signs, paint }: Look,
  isChosen: boolean,
): string {
  const [sign, word, style] = lost.includes(id)
    ? ([signs.bad, 'fails now', 'red'] as const)
    : done.includes(id)
      ? ([signs.good, 'done', 'green'] as const)
      : ([signs.open, 'open', 'dim'] as const)
  const text = `${sign} ${word.padEnd(9)}  ${id.padEnd(20)}  ${title}`
  return `${isChosen ? signs.pointer : ' '} ${isChosen ? paint('bold', text) : paint(style, text)}`
}
