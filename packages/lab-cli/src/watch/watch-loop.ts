import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { BadLab, findLabs, type Lab } from '@backprop/course'
import { type Watcher, watchSaves } from '@backprop/files/watch'
import { type LabCheck, LabChecker } from '../check/lab-checker.ts'
import { resultOf, resultsOf } from '../findings/exercise-result.ts'
import { exercisesIn, isSameExercise, type LabExercise, nextUndone, writeCurrent } from '../lab/current-exercise.ts'
import { hintsOf, taskOf } from '../lab/exercise-texts.ts'
import { afterHint, afterRun, afterRuns, type Progress, readProgress, writeProgress } from '../lab/lab-progress.ts'
import { PlaygroundProcess } from '../playground-process.ts'
import { allLines } from '../render/outcome-lines.ts'
import { screenLines, type ScreenModel } from '../render/watch-screen.ts'
import { INTERRUPTED, type RunningScript, runScript } from '../run-script.ts'
import type { Key, ScreenTerminal } from './screen-terminal.ts'

/**
 * `pnpm lab` at a terminal: save → check → screen. A save (or a key) starts a check; a check changes the model; each change
 * of the model draws the screen.
 */

export interface WatchOptions {
  /** Folder of the course. */
  readonly root: string
  /** The terminal's folder: paths are printed relative to it. */
  readonly cwd: string
  /** Don't watch files: a key starts a check. */
  readonly manual: boolean
  readonly terminal: ScreenTerminal
  readonly signal: AbortSignal
}

/** Watches an exercise, then the ones that the student goes to, until the student quits. Resolves to the exit code. */
export async function watchExercises(options: WatchOptions, start: LabExercise): Promise<number> {
  await writeCurrent(options.root, start)
  return new WatchLoop(options, await modelOf(options, start)).run()
}

/** A check that takes longer than this shows its time, every second. */
const SHOW_TIME_AFTER_MS = 1000

/** Exercises that are done are checked again when nothing was saved for this long. */
const IDLE_MS = 800

/** Why a check was stopped: not an error. */
const SUPERSEDED = new Error('A newer check has started.')

/** Resets what one result may have and the next one may not. */
const NO_RESULT = {
  finding: undefined,
  source: undefined,
  startAt: undefined,
  busy: undefined,
  all: undefined,
  isRunning: false,
  scroll: 0,
}

class WatchLoop {
  readonly #options: WatchOptions
  readonly #ended: Promise<number>
  #quit: (code: number) => void = () => {}
  #fail: (error: unknown) => void = () => {}
  #model: ScreenModel
  #checker: LabChecker
  #watcher: Watcher | undefined
  #check = new AbortController()
  /** Resolves when the progress that is shown is on disk. */
  #saved: Promise<void> = Promise.resolve()
  /** Resolves when the keys pressed so far are handled. */
  #keys: Promise<void> = Promise.resolve()
  #script: RunningScript | undefined
  readonly #playground = new PlaygroundProcess()

