import type { Lab } from '@backprop/course'
import type { Progress } from '../lab/lab-progress.ts'
import { progressBar, type TerminalStyle } from './terminal-text.ts'

/** Labs and the progress in each. */
export interface LabList {
  readonly labs: readonly { readonly lab: Lab; readonly progress: Progress }[]
  /** Index of the chosen exercise, counted over all labs. Its lab is shown with its exercises. */
  readonly chosen?: number
}

/** All labs with a progress bar. With `chosen`, the exercises of one lab, otherwise those of all. */
export function listLines({ labs, chosen }: LabList, style: TerminalStyle): string[] {
  let first = 0
  return labs.flatMap(({ lab, progress }) => {
    const { id, title, exercises } = lab.manifest
    const from = first
    first += exercises.length
    const isOpen = chosen === undefined || (chosen >= from && chosen < first)
    const done = exercises.filter(each => progress.done.includes(each.id)).length
    const head = `${style.paint('bold', id.padEnd(20))}  ${progressBar(style, done, exercises.length, 12, 2)} done  ${title}`
    const rows = exercises.map((each, i) => row(each, progress, style, from + i === chosen))
    return isOpen ? [head, ...rows] : [head]
  })
}

/** The line of `listLines` that is chosen. */
export function chosenLine({ labs, chosen = 0 }: LabList): number {
  let first = 0
  for (const [i, { lab }] of labs.entries()) {
    // Above it are the headings of the labs up to its own, and the exercises before it.
    if (chosen < first + lab.manifest.exercises.length) return i + 1 + chosen - first
    first += lab.manifest.exercises.length
  }
  return 0
}

function row(
  { id, title }: { readonly id: string; readonly title: string },
  { done, lost }: Progress,
  { signs, paint }: TerminalStyle,
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
