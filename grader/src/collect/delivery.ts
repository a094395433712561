import type { Dirent } from 'node:fs'
import type { Identity } from '../roster/directory.ts'

/** What one student, or one team, handed in at one time. */
export interface Delivery {
  /** One for each who handed it in together. */
  readonly who: readonly Identity[]
  /** How the platform calls it, for lists. */
  readonly label: string
  /** Files and folders of the download, and what to call them; the content of an unnamed folder goes right into the folder of the student. */
  readonly parts: readonly Part[]
  /** When it was handed in, if the platform says so. */
  readonly time: HandInTime | null
  /** Whether the platform calls it late, if it says anything about that. */
  readonly late: boolean | null
}

export interface Part {
  /** Relative to the download; a full path once several downloads are read. */
  readonly from: string
  /** The name that the student gave the file; empty for the content of a folder. */
  readonly to: string
}

/** Either a moment, or the time on the clock of the platform, whose zone is unknown: `2026-11-30T23:59:00`. */
export type HandInTime = { readonly at: Date } | { readonly local: string }

/** How one learning platform arranges what it gives. */
export interface Platform {
  readonly name: string
  /** How many of the entries of a folder are named as in its downloads. */
  readonly count: (entries: readonly Dirent[]) => number
  readonly read: (folder: string, entries: readonly Dirent[]) => Promise<Download>
}

export interface Download {
  readonly deliveries: readonly Delivery[]
  /** Entries that are not named as this platform names things. */
  readonly strays: readonly string[]
}

/** Parses names by a pattern with named groups; the other names are strays. */
export function parseNames(
  entries: readonly Dirent[],
  pattern: RegExp,
): { readonly parsed: readonly ParsedName[]; readonly strays: string[] } {
  const all = entries.map(({ name }) => ({ name, groups: pattern.exec(name)?.groups }))
  return {
    parsed: all.flatMap(({ name, groups }) => (groups ? [{ name, groups }] : [])),
    strays: all.filter(({ groups }) => !groups).map(({ name }) => name),
  }
}

export interface ParsedName {
  readonly name: string
  readonly groups: Readonly<Record<string, string | undefined>>
}

/** Names with the same key, in their order. */
export function grouped(names: readonly ParsedName[], keyOf: (name: ParsedName) => string): ParsedName[][] {
  const groups = new Map<string, ParsedName[]>()
  for (const name of names) groups.set(keyOf(name), [...(groups.get(keyOf(name)) ?? []), name])
  return [...groups.values()]
}
