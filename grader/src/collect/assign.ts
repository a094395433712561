import type { Directory } from '../roster/directory.ts'
import { folderOf } from '../roster/people.ts'
import type { Deadline } from '../term/deadline.ts'
import { momentOf } from './moment.ts'
import type { Delivery, Download } from './delivery.ts'

/** What counts of a student's deliveries. */
export interface Assigned {
  readonly chosen: (Delivery & { readonly at: Date | null }) | null
  /** Labels of the others. */
  readonly skipped: readonly string[]
  readonly problem: string | null
}

export interface Unmatched {
  readonly source: string
  readonly why: string
}

/** Assigns the deliveries of a download to the folders of students and teams: the newest of each before the deadline. */
export function assign(
  { deliveries }: Download,
  directory: Directory,
  before: Deadline | null,
): { readonly assigned: ReadonlyMap<string, Assigned>; readonly unmatched: readonly Unmatched[] } {
  const byFolder = new Map<string, Delivery[]>()
  const unmatched: Unmatched[] = []
  for (const delivery of deliveries) {
    if (delivery.who.length === 0) unmatched.push({ source: delivery.label, why: 'it does not say whose it is' })
    const folders = new Set<string>()
    for (const who of delivery.who) {
      const found = directory.find(who)
      if ('why' in found) unmatched.push({ source: delivery.label, why: found.why })
      else for (const person of found.people) folders.add(folderOf(person))
    }
    for (const folder of folders) byFolder.set(folder, [...(byFolder.get(folder) ?? []), delivery])
  }
  return { assigned: new Map([...byFolder].map(([folder, all]) => [folder, choose(all, before)])), unmatched }
}

function choose(deliveries: readonly Delivery[], before: Deadline | null): Assigned {
  const all = deliveries.map(delivery => ({ ...delivery, at: momentOf(delivery.time, before) }))
  const inTime = all.filter(({ at }) => before === null || at === null || at <= before.at)
  const labels = (those: readonly Delivery[]) => those.map(({ label }) => label)
  if (inTime.length === 0)
    return {
      chosen: null,
      skipped: labels(all),
      problem: `it was handed in after the deadline: ${labels(all).join(', ')}`,
    }
  const [last, ...others] = [...inTime].sort((a, b) => (order(a) < order(b) ? 1 : -1))
  if (others.some(other => order(other) === order(last) || other.time === null))
    return {
      chosen: null,
      skipped: labels(all),
      problem: `${inTime.length} submissions, and nothing says which is the newest: ${labels(inTime).join(', ')}`,
    }
  return { chosen: last, skipped: labels(all.filter(each => each !== last)), problem: null }
}

/** Times of one platform are all of one kind. */
function order({ time }: Delivery): string {
  if (time === null) return ''
  return 'at' in time ? time.at.toISOString() : time.local
}
