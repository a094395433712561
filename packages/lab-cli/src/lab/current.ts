import { findLabs, type Lab } from '@backprop/course'
import { readProgress } from './progress.ts'

/** A lab and one of its exercises. */
export interface Spot {
  readonly lab: Lab
  readonly exercise: string
}

/**
 * The first exercise of these labs that is not done; when all are, the first. With `from`, a place in one of these labs,
 * counted from there and round to the start.
 */
export async function firstUndone(labs: readonly Lab[], from?: Spot): Promise<Spot> {
  const all = spotsOf(labs)
  const begin = from ? placeOf(all, from) : 0
  return (await firstOpen([...all.slice(begin), ...all.slice(0, begin)])) ?? all[begin]
}

/** The next exercise that is not done, after this one and round to the start; this one when there is no other. */
export async function nextUndone(root: string, here: Spot): Promise<Spot> {
  const all = spotsOf(await findLabs(root, 'all'))
  const at = placeOf(all, here)
  return (await firstOpen([...all.slice(at + 1), ...all.slice(0, at)])) ?? here
}

async function firstOpen(spots: readonly Spot[]): Promise<Spot | undefined> {
  const labs = new Map(spots.map(({ lab }) => [lab.manifest.id, lab]))
  const progress = [...labs].map(async ([id, lab]) => [id, (await readProgress(lab)).done] as const)
  const done = new Map(await Promise.all(progress))
  return spots.find(({ lab, exercise }) => !done.get(lab.manifest.id)?.includes(exercise))
}

/** All exercises of these labs, in order. */
export const spotsOf = (labs: readonly Lab[]): Spot[] =>
  labs.flatMap(lab => lab.manifest.exercises.map(({ id }) => ({ lab, exercise: id })))

export const isSpot = (a: Spot, b: Spot): boolean =>
  a.lab.manifest.id === b.lab.manifest.id && a.exercise === b.exercise

const placeOf = (all: readonly Spot[], spot: Spot): number => all.findIndex(each => isSpot(each, spot))
