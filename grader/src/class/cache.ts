import { createHash } from 'node:crypto'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole } from '@backprop/files'
import type { GradedLab } from '../pipeline/grade-lab.ts'

/** Everything that a lab's grade depends on. */
export interface CacheKey {
  readonly lab: string
  readonly treeHash: string
  readonly suiteHash: string
  readonly grader: string
  readonly backend: string
  /** Limits work differently in another tier, on another Node and on another machine. */
  readonly tier: string
  readonly node: string
  readonly device: string
  readonly seed: number | null
  /** Id of the key that draws come from. */
  readonly seedKey: string | null
}

export interface CachedGrade {
  readonly graded: GradedLab
  readonly ms: number
  readonly gradedAt: string
}

const DAYS_KEPT = 90

/**
 * Caches the grade of each lab of each tree of files. It is in the folder of reports rather than in the user's cache,
 * because grades are personal data: they move with that folder and are deleted with it. And a run into a new folder
 * depends on no earlier run. Entries are written whole or not at all and never change, so several processes may share it.
 */
export class Cache {
  readonly #folder: string
  readonly #staging: string

  constructor(folder: string, staging: string) {
    this.#folder = folder
    this.#staging = staging
  }

  /** The grade for this key; null if there is none, or the entry is damaged. */
  async find(key: CacheKey): Promise<CachedGrade | null> {
    const text = await readFile(this.#file(key), 'utf8').catch(() => '')
    const end = text.indexOf('\n')
    const body = text.slice(end + 1)
    // The checksum proves that the body is what `keep` wrote.
    return end > 0 && text.slice(0, end) === sha256(body) ? (JSON.parse(body) as CachedGrade) : null
  }

  async keep(key: CacheKey, remembered: CachedGrade): Promise<void> {
    const file = this.#file(key)
    const body = JSON.stringify(remembered)
    await writeWhole(file, `${sha256(body)}\n${body}`, this.#staging)
  }

  /** Deletes entries that are older than a term. */
  async prune(now: Date): Promise<void> {
    const entries = await readdir(this.#folder, { recursive: true, withFileTypes: true }).catch(() => [])
    for (const entry of entries) {
      if (!entry.isFile()) continue
      const file = join(entry.parentPath, entry.name)
      const { mtimeMs } = await stat(file)
      if (now.getTime() - mtimeMs > DAYS_KEPT * 86_400_000) await rm(file, { force: true })
    }
  }

  #file(key: CacheKey): string {
    const { lab, treeHash, suiteHash, grader, backend, tier, node, device, seed, seedKey } = key
    const name = sha256(JSON.stringify([lab, treeHash, suiteHash, grader, backend, tier, node, device, seed, seedKey]))
    return join(this.#folder, name.slice(0, 2), `${name}.json`)
  }
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
