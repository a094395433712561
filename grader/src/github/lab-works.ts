import type { Lab } from '@backprop/course'
import { type FetchedSubmission, workOf } from '../class/fetched.ts'
import { takeLabIn } from '../intake/take-lab-in.ts'

/**
 * The record of a fetched folder, with the state of each lab in it and since when that is there. Students have all labs in one
 * repository: each is handed in when its own files last changed, not with the newest commit.
 */
export async function withWorks(
  found: FetchedSubmission,
  folder: string,
  labs: readonly Lab[],
): Promise<FetchedSubmission> {
  const { commit, seenAt, pushedAt, status } = found
  const at = pushedAt ?? seenAt
  if (status === 'failed' || commit === null || !at) return found
  let works = found.works ?? []
  for (const lab of labs) {
    const { id } = lab.manifest
    // What cannot be read gets no points, so it needs no time.
    const treeHash = await takeLabIn(folder, lab).then(
      taken => taken.treeHash,
      () => null,
    )
    if (treeHash === null) continue
    const earlier = workOf({ works }, id, treeHash)
    if (earlier && Date.parse(earlier.at) <= Date.parse(at)) continue
    works = [
      ...works.filter(work => work !== earlier),
      { lab: id, treeHash, at, evidence: pushedAt ? 'pushed' : 'seen' },
    ]
  }
  return { ...found, works }
}
