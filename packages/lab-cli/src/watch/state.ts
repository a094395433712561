import { writeProgress, type Progress } from '../lab/progress.ts'
import type { Model } from './model.ts'

/** What the watch mode knows at this moment. Whoever changes it changes the screen. */
export class State {
  readonly #show: (model: Model) => void
  #model: Model
  #written: Promise<void> = Promise.resolve()

  constructor(model: Model, show: (model: Model) => void) {
    this.#model = model
    this.#show = show
  }

  get model(): Model {
    return this.#model
  }

  change(change: Partial<Model>): void {
    this.replace({ ...this.#model, ...change })
  }

  replace(model: Model): void {
    this.#model = model
    this.#show(model)
  }

  /**
   * Changes what is remembered of the lab: here at once, to be shown with the next change, and in its file after all that
   * was to be written before, for a key may be pressed while a check ends. Resolves when it is written.
   */
  remember(change: (before: Progress) => Progress): Promise<void> {
    const { lab, progress } = this.#model
    const after = change(progress)
    this.#model = { ...this.#model, progress: after }
    this.#written = this.#written.then(async () => {
      const trouble = await writeProgress(lab, after)
      if (trouble !== undefined) this.change({ note: trouble })
    })
    return this.#written
  }

  /** Resolves when the files hold all that is remembered. */
  get written(): Promise<void> {
    return this.#written
  }
}
