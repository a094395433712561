import { findLabs, type Lab } from '@backprop/course'
import { readProgress } from './progress.ts'

/** A lab and one of its exercises. */
export interface Spot {
  readonly lab: Lab
  readonly exercise: string
}

/** The first exercise of these labs that is not done; when all are, the first. */
export async function firstUndone(labs: readonly Lab[]): Promise<Spot> {
  for (const lab of labs) {
    const { done } = await readProgress(lab)
    const open = lab.manifest.exercises.find(({ id }) => !done.includes(id))
    if (open) return { lab, exercise: open.id }
  }
  return { lab: labs[0], exercise: labs[0].manifest.exercises[0].id }
}

/** The next exercise that is not done, after this one and round to the start; this one when there is no other. */
export async function nextUndone(root: string, { lab, exercise }: Spot): Promise<Spot> {
  const labs = await findLabs(root, 'all')
  const all = labs.flatMap(each => each.manifest.exercises.map(({ id }) => ({ lab: each, exercise: id })))
  const here = all.findIndex(each => each.lab.manifest.id === lab.manifest.id && each.exercise === exercise)
  const progress = new Map(
    await Promise.all(labs.map(async each => [each.manifest.id, await readProgress(each)] as const)),
  )
  const others = [...all.slice(here + 1), ...all.slice(0, here)]
  return others.find(each => !progress.get(each.lab.manifest.id)?.done.includes(each.exercise)) ?? { lab, exercise }
}
