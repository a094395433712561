import type { Dirent } from 'node:fs'
import { opendir } from 'node:fs/promises'
import { posix } from 'node:path'
import { safeLine } from '@backprop/safe-text'

/** Limits on the search for a file that isn't where it should be. */
const MOST = { entries: 2000, depth: 4, named: 3, nameLength: 80 }
const OF_TOOLS = /^(node_modules|__MACOSX|dist|build|coverage)$|^\./

/** Without case and without invisible characters. */
export const looks = (name: string): string =>
  name
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .toLowerCase()

/**
 * Files that may be `file` under another name or in another folder, the most likely first: `src/mlp (1).ts`, `mlp.ts`,
 * `lab/src/Mlp.ts.txt`. Links aren't followed, and unreadable folders are skipped.
 */
export async function findElsewhere(root: string, file: string): Promise<string[]> {
  const found: { path: string; rank: number }[] = []
  const folders = ['']
  let left = MOST.entries
  for (let folder = folders.shift(); folder !== undefined && left > 0; folder = folders.shift()) {
    for (const entry of await list(root, folder, left)) {
      left -= 1
      const path = posix.join(folder, entry.name)
      if (entry.isDirectory() && !OF_TOOLS.test(entry.name) && path.split('/').length < MOST.depth) folders.push(path)
      const rank = entry.isFile() && path !== file ? likeness(entry.name, posix.basename(file)) : null
      if (rank !== null) found.push({ path, rank })
    }
  }
  return found
    .sort((a, b) => a.rank - b.rank || a.path.length - b.path.length || (a.path < b.path ? -1 : 1))
    .slice(0, MOST.named)
    .map(({ path }) => safeLine(path, MOST.nameLength))
}

async function list(root: string, folder: string, most: number): Promise<Dirent[]> {
  const entries: Dirent[] = []
  try {
    for await (const entry of await opendir(posix.join(root, folder))) if (entries.push(entry) >= most) break
  } catch {
    // Nothing is found in it.
  }
  return entries
}

/** How different two names are, from 0; null if they have nothing in common. */
function likeness(name: string, wanted: string): number | null {
  if (name === wanted) return 0
  if (looks(name) === looks(wanted)) return 1
  // A file in another language, or a test, isn't a misnamed file.
  if (!/\.(ts|tsx|mts|cts|js|jsx|mjs|txt|bak|orig|old)$|~$|^[^.]*$/i.test(name) || /\.(test|spec|d)\./i.test(name))
    return null
  const [stem, wantedStem] = [stemOf(name), stemOf(wanted)]
  if (stem === wantedStem) return 2
  if (wantedStem.length >= 4 && isOneSlipFrom(stem, wantedStem)) return 3
  return null
}

/** `Copy of Mlp (1).ts.txt` → `mlp`. */
const stemOf = (name: string): string =>
  looks(name)
    .replace(/(\.[a-z]{2,4}|~)+$/, '')
    .replace(/^(copy of|kopie von|copie de|new|old|my)\b/, '')
    .replace(/\(\d+\)|(\b|_)(copy|kopie|copie|final|new|old|solution|done|backup|bak|v?\d+)(?=\b|_|\d|$)/g, '')
    .replace(/[^\p{L}\p{N}]/gu, '')

/** Whether one letter was added, removed, changed, or swapped with its neighbour. */
function isOneSlipFrom(a: string, b: string): boolean {
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  let end = 0
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)]
  const isSwapped = left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0]
  return isSwapped || (left.length <= 1 && right.length <= 1)
}
