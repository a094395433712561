import { createHash } from 'node:crypto'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole } from '@backprop/files'
import type { GradedLab } from '../pipeline/grade-lab.ts'
import type { Machine } from '../pipeline/machine.ts'
import type { Grade, Job } from '../queue/grades.ts'

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

/** The key of a job that is graded by a machine. */
export function keyOf({ demands, treeHash }: Job, { tier, backend, node, device }: Machine): CacheKey {
  const { lab, suite, grader, seed, seedKey } = demands
  return { lab, treeHash, suiteHash: suite, grader, backend, tier: tier.id, node, device, seed, seedKey }
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
    return (await this.#read(nameOf(key))) as CachedGrade | null
  }

  async keep(key: CacheKey, remembered: CachedGrade): Promise<void> {
    await this.#write(nameOf(key), remembered)
  }

  /** The grade of the job with this key, by whatever machine met its demands. */
  async findJob(key: string): Promise<Grade | null> {
    return (await this.#read(key)) as Grade | null
  }

  async keepJob(key: string, grade: Grade): Promise<void> {
    await this.#write(key, grade)
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

  async #read(name: string): Promise<unknown> {
    const text = await readFile(this.#file(name), 'utf8').catch(() => '')
    const end = text.indexOf('\n')
    const body = text.slice(end + 1)
    // The checksum proves that the body is what `#write` wrote.
    return end > 0 && text.slice(0, end) === sha256(body) ? JSON.parse(body) : null
  }

  async #write(name: string, entry: CachedGrade): Promise<void> {
    const body = JSON.stringify(entry)
    await writeWhole(this.#file(name), `${sha256(body)}\n${body}`, this.#staging)
  }

  #file = (name: string): string => join(this.#folder, name.slice(0, 2), `${name}.json`)
}

function nameOf(key: CacheKey): string {
  const { lab, treeHash, suiteHash, grader, backend, tier, node, device, seed, seedKey } = key
  return sha256(JSON.stringify([lab, treeHash, suiteHash, grader, backend, tier, node, device, seed, seedKey]))
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
