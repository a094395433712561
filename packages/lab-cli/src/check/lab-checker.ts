import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { NAN_MADE, WarmSuite, type WarmOutcome } from '@backprop/test-runner'
import { changedFiles, type ChangedFile } from '../lab/changed-files.ts'
import { visibleSuite } from '@backprop/visible-tests'
import { TypeChecker, type TypeFindings } from './type-checker.ts'

/** What the compiler and the visible tests say of a lab at one moment. */
export interface Checked extends TypeFindings {
  readonly outcome: WarmOutcome
  /** Files of the course that are not as they were handed out. */
  readonly changed: readonly ChangedFile[]
  /** The exercise whose tests were run; nothing when all were. */
  readonly alone?: string
  /** How long it took. */
  readonly ms: number
}

export interface CheckOptions {
  /** Only tests of this exercise. */
  readonly exercise?: string
  readonly signal?: AbortSignal
}

/** Checks one lab again and again: the compiler and the test runner stay, so that an answer comes in a moment. */
export class LabChecker {
  readonly lab: Lab
  readonly #types: TypeChecker
  readonly #suite: WarmSuite

  constructor(lab: Lab) {
    this.lab = lab
    this.#types = new TypeChecker(lab.dir)
    this.#suite = new WarmSuite(visibleSuite(lab))
  }

  async check({ exercise, signal }: CheckOptions = {}): Promise<Checked> {
    const { edit, limits } = this.lab.manifest
    const start = performance.now()
    const edited = edit.map(file => join(this.lab.dir, file))
    const run = { exercise, changed: edited, stallSeconds: stallSeconds(limits.callSeconds), signal }
    const [types, outcome, changed] = await Promise.all([
      this.#types.check(edit),
      this.#suite.run(run),
      changedFiles(this.lab),
    ])
    const nan = hasNaN(outcome) ? await this.#suite.run({ ...run, traceNaN: true }) : undefined
    return {
      ...types,
      changed,
      alone: exercise,
      outcome: nan ? withOrigins(outcome, nan) : outcome,
      ms: performance.now() - start,
    }
  }

  async close(): Promise<void> {
    this.#suite.close()
    await this.#types.close()
  }
}

/** A visible test makes a few calls, and each of them ends in far less than the lab allows one of them. */
const stallSeconds = (callSeconds: number): number => Math.max(6, 2 * callSeconds)

/** A test failed because of a NaN, which says nothing of where it was made. */
const hasNaN = ({ results }: WarmOutcome): boolean =>
  results.some(({ failures: [failure] }) => failure && /\bNaN\b/.test(`${failure.message}${failure.actual ?? ''}`))

/** The outcome in which failures tell where their NaN was made, as far as a second run has found it. */
function withOrigins(outcome: WarmOutcome, traced: WarmOutcome): WarmOutcome {
  const results = outcome.results.map(result => {
    const again = traced.results.find(({ exercise, name }) => exercise === result.exercise && name === result.name)
    const [origin] = again?.failures ?? []
    return result.state === 'failed' && origin?.name === NAN_MADE ? { ...result, failures: [origin] } : result
  })
  return { ...outcome, results }
}
