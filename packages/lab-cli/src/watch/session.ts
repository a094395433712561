import { isSpot, nextUndone, spotsOf, type Spot } from '../lab/current.ts'
import { writeHere } from '../lab/here.ts'
import { afterHint } from '../lab/progress.ts'
import { INTERRUPTED, play, type Playing } from '../play.ts'
import { screenLines } from '../render/screen.ts'
import { Checks } from './checks.ts'
import type { Model } from './model.ts'
import { modelOf, type Surroundings } from './start-model.ts'
import { State } from './state.ts'
import type { Key, Terminal } from './terminal.ts'

export interface SessionOptions extends Surroundings {
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

/** Watches one exercise after the other until the student quits. */
export class Session {
  readonly #options: SessionOptions
  readonly #ended: Promise<number>
  readonly #state: State
  #quit: (code: number) => void = () => {}
  #fail: (error: Error) => void = () => {}
  #checks: Checks
  #keys: Promise<void> = Promise.resolve()
  #playing: Playing | undefined

  private constructor(options: SessionOptions, model: Model) {
    this.#options = options
    this.#ended = new Promise((resolve, reject) => {
      this.#quit = resolve
      this.#fail = reject
    })
    this.#state = new State(model, () => this.#draw())
    this.#checks = this.#openChecks()
  }

  /** Runs until the student quits. Resolves to the exit code. */
  static async run(options: SessionOptions, spot: Spot): Promise<number> {
    await writeHere(options.root, spot)
    const session = new Session(options, await modelOf(options, spot))
    return session.#run()
  }

  async #run(): Promise<number> {
    const { terminal, signal } = this.#options
    signal.addEventListener('abort', () => this.#quit(130), { once: true })
    terminal.clear()
    terminal.open(
      key => this.#press(key),
      () => this.#draw(),
    )
    this.#draw()
    this.#start(() => this.#checks.check())
    try {
      return await this.#ended
    } finally {
      terminal.close()
      await this.#checks.close()
      await this.#state.written
    }
  }

  /** Does what may take long. An error of ours ends the session with its message instead of being lost. */
  #start(work: () => Promise<void>): void {
    work().catch((error: unknown) => this.#fail(error as Error)) // we throw nothing else
  }

  #draw(): void {
    if (this.#playing) return
    const { terminal } = this.#options
    const { model } = this.#state
    // Below what was written a state between two results would be one more screen.
    if (terminal.appends && (model.isRunning || model.busy !== undefined)) return
    terminal.draw(screenLines(model, terminal.look))
  }

  #openChecks(): Checks {
    const { root, manual, terminal } = this.#options
    return new Checks(this.#state, { root, manual, look: () => terminal.look, start: work => this.#start(work) })
  }

  /** Several keys may come at once: each finds what the one before it has changed. */
  #press(key: Key): void {
    this.#start(() => (this.#keys = this.#keys.then(() => this.#answer(key))))
  }

  /** Waits for no check, or no key would be answered meanwhile. */
  async #answer(key: Key): Promise<void> {
    if (this.#playing) return key === 'ctrl-c' ? this.#playing.interrupt() : undefined
    if (key === 'q' || key === 'ctrl-c' || key === 'ctrl-d') return this.#quit(0)
    if (key === 'h') return this.#hint()
    if (key === 'n') return this.#next()
    if (key === 'l') return this.#list()
    if (key === 'r') return this.#start(() => this.#checks.checkAll())
    if (key === 'p') return this.#start(() => this.#play())
    if (this.#state.model.view === 'list') return this.#choose(key)
    if (key === 'down' || key === 'j') return this.#scroll(1)
    if (key === 'up' || key === 'k') return this.#scroll(-1)
    if (key === 'return' || key === 'enter' || key === 'escape') return this.#back()
  }

  /** On a terminal that is too small for all. */
  #scroll(lines: number): void {
    const scroll = Math.max(0, this.#state.model.scroll + lines)
    // Not beyond the end: there the screen stays what it is.
    const before = screenLines(this.#state.model, this.#options.terminal.look).join('\n')
    const after = screenLines({ ...this.#state.model, scroll }, this.#options.terminal.look).join('\n')
    if (before !== after) this.#state.change({ scroll })
  }

  #back(): void {
    if (this.#state.model.view !== 'exercise') return this.#state.change({ view: 'exercise', scroll: 0 })
    this.#start(() => this.#checks.check())
  }

  async #hint(): Promise<void> {
    const { exercise, view, hints, hintLevel } = this.#state.model
    // The first press shows again what was read before; the next ones go on.
    const level = view === 'hints' ? Math.min(hints.length, hintLevel + 1) : Math.max(1, hintLevel)
    const written = this.#state.remember(progress => afterHint(progress, exercise, level))
    this.#state.change({ view: 'hints', hintLevel: level, scroll: 0 })
    await written
  }

  #list(): void {
    const { view, labs } = this.#state.model
    if (view === 'list') return this.#state.change({ view: 'exercise', chosen: undefined, scroll: 0 })
    const here = spotsOf(labs.map(({ lab }) => lab)).findIndex(spot => isSpot(spot, this.#state.model))
    this.#state.change({ view: 'list', chosen: here })
  }

  async #choose(key: Key): Promise<void> {
    const { labs, chosen = 0 } = this.#state.model
    const all = spotsOf(labs.map(({ lab }) => lab))
    const step = key === 'down' || key === 'j' ? 1 : key === 'up' || key === 'k' ? -1 : 0
    if (step !== 0) this.#state.change({ chosen: Math.min(all.length - 1, Math.max(0, chosen + step)) })
    else if (key === 'return' || key === 'enter') await this.#go(all[chosen])
    else if (key === 'escape') this.#list()
  }

  async #next(): Promise<void> {
    await this.#state.written
    await this.#go(await nextUndone(this.#options.root, this.#state.model))
  }

  async #go(spot: Spot): Promise<void> {
    this.#checks.stop()
    await this.#state.written
    const model = await modelOf(this.#options, spot)
    await writeHere(this.#options.root, spot)
    // From here on nothing waits: whatever else goes on finds either the old lab and its checks, or the new ones.
    const before = this.#checks
    this.#state.replace(model)
    if (before.lab.manifest.id !== spot.lab.manifest.id) {
      this.#checks = this.#openChecks()
      this.#start(() => before.close())
    }
    this.#start(() => this.#checks.check())
  }

  /**
   * The lab's script has the screen to itself until a key is pressed. Keys still come here, control-C too: as a signal it
   * would go to all programs of the terminal, and pnpm ends at the second one.
   */
  async #play(): Promise<void> {
    const { terminal, signal } = this.#options
    this.#checks.stop()
    terminal.clear()
    this.#playing = play(this.#state.model.lab, { signal, keepsKeys: true })
    const code = await this.#playing.code
    this.#playing = undefined
    const end = code === 0 ? '' : code === INTERRUPTED ? 'Stopped. ' : 'main.ts ended with an error. '
    terminal.after(`${end}Enter: back to the exercise`)
  }
}
