import type { Directory } from '../roster/directory.ts'
import { folderOf } from '../roster/people.ts'
import type { Deadline } from '../term/deadline.ts'
import type { Delivery } from './delivery.ts'
import { momentOf } from './moment.ts'

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

/** Assigns deliveries to the folders of students and teams: the newest of each before the deadline. */
export function assign(
  deliveries: readonly Delivery[],
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
  // An attempt without a file, such as one with only a comment, takes nothing back.
  const withFiles = inTime.filter(({ parts }) => parts.length > 0)
  const [last, ...others] = [...(withFiles.length > 0 ? withFiles : inTime)].sort((a, b) =>
    order(a) < order(b) ? 1 : -1,
  )
  if (others.some(other => !isComparable(other, last) || order(other) === order(last)))
    return {
      chosen: null,
      skipped: labels(all),
      problem: `${inTime.length} submissions, and nothing says which is the newest: ${labels(inTime).join(', ')}`,
    }
  return { chosen: last, skipped: labels(all.filter(each => each !== last)), problem: null }
}

interface Timed extends Delivery {
  /** The moment, if it is known. */
  readonly at: Date | null
}

/** A time on a clock whose zone is unknown is comparable only with others on such a clock. */
const isComparable = (one: Timed, other: Timed): boolean =>
  (one.at !== null && other.at !== null) ||
  (one.time !== null && other.time !== null && 'local' in one.time && 'local' in other.time)

function order({ time, at }: Timed): string {
  if (at !== null) return at.toISOString()
  return time !== null && 'local' in time ? time.local : ''
}
