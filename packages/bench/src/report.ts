import { cpus } from 'node:os'
import { type Field, own, peers } from './all-contenders.ts'
import type { Case, Detail, Details } from './cases.ts'
import type { ClockName, Entry } from './contender.ts'
import { table } from './table.ts'

export interface CaseReport {
  readonly id: string
  readonly unit: string
  /** The median, or `null` if there is none; `detail` has the reason. */
  readonly ours: number | null
  /** The same on several threads, and with convolutions as plain sums; no part of the comparison. */
  readonly oursThreads: number | null
  readonly oursDirect: number | null
  readonly peers: Readonly<Record<string, number | null>>
  readonly detail: Readonly<Record<string, Detail>>
}

export interface Report {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string; readonly date: string }
  readonly clock: ClockName
  /** The versions of the peers that say theirs. */
  readonly versions: Readonly<Record<string, string>>
  readonly cases: readonly CaseReport[]
}

export function machine(): Report['machine'] {
  const all = cpus()
  const cpu = all[0]?.model.trim() ?? 'unknown'
  return { cpu, cores: all.length, node: process.versions.node, date: new Date().toISOString() }
}

export function versionsOf({ contenders }: Field): Report['versions'] {
  return Object.fromEntries(contenders.flatMap(({ name, version }) => (version ? [[name, version]] : [])))
}

/** The report of a case. Contenders that could not be opened are `null` too. */
export function caseReport({ id, unit }: Case, details: Details, absent: ReadonlyMap<string, string>): CaseReport {
  const isListed = ({ name }: Entry) =>
    unit !== 'accuracy' && (name === 'ours-threads' || peers.some(peer => peer.name === name))
  const all = new Map<string, Detail>()
  for (const entry of [...own, ...peers]) {
    const detail = details.get(entry.name)
    if (detail) all.set(entry.name, detail)
    else if (isListed(entry))
      all.set(entry.name, { reason: absent.get(entry.name) ?? 'it does not take part in this case' })
  }
  const median = (name: string) => all.get(name)?.median ?? null
  return {
    id,
    unit,
    ours: median('ours'),
    oursThreads: median('ours-threads'),
    oursDirect: median('ours-direct'),
    peers: Object.fromEntries(peers.map(({ name }) => [name, median(name)])),
    detail: Object.fromEntries(all),
  }
}

const HEADER = ['', 'median', 'min', 'max', 'samples', 'ours is', '']

/** A case as a table: a row for each contender, and how many times faster ours is. */
export function caseTable({ id, unit, ours, detail }: CaseReport): string {
  const rows = Object.entries(detail).map(([name, { median, min, max, samples, accuracies, reason }]) => {
    const numbers = [median, min, max].map(value => (value === undefined ? '–' : digits(value)))
    const accuracy = accuracies && `test accuracy ${accuracies.map(one => one.toFixed(4)).join(', ')}`
    return [name, ...numbers, String(samples ?? '–'), comparison(name, ours, median, unit), reason ?? accuracy ?? '']
  })
  const best = detail['bare-kernel']?.max
  const share =
    best !== undefined && ours !== null ? `\n  ours reaches ${percent(ours / best)} of the best bare-kernel rate` : ''
  return `${id} (${unit})\n${table([HEADER, ...rows])}${share}\n`
}

function comparison(name: string, ours: number | null, other: number | undefined, unit: string): string {
  if (name === 'ours' || ours === null || other === undefined) return ''
  const times = unit === 'GFLOP/s' ? ours / other : other / ours
  return times >= 1 ? `${digits(times)}× faster` : `${digits(1 / times)}× slower`
}

const percent = (part: number) => `${(100 * part).toFixed(0)} %`

const digits = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))
