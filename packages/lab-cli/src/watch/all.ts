import type { Lab } from '@backprop/course'
import type { Look } from '../render/look.ts'
import type { Judged } from './judge.ts'

/** One line for each exercise of a lab. */
export function allLines(lab: Lab, judged: readonly (Judged & { readonly id: string })[], look: Look): string[] {
  const { signs, paint } = look
  const rows = lab.manifest.exercises.map(({ id, title }) => {
    const one = judged.find(each => each.id === id)
    if (one?.went === 'passed') return paint('green', `${signs.good} ${word(`all ${one.total} tests pass`)}  ${title}`)
    if (one?.went === 'failed')
      return paint('red', `${signs.bad} ${word(`${one.passed} of ${one.total} tests pass`)}  ${title}`)
    return paint('dim', `${signs.open} ${word('not started')}  ${title}`)
  })
  const passed = judged.filter(({ went }) => went === 'passed').length
  return [...rows, '', `${passed} of ${judged.length} exercises pass their visible tests.`]
}

const word = (text: string): string => text.padEnd(20)
