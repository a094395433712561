import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { NAN_MADE, type WarmOutcome, WarmSuite } from '@backprop/test-runner'
import { visibleSuite } from '@backprop/visible-tests'
import { type ChangedFile, changedFiles } from '../lab/changed-files.ts'
import { TypeChecker, type TypeFindings } from './type-checker.ts'

/** What the compiler and the visible tests say about a lab. */
export interface LabCheck extends TypeFindings {
  readonly outcome: WarmOutcome
  /** Course files that aren't as they were handed out. */
  readonly changed: readonly ChangedFile[]
  /** The only exercise whose tests were run; undefined if all were. */
  readonly alone?: string
  readonly ms: number
}

export interface CheckOptions {
  /** Only tests of this exercise. */
  readonly exercise?: string
  readonly signal?: AbortSignal
}

/** Checks one lab again and again. The compiler and the test runner stay open, so a check takes a moment. */
export class LabChecker {
  readonly lab: Lab
  readonly #types: TypeChecker
  readonly #suite: WarmSuite

  constructor(lab: Lab) {
    this.lab = lab
    this.#types = new TypeChecker(lab.dir)
    this.#suite = new WarmSuite(visibleSuite(lab))
  }

  async check({ exercise, signal }: CheckOptions = {}): Promise<LabCheck> {
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

/** A visible test makes a few calls, and each of them takes far less than the lab allows for one. */
const stallSeconds = (callSeconds: number): number => Math.max(6, 2 * callSeconds)

/** Whether a test failed because of a NaN, which doesn't say where it was produced. */
const hasNaN = ({ results }: WarmOutcome): boolean =>
  results.some(({ failures: [failure] }) => failure && /\bNaN\b/.test(`${failure.message}${failure.actual ?? ''}`))

/** The outcome, in which failures say where their NaN was produced if a second run found it. */
function withOrigins(outcome: WarmOutcome, traced: WarmOutcome): WarmOutcome {
  const results = outcome.results.map(result => {
    const again = traced.results.find(({ exercise, name }) => exercise === result.exercise && name === result.name)
    const [origin] = again?.failures ?? []
    return result.state === 'failed' && origin?.name === NAN_MADE ? { ...result, failures: [origin] } : result
  })
  return { ...outcome, results }
}
