import { isCertain } from '../pipeline/is-certain.ts'
import type { Machine } from '../pipeline/machine.ts'
import type { Answer, Demands, Grade, Grades, Job } from '../queue/grades.ts'
import { type Cache, keyOf } from './cache.ts'

/**
 * Grades from workers, by way of the cache in the folder of reports: what is in it is not asked for. A grade is kept twice,
 * by what its job demanded and by the machine that made it, so that a later run without workers finds it on such a machine.
 */
export class WorkerGrades implements Pick<Grades, 'of'> {
  readonly #workers: Pick<Grades, 'of'>
  readonly #cache: Cache
  readonly #here: Machine
  readonly #asked = new Map<string, Demands>()

  constructor(workers: Pick<Grades, 'of'>, cache: Cache, here: Machine) {
    this.#workers = workers
    this.#cache = cache
    this.#here = here
  }

  async of(job: Job, signal: AbortSignal): Promise<Answer> {
    const known = (await this.#cache.findJob(job.key)) ?? (await this.#madeHere(job))
    if (known) return { ...known, isNew: false }
    this.#asked.set(job.key, job.demands)
    try {
      const answer = await this.#workers.of(job, signal)
      await this.#keep(job, answer)
      return answer
    } finally {
      this.#asked.delete(job.key)
    }
  }

  /** What the jobs demand that wait for a grade, each kind once. */
  get waitingFor(): readonly Demands[] {
    const kinds = new Map([...this.#asked.values()].map(demands => [JSON.stringify(demands), demands]))
    return [...kinds.values()]
  }

  /** The grade of an earlier run on this machine, if this machine meets the demands. */
  async #madeHere(job: Job): Promise<Grade | null> {
    if (!job.demands.tiers.includes(this.#here.tier.id)) return null
    const known = await this.#cache.find(keyOf(job, this.#here))
    return known && { ...known, machine: this.#here }
  }

  async #keep(job: Job, { graded, ms, gradedAt, machine }: Grade): Promise<void> {
    if (!isCertain(graded)) return
    await this.#cache.keepJob(job.key, { graded, ms, gradedAt, machine })
    await this.#cache.keep(keyOf(job, machine), { graded, ms, gradedAt })
  }
}