  constructor(options: WatchOptions, model: ScreenModel) {
    this.#options = options
    this.#ended = new Promise((resolve, reject) => {
      this.#quit = resolve
      this.#fail = reject
    })
    this.#model = model
    this.#checker = new LabChecker(model.lab)
    this.#watcher = this.#watch(model.lab)
  }

  async run(): Promise<number> {
    const { terminal, signal } = this.#options
    signal.addEventListener('abort', () => this.#quit(INTERRUPTED), { once: true })
    terminal.clear()
    terminal.open(
      key => this.#press(key),
      () => this.#draw(),
    )
    this.#draw()
    this.#start(() => this.#checkExercise())
    try {
      return await this.#ended
    } finally {
      terminal.close()
      this.#stopCheck()
      await Promise.all([this.#watcher?.close(), this.#checker.close(), this.#playground.stop()])
      await this.#saved
    }
  }

  /** Runs what may take long. An unexpected error ends the session with its message. */
  #start(work: () => Promise<void>): void {
    work().catch((error: unknown) => {
      if (error !== SUPERSEDED) this.#fail(error)
    })
  }

  // ── Save ──

  #watch(lab: Lab): Watcher | undefined {
    if (this.#options.manual) return undefined
    const places = ['src', 'test'].map(name => join(lab.dir, name))
    return watchSaves(this.#options.root, places, {
      onSave: () => this.#start(() => this.#checkExercise()),
      onError: why => this.#change({ note: `Files cannot be watched here (${why}): start again with --manual` }),
    })
  }

  // ── Check ──

  /** Stops the running check, and returns the signal that will stop the next one. */
  #stopCheck(): AbortSignal {
    this.#check.abort(SUPERSEDED)
    this.#check = new AbortController()
    return this.#check.signal
  }

  /** Checks the current exercise, then those that are done: the change may have broken them. */
  async #checkExercise(): Promise<void> {
    const signal = this.#stopCheck()
    const { lab, exercise } = this.#model
    if (!existsSync(join(lab.dir, 'lab.json'))) return this.#change({ isGone: true, isRunning: false })
    this.#change({ isGone: false, isRunning: true, scroll: 0 })
    const checked = await unlessAborted(signal, this.#timed(signal, exercise))
    const result = await unlessAborted(signal, resultOf(lab, exercise, checked))
    await this.#remember(progress => afterRun(progress, exercise, result.status))
    const others = await unlessAborted(signal, this.#otherExercises())
    // A student who is choosing from the list stays there.
    const view = this.#model.view === 'list' ? 'list' : 'exercise'
    this.#change({ ...NO_RESULT, ...result, ...others, checked, view })
    // While a file can't be parsed, everything in it fails, which says nothing new.
    if (checked.problems.every(({ isSyntax }) => !isSyntax)) await this.#checkDone(signal)
  }

  async #checkDone(signal: AbortSignal): Promise<void> {
    const { lab, exercise, progress } = this.#model
    // Lost ones first: this change may have repaired them.
    const known = [...progress.lost, ...progress.done].filter(id => id !== exercise)
    await unlessAborted(signal, sleep(IDLE_MS))
    for (const id of known) {
      const checked = await unlessAborted(signal, this.#checker.check({ exercise: id, signal }))
      const { status } = await unlessAborted(signal, resultOf(lab, id, checked))
      await this.#remember(progress => afterRun(progress, id, status))
      this.#change(await unlessAborted(signal, this.#otherExercises()))
    }
  }

  async #checkLab(): Promise<void> {
    const signal = this.#stopCheck()
    const { lab } = this.#model
    this.#change({ view: 'all', all: undefined, busy: undefined, isRunning: false, scroll: 0 })
    const checked = await unlessAborted(signal, this.#checker.check({ signal }))
    const results = await unlessAborted(signal, resultsOf(lab, lab.manifest.exercises, checked))
    await this.#remember(progress => afterRuns(progress, results))
    const others = await unlessAborted(signal, this.#otherExercises())
    const current = results.find(({ exercise }) => exercise === this.#model.exercise)
    const all = allLines(lab, results, this.#options.terminal.style)
    // The view stays: the student may have gone back in the meantime.
    this.#change({ ...NO_RESULT, ...current, ...others, checked, all })
  }

  /** A check that shows how long it is taking. */
  async #timed(signal: AbortSignal, exercise: string): Promise<LabCheck> {
    const start = performance.now()
    const timer = setInterval(() => {
      if (signal.aborted) return clearInterval(timer)
      this.#change({ busy: `Checking … ${Math.round((performance.now() - start) / 1000)} s` })
    }, SHOW_TIME_AFTER_MS)
    return this.#checker.check({ exercise, signal }).finally(() => clearInterval(timer))
  }

  /** What the screen shows about other exercises: the progress of all labs, and which exercise is next. */
  async #otherExercises(): Promise<Partial<Pick<ScreenModel, 'labs' | 'next'>>> {
    const { root } = this.#options
    try {
      const [labs, next] = await Promise.all([labsWithProgress(root), titleOfNext(root, this.#model)])
      return { labs, next }
    } catch (error) {
      // A folder may be missing for a moment, for instance while git changes branches.
      if (error instanceof BadLab) return {}
      throw error
    }
  }

  /** Changes the progress: shown with the next change of the model, written after all that was to be written before. */
  #remember(change: (before: Progress) => Progress): Promise<void> {
    const { lab, progress } = this.#model
    const after = change(progress)
    this.#model = { ...this.#model, progress: after }
    this.#saved = this.#saved.then(async () => {
      const trouble = await writeProgress(lab, after)
      if (trouble !== undefined) this.#change({ note: trouble })
    })
    return this.#saved
  }

  // ── Screen ──

  #change(change: Partial<ScreenModel>): void {
    this.#model = { ...this.#model, ...change }
    this.#draw()
  }

  #draw(): void {
    if (this.#script) return
    const { terminal } = this.#options
    // A terminal that appends would print each state between two results as one more screen.
    if (terminal.appends && (this.#model.isRunning || this.#model.busy !== undefined)) return
    terminal.draw(screenLines(this.#model, terminal.style))
  }

  // ── Keys ──

  /** Several keys may come at once: each one sees what the one before it changed. */
  #press(key: Key): void {
    this.#start(() => (this.#keys = this.#keys.then(() => this.#handle(key))))
  }

  /** Doesn't wait for checks, so that keys work during one. */
  async #handle(key: Key): Promise<void> {
    if (this.#script) return key === 'ctrl-c' ? this.#script.interrupt() : undefined
    if (key === 'q' || key === 'ctrl-c' || key === 'ctrl-d') return this.#quit(0)
    if (key === 'h') return this.#showHint()
    if (key === 'n') return this.#goToNext()
    if (key === 'l') return this.#toggleList()
    if (key === 'r') return this.#start(() => this.#checkLab())
    if (key === 'p') return this.#start(() => this.#runMain())
    if (key === 'g') return this.#start(() => this.#openPlayground())
    if (this.#model.view === 'list') return this.#choose(key)
    if (key === 'down' || key === 'j') return this.#scroll(1)
    if (key === 'up' || key === 'k') return this.#scroll(-1)
    if (key === 'return' || key === 'enter' || key === 'escape') return this.#back()
  }

  /** For a terminal that is too small for everything. */
  #scroll(lines: number): void {
    const scroll = Math.max(0, this.#model.scroll + lines)
    const { style } = this.#options.terminal
    const before = screenLines(this.#model, style).join('\n')
    const after = screenLines({ ...this.#model, scroll }, style).join('\n')
    // Past the end, the screen stays the same.
    if (before !== after) this.#change({ scroll })
  }

  #back(): void {
    if (this.#model.view !== 'exercise') return this.#change({ view: 'exercise', scroll: 0 })
    this.#start(() => this.#checkExercise())
  }

  async #showHint(): Promise<void> {
    const { exercise, view, hints, hintLevel } = this.#model
    // The first press shows the hints read so far; the next one goes on.
    const level = view === 'hints' ? Math.min(hints.length, hintLevel + 1) : Math.max(1, hintLevel)
    const saved = this.#remember(progress => afterHint(progress, exercise, level))
    this.#change({ view: 'hints', hintLevel: level, scroll: 0 })
    await saved
  }

  #toggleList(): void {
    const { view, labs } = this.#model
    if (view === 'list') return this.#change({ view: 'exercise', chosen: undefined, scroll: 0 })
    const all = exercisesIn(labs.map(({ lab }) => lab))
    this.#change({ view: 'list', chosen: all.findIndex(each => isSameExercise(each, this.#model)) })
  }

  async #choose(key: Key): Promise<void> {
    const { labs, chosen = 0 } = this.#model
    const all = exercisesIn(labs.map(({ lab }) => lab))
    const step = key === 'down' || key === 'j' ? 1 : key === 'up' || key === 'k' ? -1 : 0
    if (step !== 0) this.#change({ chosen: Math.min(all.length - 1, Math.max(0, chosen + step)) })
    else if (key === 'return' || key === 'enter') await this.#goTo(all[chosen])
    else if (key === 'escape') this.#toggleList()
  }

  async #goToNext(): Promise<void> {
    await this.#saved
    await this.#goTo(await nextUndone(this.#options.root, this.#model))
  }

  async #goTo(exercise: LabExercise): Promise<void> {
    this.#stopCheck()
    await this.#saved
    const model = await modelOf(this.#options, exercise)
    await writeCurrent(this.#options.root, exercise)
    // No await from here on: everything else sees either the old lab and its checker, or the new ones.
    const [checker, watcher] = [this.#checker, this.#watcher]
    if (checker.lab.manifest.id !== exercise.lab.manifest.id) {
      this.#checker = new LabChecker(exercise.lab)
      this.#watcher = this.#watch(exercise.lab)
      this.#start(async () => void (await Promise.all([watcher?.close(), checker.close()])))
    }
    this.#model = model
    this.#draw()
    this.#start(() => this.#checkExercise())
  }

  /** It runs beside this program until the student quits. */
  async #openPlayground(): Promise<void> {
    this.#change({ note: 'Opening the playground in the browser …' })
    try {
      this.#change({ note: `The playground is at ${await this.#playground.open()}` })
    } catch (error) {
      this.#change({ note: `The playground does not start: ${(error as Error).message}` })
    }
  }

  /**
   * The lab's `main.ts` has the screen until it ends and a key is pressed. Keys still come here, control-C too: as a signal
   * it would reach every program of the terminal, and pnpm ends at the second one.
   */
  async #runMain(): Promise<void> {
    const { terminal, signal } = this.#options
    this.#stopCheck()
    terminal.clear()
    this.#script = runScript(this.#model.lab, { signal, keepsKeys: true })
    const code = await this.#script.code
    this.#script = undefined
    const end = code === 0 ? '' : code === INTERRUPTED ? 'Stopped. ' : 'main.ts ended with an error. '
    terminal.printBelow(`${end}Enter: back to the exercise`)
  }
}

/** Waits for work; throws the reason of the signal if that was aborted in the meantime. */
async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const value = await work
  signal.throwIfAborted()
  return value
}

/** The model of an exercise that hasn't been checked yet. */
async function modelOf(
  { root, cwd, manual }: Pick<WatchOptions, 'root' | 'cwd' | 'manual'>,
  { lab, exercise }: LabExercise,
): Promise<ScreenModel> {
  const progress = await readProgress(lab)
  const [hints, task] = await Promise.all([hintsOf(lab, exercise), taskOf(lab, exercise)])
  const empty = { view: 'exercise', passed: 0, total: 0, scroll: 0, cwd, manual, hints } as const
  const labs = await labsWithProgress(root)
  return { ...empty, lab, exercise, progress, task, labs, hintLevel: progress.hints[exercise] ?? 0 }
}

async function labsWithProgress(root: string): Promise<ScreenModel['labs']> {
  const labs = await findLabs(root, 'all')
  return Promise.all(labs.map(async lab => ({ lab, progress: await readProgress(lab) })))
}

/** Title of the next exercise to do; undefined if there is no other. */
async function titleOfNext(root: string, current: LabExercise): Promise<string | undefined> {
  const next = await nextUndone(root, current)
  if (isSameExercise(next, current)) return undefined
  const { id, exercises } = next.lab.manifest
  const title = exercises.find(exercise => exercise.id === next.exercise)?.title
  return id === current.lab.manifest.id ? title : `lab ${id.slice(0, 2)}, ${title}`
}
