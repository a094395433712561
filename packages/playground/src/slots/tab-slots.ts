import { loadModule } from './load-module.ts'
import { SlotSet } from './slot-set.ts'
import type { SlotTab } from './slots.ts'
import type { SlotStatus, StudentFile } from './student-file.ts'
import { SlotFault, type StudentFunction } from './student-function.ts'

/** The student's functions in the worker of one tab. */
export class TabSlots {
  readonly #set: SlotSet
  readonly #send: (slots: readonly SlotStatus[]) => void
  #yours = true

  /** `send` hears of every change. */
  constructor(tab: SlotTab, send: (slots: readonly SlotStatus[]) => void) {
    this.#set = new SlotSet(loadModule, tab)
    this.#send = send
  }

  /** Takes what the page says about functions. */
  async handle(
    message:
      | { readonly kind: 'functions'; readonly files: readonly StudentFile[]; readonly stuck: readonly string[] }
      | { readonly kind: 'use'; readonly yours: boolean }
      | { readonly kind: 'shared'; readonly running: Int32Array },
  ): Promise<void> {
    if (message.kind === 'shared') return this.#set.share(message.running)
    if (message.kind === 'functions') await this.#set.load(message.files, message.stuck)
    else {
      this.#yours = message.yours
      this.#set.retry()
    }
    this.#report()
  }

  /** The student's function in one slot, if it is written, works and is in use. */
  student(id: string): StudentFunction | null {
    return this.#yours ? this.#set.student(id) : null
  }

  /** Does something; when a student's function fails in it, puts ours in its place and does it again. */
  async guard<Value>(work: () => Value | Promise<Value>): Promise<Value> {
    for (;;)
      try {
        return await work()
      } catch (error) {
        if (!(error instanceof SlotFault)) throw error
        this.#set.fail(error)
        this.#report()
      }
  }

  #report(): void {
    this.#send(this.#set.statuses(() => true, this.#yours))
  }
}
