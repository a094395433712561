import { type Functions, OUR_FUNCTIONS } from '../engine/functions.ts'
import { declaredAt, type LoadedFile, thrownAt } from './positions.ts'
import { type Slot, SLOTS, type SlotTab } from './slots.ts'
import type { SlotStatus, StudentFile } from './student-file.ts'
import { type Exports, isCode, SlotFault, StudentFunction } from './student-function.ts'

/** Runs the code of a module. Stack traces call it `url`. */
export type LoadModule = (code: string) => Promise<{ readonly exports: unknown; readonly url: string }>

/** What a slot holds. */
type Content =
  | { readonly state: 'yours'; readonly student: StudentFunction }
  | { readonly state: 'not written yet' }
  | { readonly state: 'fails'; readonly why: string; readonly at?: string }

/** All slots of one tab, and what the student's files put into them. */
export class SlotSet {
  readonly #slots: readonly Slot[]
  readonly #loadModule: LoadModule
  readonly #contents = new Map<string, Content>()
  /** Slots whose function failed while it was in use: they are tried again after a save or a new start. */
  readonly #faults = new Map<string, { why: string; at?: string }>()
  /** By the file's path. */
  readonly #loaded = new Map<string, LoadedFile>()
  #running: Int32Array | null = null
  #loading: Promise<void> = Promise.resolve()

  constructor(loadModule: LoadModule, tab: SlotTab = 'plane') {
    this.#loadModule = loadModule
    this.#slots = SLOTS.filter(slot => slot.tab === tab)
  }

  /**
   * From now on, [0] holds the index in `SLOTS` of the student's function that runs, and −1 when none does; [1] counts the
   * calls.
   */
  share(running: Int32Array): void {
    running[0] = -1
    this.#running = running
  }

  /** Takes the files of a save; other files stay. `stuck` are the ids of slots whose function never came back. */
  load(files: readonly StudentFile[], stuck: readonly string[] = []): Promise<void> {
    // One save after the other, so that an older one never replaces a newer one.
    this.#loading = this.#loading.then(async () => {
      for (const file of files) await this.#loadFile(file, stuck)
      this.retry()
    })
    return this.#loading
  }

  /** Forgets what failed in use. */
  retry(): void {
    this.#faults.clear()
  }

  /** The student's functions where they are written and work, and ours elsewhere. */
  functions(): Functions {
    return this.#slots.reduce((functions, { id, fill }) => {
      const student = this.student(id)
      return student ? fill(functions, student) : functions
    }, OUR_FUNCTIONS)
  }

  /** The student's function in one slot, if it is written and works. */
  student(id: string): StudentFunction | null {
    const content = this.#contents.get(id)
    return content?.state === 'yours' && !this.#faults.has(id) ? content.student : null
  }

  /** What each slot holds, and whether it is used. With `yours` false, all hold ours. */
  statuses(isUsed: (slot: Slot) => boolean, yours: boolean): SlotStatus[] {
    const replacing = this.#slots.filter(slot => yours && slot.replaces && isUsed(slot) && this.#isTaken(slot))
    return this.#slots.map(slot => {
      const by = isUsed(slot) ? replacing.find(({ replaces }) => replaces?.includes(slot.id)) : undefined
      return {
        id: slot.id,
        used: isUsed(slot) && !by,
        ...(by && { replacedBy: by.id }),
        ...(yours ? this.#stateOf(slot.id) : { state: 'ours' }),
      }
    })
  }

  /** The first slot that is used and fails. */
  failing(isUsed: (slot: Slot) => boolean): SlotStatus | undefined {
    return this.statuses(isUsed, true).find(({ used, state }) => used && state === 'fails')
  }

  /** Notes that a function failed in use. */
  fail(fault: SlotFault): void {
    this.#faults.set(fault.slot, this.#explain(fault))
  }

  /** Whether the student has written it, be it right or wrong. */
  #isTaken({ id }: Slot): boolean {
    const { state } = this.#stateOf(id)
    return state === 'yours' || state === 'fails'
  }

  #stateOf(id: string): Pick<SlotStatus, 'state' | 'why' | 'at'> {
    const fault = this.#faults.get(id)
    if (fault) return { state: 'fails', ...fault }
    const content = this.#contents.get(id)
    if (!content) return { state: 'ours' }
    return content.state === 'fails' ? content : { state: content.state }
  }

  async #loadFile(file: StudentFile, stuck: readonly string[]): Promise<void> {
    const slots = this.#slots.filter(slot => slot.lab === file.lab && slot.file === file.file)
    if (slots.length === 0) return
    // While a file is loaded, its first slot counts as the one that runs.
    const exports = stuck.includes(slots[0].id) ? neverEnded(file, slots[0]) : await this.#exportsOf(file, slots[0])
    for (const slot of slots) {
      const content = 'why' in exports ? exports : stuck.includes(slot.id) ? neverEnded(file, slot) : null
      this.#contents.set(slot.id, content ?? (await this.#probe(slot, file, (exports as { all: Exports }).all)))
    }
  }

  async #exportsOf(file: StudentFile, first: Slot): Promise<{ all: Exports } | (Content & { state: 'fails' })> {
    if (file.code === undefined) return { state: 'fails', why: file.error ?? `${file.file} has no code.` }
    const mark = this.#marker(first)
    mark(true)
    try {
      const { exports, url } = await this.#loadModule(file.code)
      this.#loaded.set(`${file.lab}/${file.file}`, { file, url })
      return { all: exports as Exports }
    } catch (error) {
      return { state: 'fails', why: `${file.file} can't be loaded: ${String(error)}` }
    } finally {
      mark(false)
    }
  }

  async #probe(slot: Slot, file: StudentFile, exports: Exports): Promise<Content> {
    const code = exports[slot.id]
    const missing = [slot.id, ...(slot.parts ?? [])].find(name => !isCode(exports[name]))
    if (missing !== undefined || !isCode(code))
      return { state: 'fails', why: `${file.file} exports no function called ${missing ?? slot.id}.` }
    const student = new StudentFunction(slot.id, code, this.#marker(slot), { parts: exports })
    try {
      await slot.probe(student)
      return { state: 'yours', student }
    } catch (error) {
      if (!(error instanceof SlotFault)) throw error
      const { cause } = error
      if (cause instanceof Error && cause.name === 'NotImplemented') return { state: 'not written yet' }
      return { state: 'fails', ...this.#explain(error) }
    }
  }

  #explain(fault: SlotFault): { why: string; at?: string } {
    const slot = SLOTS.find(({ id }) => id === fault.slot)
    const loaded = slot && this.#loaded.get(`${slot.lab}/${slot.file}`)
    const at = thrownAt(fault.cause, [...this.#loaded.values()]) ?? (loaded && declaredAt(loaded.file, fault.slot))
    return { why: fault.message, ...(at !== undefined && { at }) }
  }

  #marker(slot: Slot): (runs: boolean) => void {
    const index = SLOTS.indexOf(slot)
    return runs => {
      if (!this.#running) return
      Atomics.store(this.#running, 0, runs ? index : -1)
      if (runs) Atomics.add(this.#running, 1, 1)
    }
  }
}

function neverEnded(file: StudentFile, { id }: Slot): Content & { state: 'fails' } {
  const at = declaredAt(file, id)
  const why = 'It did not come back within a second. Does it have a loop that never ends?'
  return { state: 'fails', why, ...(at !== undefined && { at }) }
}
