import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { WarmSuite, type SuiteEvent, type WarmOutcome } from '@backprop/testkit/run'
import { visibleSuite } from '../visible/index.ts'
import { TypeChecker, type TypeProblem } from './type-checker.ts'

/** What the compiler and the visible tests say of a lab at one moment. */
export interface Checked {
  readonly problems: readonly TypeProblem[]
  readonly outcome: WarmOutcome
  /** How long it took. */
  readonly ms: number
}

export interface CheckOptions {
  /** Only tests of this exercise. */
  readonly exercise?: string
  readonly signal?: AbortSignal
  readonly onEvent?: (event: SuiteEvent) => void
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

  async check({ exercise, signal, onEvent }: CheckOptions = {}): Promise<Checked> {
    const { edit, limits } = this.lab.manifest
    const start = performance.now()
    const changed = edit.map(file => join(this.lab.dir, file))
    const [problems, outcome] = await Promise.all([
      this.#types.check(edit),
      this.#suite.run({ exercise, changed, stallSeconds: stallSeconds(limits.callSeconds), signal, onEvent }),
    ])
    return { problems, outcome, ms: performance.now() - start }
  }

  async close(): Promise<void> {
    this.#suite.close()
    await this.#types.close()
  }
}

/** A visible test makes a few calls, and each of them ends in far less than the lab allows one of them. */
const stallSeconds = (callSeconds: number): number => Math.max(6, 2 * callSeconds)
