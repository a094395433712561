import { isCertain } from '../pipeline/is-certain.ts'
import { namesOf } from '../pipeline/seed-key.ts'
import { type Bench, gradeJob } from '../queue/grade-job.ts'
import type { Answer, Grades, Job } from '../queue/grades.ts'
import type { Cache, CacheKey } from './cache.ts'

/** Grades on this machine, and from the cache in the folder of reports. */
export class FolderGrades implements Grades {
  readonly #bench: Bench
  readonly #cache: Cache

  constructor(bench: Bench, cache: Cache) {
    this.#bench = bench
    this.#cache = cache
  }

  async of(job: Job, signal: AbortSignal): Promise<Answer> {
    const key = this.#keyOf(job)
    const { machine } = this.#bench
    const known = await this.#cache.find(key)
    if (known) return { ...known, machine, isNew: false }
    const fresh = await gradeJob(job, this.#bench, signal)
    const { graded, ms, gradedAt } = fresh
    if (isCertain(graded)) await this.#cache.keep(key, { graded, ms, gradedAt })
    return { ...fresh, isNew: true }
  }

  async close(): Promise<void> {
    await this.#bench.suites.close()
  }

  #keyOf({ demands, treeHash }: Job): CacheKey {
    const { lab, suite, grader } = demands
    const { machine, draws } = this.#bench
    const { tier, backend, node, device } = machine
    return { lab, treeHash, suiteHash: suite, grader, backend, tier: tier.id, node, device, ...namesOf(draws) }
  }
}
