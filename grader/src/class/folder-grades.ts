import { isCertain } from '../pipeline/is-certain.ts'
import { type Bench, gradeJob } from '../queue/grade-job.ts'
import type { Answer, Grades, Job } from '../queue/grades.ts'
import { type Cache, keyOf } from './cache.ts'

/** Grades on this machine, and from the cache in the folder of reports. Of equal jobs at the same time, one is graded. */
export class FolderGrades implements Pick<Grades, 'of'> {
  readonly #bench: Bench
  readonly #cache: Cache
  /** By the name of a key: settles when the last of the jobs with it is done, and never rejects. */
  readonly #last = new Map<string, Promise<void>>()

  constructor(bench: Bench, cache: Cache) {
    this.#bench = bench
    this.#cache = cache
  }

  async of(job: Job, signal: AbortSignal): Promise<Answer> {
    const name = JSON.stringify(keyOf(job, this.#bench.machine))
    const answer = (this.#last.get(name) ?? Promise.resolve()).then(() => this.#find(job, signal))
    const done = answer.then(() => {}, () => {}) // prettier-ignore
    this.#last.set(name, done)
    try {
      return await answer
    } finally {
      if (this.#last.get(name) === done) this.#last.delete(name)
    }
  }

  async #find(job: Job, signal: AbortSignal): Promise<Answer> {
    const { machine } = this.#bench
    const key = keyOf(job, machine)
    const known = await this.#cache.find(key)
    if (known) return { ...known, machine, isNew: false }
    const fresh = await gradeJob(job, this.#bench, signal)
    const { graded, ms, gradedAt } = fresh
    if (isCertain(graded)) await this.#cache.keep(key, { graded, ms, gradedAt })
    return { ...fresh, isNew: true }
  }
}
