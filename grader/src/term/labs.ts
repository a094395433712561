import type { Lab } from '@backprop/course'
import { didYouMean } from './problems.ts'

/** The lab that an id or a number means, such as `01-perceptron`, `1` or `01`; otherwise a clause about it. */
export function labNamed(name: string, labs: readonly Lab[]): Lab | string {
  const found = labs.find(({ manifest: { id } }) => id === name || (/^\d+$/.test(name) && +id.slice(0, 2) === +name))
  if (found) return found
  const ids = labs.map(({ manifest }) => manifest.id)
  return `"${name}" is no lab of this course${didYouMean(name, ids) || `: there are ${ids.join(', ')}`}`
}

/** The points of an exercise. */
export const pointsOf = (exercise: Lab['manifest']['exercises'][number]): number =>
  exercise.tests.reduce((sum, { points }) => sum + points, 0)
