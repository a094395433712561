import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../errors.ts'
import type { Identity } from '../roster/directory.ts'
import { blackboardDownload } from './blackboard-download.ts'
import { canvasDownload } from './canvas-download.ts'
import type { Download, Platform } from './delivery.ts'
import { gradescopeDownload } from './gradescope-download.ts'
import { moodleDownload } from './moodle-download.ts'
import { plainDownload } from './plain-download.ts'

/** The most telling names first, for those that fit two. */
export const PLATFORMS: readonly Platform[] = [moodleDownload, blackboardDownload, gradescopeDownload, canvasDownload]

const OF_TOOLS = new Set(['__MACOSX', '.DS_Store', 'desktop.ini', 'Thumbs.db'])
const MAX_WRAPPERS = 2

export interface ReadDownload {
  readonly platform: string
  /** The folder that the parts of deliveries are relative to. */
  readonly root: string
  readonly download: Download
}

/**
 * Reads a download, which may be wrapped in one or two folders. `isStudent` tells whether a folder or file is named after
 * someone on the roster: the folder of the only student who handed in is no wrapper. Throws UsageError if it is empty.
 */
export async function readDownload(folder: string, isStudent: (who: Identity) => boolean): Promise<ReadDownload> {
  const levels = await levelsOf(folder)
  for (const { root, entries } of levels) {
    const platform = platformOf(entries)
    if (platform) return { platform: platform.name, root, download: await platform.read(root, entries) }
  }
  const plain = await Promise.all(
    levels.map(async ({ root, entries }) => ({ root, download: await plainDownload.read(root, entries) })),
  )
  const isMeant = ({ download }: (typeof plain)[number]) => download.deliveries.some(({ who }) => who.some(isStudent))
  return { platform: plainDownload.name, ...(plain.find(isMeant) ?? plain[0]) }
}

/**
 * The platform that named most entries, and at least half of them. Not any: a student chooses a part of a name, which may
 * look as if another platform had made it, and must not decide for the class.
 */
function platformOf(entries: readonly Dirent[]): Platform | undefined {
  const counts = PLATFORMS.map(({ count }) => count(entries))
  const most = Math.max(...counts)
  return most > 0 && 2 * most >= entries.length ? PLATFORMS[counts.indexOf(most)] : undefined
}

interface Level {
  readonly root: string
  readonly entries: readonly Dirent[]
}

/** The folder, and as long as there is only one folder in it, that. */
async function levelsOf(folder: string): Promise<Level[]> {
  const levels: Level[] = []
  for (let root = folder; levels.length <= MAX_WRAPPERS;) {
    const entries = (await readdir(root, { withFileTypes: true }))
      .filter(({ name }) => !OF_TOOLS.has(name))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
    if (levels.length === 0 && entries.length === 0)
      throw new UsageError(`There is nothing in "${folder}". Give the download with --from.`)
    levels.push({ root, entries })
    const [only] = entries
    if (entries.length !== 1 || !only.isDirectory()) break
    root = join(root, only.name)
  }
  return levels
}
