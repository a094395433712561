import { LabChecker } from '../check/lab-checker.ts'
import { nextUndone, type Spot } from '../lab/current.ts'
import { afterHint, afterRun, writeProgress } from '../lab/progress.ts'
import { play } from '../play.ts'
import { screenLines } from '../render/screen.ts'
import { allLines } from './all.ts'
import { watchLab } from './files.ts'
import { judge } from './judge.ts'
import type { Model } from './model.ts'
import { listed, modelOf, spots, titleOfNext, type Surroundings } from './start-model.ts'
import type { Key, Terminal } from './terminal.ts'

export interface SessionOptions extends Surroundings {
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

/** A check that has not been over by then says so, second by second. */
const PATIENCE_MS = 1000

/** Done exercises are looked at again when nobody has saved for this long. */
const IDLE_MS = 800

/** Watches one exercise after the other until the student quits. */
export class Session {
  readonly #options: SessionOptions
  readonly #ended: Promise<number>
  #quit: (code: number) => void = () => {}
  #fail: (error: Error) => void = () => {}
  #model: Model
  #checker: LabChecker
  #watcher: { close: () => Promise<void> } | undefined
  #running = new AbortController()
  #isPlaying = false

  private constructor(options: SessionOptions, model: Model) {
    this.#options = options
    this.#model = model
    this.#checker = new LabChecker(model.lab)
    this.#ended = new Promise((resolve, reject) => {
      this.#quit = resolve
      this.#fail = reject
    })
  }

  /** Runs until the student quits. Resolves to the exit code. */
  static async run(options: SessionOptions, spot: Spot): Promise<number> {
    const session = new Session(options, await modelOf(options, spot))
    return session.#run()
  }

  async #run(): Promise<number> {
    const { terminal, signal } = this.#options
    signal.addEventListener('abort', () => this.#quit(130), { once: true })
    terminal.clear()
    terminal.open(
      key => this.#safely(() => this.#press(key)),
      () => this.#draw(),
    )
    this.#watch()
    this.#safely(() => this.#check())
    try {
      return await this.#ended
    } finally {
      this.#running.abort()
      terminal.close()
      await this.#watcher?.close()
      await this.#checker.close()
    }
  }

  /** An error of ours ends the session with its message instead of being lost. */
  #safely(work: () => Promise<void>): void {
    work().catch((error: unknown) => this.#fail(error as Error))
  }

  #draw(change: Partial<Model> = {}): void {
    this.#model = { ...this.#model, ...change }
    if (this.#isPlaying) return
    const { terminal } = this.#options
    terminal.draw(screenLines(this.#model, terminal.look))
  }

  #watch(): void {
    if (this.#options.manual) return
    this.#watcher = watchLab(
      this.#model.lab,
      () => this.#safely(() => this.#check()),
      why => this.#draw({ note: `Files cannot be watched here (${why}): begin again with --manual` }),
    )
  }

  /** Checks the exercise, then those that are done. A later check ends an earlier one. */
  async #check(): Promise<void> {
    this.#running.abort()
    const { signal } = (this.#running = new AbortController())
    const ticking = this.#tick(signal)
    const { lab, exercise } = this.#model
    const checked = await this.#checker.check({ exercise, signal })
    clearInterval(ticking)
    if (signal.aborted) return
    const judged = await judge(lab, exercise, checked)
    const progress = afterRun(this.#model.progress, exercise, judged.went)
    await writeProgress(lab, progress)
    const none = { finding: undefined, source: undefined, startAt: undefined, busy: undefined, all: undefined }
    const labs = await listed(this.#options.root)
    // Whoever is choosing in the list goes on choosing.
    const view = this.#model.view === 'list' ? 'list' : 'exercise'
    this.#draw({ ...none, ...judged, checked, progress, labs, view })
    this.#draw({ next: await titleOfNext(this.#options.root, this.#model) })
    await this.#checkDone(signal)
  }

  /** A change for one exercise may break another. */
  async #checkDone(signal: AbortSignal): Promise<void> {
    const { lab, exercise, progress } = this.#model
    const known = [...progress.done, ...progress.lost].filter(id => id !== exercise)
    await new Promise(resolve => setTimeout(resolve, IDLE_MS))
    for (const id of known) {
      if (signal.aborted) return
      const checked = await this.#checker.check({ exercise: id, signal })
      if (signal.aborted) return
      const { went } = await judge(lab, id, checked)
      const after = afterRun(this.#model.progress, id, went)
      await writeProgress(lab, after)
      this.#draw({ progress: after, labs: await listed(this.#options.root) })
    }
  }

  #tick(signal: AbortSignal): NodeJS.Timeout {
    const start = performance.now()
    const timer = setInterval(() => {
      if (signal.aborted) return clearInterval(timer)
      this.#draw({ busy: `Checking … ${Math.round((performance.now() - start) / 1000)} s` })
    }, PATIENCE_MS)
    return timer
  }

  async #press(key: Key): Promise<void> {
    if (this.#isPlaying) return
    if (key === 'q' || key === 'ctrl-c' || key === 'ctrl-d') return this.#quit(0)
    if (key === 'h') return this.#hint()
    if (key === 'n') return this.#go(await nextUndone(this.#options.root, this.#model))
    if (key === 'l') return this.#list()
    if (key === 'r') return this.#runAll()
    if (key === 'p') return this.#play()
    if (this.#model.view === 'list') return this.#choose(key)
    if (key === 'return' || key === 'enter' || key === 'escape') return this.#back()
  }

  async #back(): Promise<void> {
    if (this.#model.view !== 'exercise') return this.#draw({ view: 'exercise' })
    this.#draw({ busy: 'Checking …' })
    await this.#check()
  }

  async #hint(): Promise<void> {
    const { lab, exercise, progress, view, hints, hintLevel } = this.#model
    // The first press shows again what was read before; the next ones go on.
    const level = view === 'hints' ? Math.min(hints.length, hintLevel + 1) : Math.max(1, hintLevel)
    const after = afterHint(progress, exercise, level)
    await writeProgress(lab, after)
    this.#draw({ view: 'hints', hintLevel: level, progress: after })
  }

  #list(): void {
    const { view, labs, lab, exercise } = this.#model
    if (view === 'list') return this.#draw({ view: 'exercise', chosen: undefined })
    const here = spots(labs).findIndex(spot => spot.lab.manifest.id === lab.manifest.id && spot.exercise === exercise)
    this.#draw({ view: 'list', chosen: here })
  }

  async #choose(key: Key): Promise<void> {
    const all = spots(this.#model.labs)
    const chosen = this.#model.chosen ?? 0
    const step = key === 'down' || key === 'j' ? 1 : key === 'up' || key === 'k' ? -1 : 0
    if (step !== 0) this.#draw({ chosen: Math.min(all.length - 1, Math.max(0, chosen + step)) })
    else if (key === 'return' || key === 'enter') await this.#go(all[chosen])
    else if (key === 'escape') this.#list()
  }

  async #go(spot: Spot): Promise<void> {
    this.#running.abort()
    const isOther = spot.lab.manifest.id !== this.#model.lab.manifest.id
    this.#model = await modelOf(this.#options, spot)
    this.#draw()
    if (isOther) {
      await this.#watcher?.close()
      await this.#checker.close()
      this.#checker = new LabChecker(spot.lab)
      this.#watch()
    }
    await this.#check()
  }

  async #runAll(): Promise<void> {
    this.#running.abort()
    const { signal } = (this.#running = new AbortController())
    this.#draw({ view: 'all', all: undefined })
    const { lab } = this.#model
    const checked = await this.#checker.check({ signal })
    if (signal.aborted) return
    let { progress } = this.#model
    const judged = await Promise.all(
      lab.manifest.exercises.map(async ({ id }) => ({ id, ...(await judge(lab, id, checked)) })),
    )
    for (const { id, went } of judged) progress = afterRun(progress, id, went)
    await writeProgress(lab, progress)
    const all = allLines(lab, judged, this.#options.terminal.look)
    this.#draw({ view: 'all', all, progress, labs: await listed(this.#options.root) })
  }

  /** The lab's script has the screen to itself until a key is pressed. */
  async #play(): Promise<void> {
    const { terminal, signal } = this.#options
    this.#running.abort()
    terminal.clear()
    terminal.pause()
    this.#isPlaying = true
    const code = await play(this.#model.lab, signal)
    terminal.resume()
    this.#isPlaying = false
    this.#options.terminal.after(`${code === 0 ? '' : 'main.ts ended with an error. '}Enter: back to the exercise`)
  }
}
