import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { BadLab, type Lab } from '@backprop/course'
import { LabChecker, type Checked, type CheckOptions } from '../check/lab-checker.ts'
import { afterRun, afterRuns } from '../lab/progress.ts'
import type { Look } from '../render/look.ts'
import { allLines } from './all.ts'
import { watchLab } from './files.ts'
import { judge, judgeAll } from './judge.ts'
import type { Model } from './model.ts'
import { listed, titleOfNext } from './start-model.ts'
import type { State } from './state.ts'

export interface ChecksOptions {
  /** Folder of the course. */
  readonly root: string
  /** Files are not watched. */
  readonly manual: boolean
  readonly look: () => Look
  /** Does what a save asks for; an error in it is told. */
  readonly start: (work: () => Promise<void>) => void
}

/** A check that has not been over by then says so, second by second. */
const PATIENCE_MS = 1000

/** Done exercises are looked at again when nobody has saved for this long. */
const IDLE_MS = 800

/** What one result may have and another not. */
const NOTHING_KNOWN = {
  finding: undefined,
  source: undefined,
  startAt: undefined,
  busy: undefined,
  all: undefined,
  isRunning: false,
  scroll: 0,
}

/** Checks exercises of one lab, when a file of it is saved or when asked to. A later check ends an earlier one. */
export class Checks {
  readonly #state: State
  readonly #options: ChecksOptions
  readonly #checker: LabChecker
  readonly #watcher: { close: () => Promise<void> } | undefined
  #running = new AbortController()

  /** Of the lab that the state is in. */
  constructor(state: State, options: ChecksOptions) {
    this.#state = state
    this.#options = options
    this.#checker = new LabChecker(state.model.lab)
    if (!options.manual) this.#watcher = this.#watch()
  }

  get lab(): Lab {
    return this.#checker.lab
  }

  #watch(): { close: () => Promise<void> } {
    return watchLab(this.#options.root, this.lab, {
      paths: ['src', 'test'],
      onSave: () => this.#options.start(() => this.check()),
      onTrouble: why =>
        this.#state.change({ note: `Files cannot be watched here (${why}): begin again with --manual` }),
    })
  }

  /** Checks the exercise, then those that are done. */
  async check(): Promise<void> {
    const signal = this.#begin()
    const { exercise } = this.#state.model
    if (!existsSync(join(this.lab.dir, 'lab.json'))) return this.#state.change({ isGone: true, isRunning: false })
    this.#state.change({ isGone: false, isRunning: true, scroll: 0 })
    const checked = await this.#ticking({ exercise, signal })
    if (signal.aborted) return
    const judged = await judge(this.lab, exercise, checked)
    if (signal.aborted) return
    await this.#state.remember(progress => afterRun(progress, exercise, judged.went))
    const others = await this.#others()
    if (signal.aborted) return
    // Whoever is choosing in the list goes on choosing.
    const view = this.#state.model.view === 'list' ? 'list' : 'exercise'
    this.#state.change({ ...NOTHING_KNOWN, ...judged, ...others, checked, view })
    // While a file cannot be read, all in it fails, and nothing is learned by that.
    if (checked.problems.every(({ isSyntax }) => !isSyntax)) await this.#checkDone(signal)
  }

  /** A change for one exercise may break another. */
  async #checkDone(signal: AbortSignal): Promise<void> {
    const { exercise, progress } = this.#state.model
    // What is lost may have been repaired by this very change.
    const known = [...progress.lost, ...progress.done].filter(id => id !== exercise)
    await new Promise(resolve => setTimeout(resolve, IDLE_MS))
    for (const id of known) {
      if (signal.aborted) return
      const checked = await this.#checker.check({ exercise: id, signal })
      if (signal.aborted) return
      const { went } = await judge(this.lab, id, checked)
      if (signal.aborted) return
      await this.#state.remember(progress => afterRun(progress, id, went))
      const others = await this.#others()
      if (signal.aborted) return
      this.#state.change(others)
    }
  }

  /** Checks all exercises of the lab. */
  async checkAll(): Promise<void> {
    const signal = this.#begin()
    this.#state.change({ view: 'all', all: undefined, busy: undefined, isRunning: false, scroll: 0 })
    const checked = await this.#checker.check({ signal })
    if (signal.aborted) return
    const judged = await judgeAll(this.lab, this.lab.manifest.exercises, checked)
    if (signal.aborted) return
    await this.#state.remember(progress => afterRuns(progress, judged))
    const others = await this.#others()
    if (signal.aborted) return
    const mine = judged.find(({ exercise }) => exercise === this.#state.model.exercise)
    const all = allLines(this.lab, judged, this.#options.look())
    // Whoever has gone back meanwhile finds it there.
    this.#state.change({ ...NOTHING_KNOWN, ...mine, ...others, checked, all })
  }

  /** What the screen shows of other exercises: all that is remembered, and which is next. */
  async #others(): Promise<Partial<Pick<Model, 'labs' | 'next'>>> {
    const { root } = this.#options
    try {
      const [labs, next] = await Promise.all([listed(root), titleOfNext(root, this.#state.model)])
      return { labs, next }
    } catch (error) {
      // A folder may be on its way out, or back: git does both in a moment.
      if (error instanceof BadLab) return {}
      throw error
    }
  }

  /** Ends the check that goes on. */
  stop(): void {
    this.#running.abort()
  }

  async close(): Promise<void> {
    this.stop()
    await Promise.all([this.#watcher?.close(), this.#checker.close()])
  }

  #begin(): AbortSignal {
    this.stop()
    this.#running = new AbortController()
    return this.#running.signal
  }

  /** A check during which the screen says how long it has taken. */
  async #ticking(options: CheckOptions & { readonly signal: AbortSignal }): Promise<Checked> {
    const start = performance.now()
    const timer = setInterval(() => {
      if (options.signal.aborted) return clearInterval(timer)
      this.#state.change({ busy: `Checking … ${Math.round((performance.now() - start) / 1000)} s` })
    }, PATIENCE_MS)
    return this.#checker.check(options).finally(() => clearInterval(timer))
  }
}
