import { type ReadonlySignal, signal } from '@preact/signals'
import { SLOTS } from '../slots/slots.ts'
import type { SlotStatus, StudentFile } from '../slots/student-file.ts'

/** To every worker of a tab that runs students' functions. */
export type ToStudentWorker =
  /** The student's files, all at start and each after a save; `stuck` are the slots whose function never came back. */
  | { readonly kind: 'functions'; readonly files: readonly StudentFile[]; readonly stuck: readonly string[] }
  /** All slots on ours (false), or the student's where they are written. */
  | { readonly kind: 'use'; readonly yours: boolean }
  /** Shared with the page: [0] is the index in `SLOTS` of the function that runs, or −1; [1] counts the calls. */
  | { readonly kind: 'shared'; readonly running: Int32Array }

/** From it. */
export type FromStudentWorker = { readonly kind: 'slots'; readonly slots: readonly SlotStatus[] }

const TICK_MS = 250
const TICKS_PER_SECOND = 1000 / TICK_MS

export interface StudentWorkerOptions<To, From> {
  readonly open: () => Worker
  /** What each worker hears first. */
  readonly greeting: () => readonly To[]
  readonly onMessage: (message: From) => void
  /** The worker was ended because of this function, and a new one runs. */
  readonly onRestart: (why: string | null) => void
  readonly onBroken: (why: string) => void
}

/** A worker of a tab that runs students' functions: it gets their files, and is replaced when one never comes back. */
export interface StudentWorker<To> {
  readonly slots: ReadonlySignal<readonly SlotStatus[]>
  readonly useYours: ReadonlySignal<boolean>
  /** Whether there are files of a student: not in a static site. */
  readonly hasFiles: ReadonlySignal<boolean>
  ask(message: To): void
  use(yours: boolean): void
  /** Ends what it does, and starts a new one. */
  restart(): void
  close(): void
}

export function openStudentWorker<To, From extends { readonly kind: string }>(
  options: StudentWorkerOptions<To, From>,
): StudentWorker<To> {
  const slots = signal<readonly SlotStatus[]>([])
  const useYours = signal(true)
  const hasFiles = signal(false)
  const files = new Map<string, StudentFile>()
  /** The files of slots whose function never came back, until they are saved again. */
  const stuck = new Set<string>()
  let [running, calls, silentTicks] = [null as Int32Array | null, 0, 0]
  let worker = start()
  const watch = setInterval(tick, TICK_MS)

  function start(): Worker {
    const next = options.open()
    const send = (message: To | ToStudentWorker) => next.postMessage(message)
    next.onmessage = ({ data }: MessageEvent<From | FromStudentWorker>) => {
      if (isSlots(data)) slots.value = data.slots
      else options.onMessage(data)
    }
    next.onerror = ({ message }) => options.onBroken(message || 'The file of the worker could not be loaded.')
    running = crossOriginIsolated ? new Int32Array(new SharedArrayBuffer(8)).fill(-1) : null
    if (running) send({ kind: 'shared', running })
    for (const message of options.greeting()) send(message)
    send({ kind: 'use', yours: useYours.value })
    if (files.size > 0) send({ kind: 'functions', files: [...files.values()], stuck: [...stuck] })
    return next
  }

  function restart(why: string | null): void {
    worker.terminate()
    worker = start()
    options.onRestart(why)
  }

  function tick(): void {
    if (!running) return
    const slot = SLOTS.at(Atomics.load(running, 0))
    const now = Atomics.load(running, 1)
    // Where calls begin and end, the function is slow rather than stuck.
    silentTicks = Atomics.load(running, 0) >= 0 && now === calls ? silentTicks + 1 : 0
    calls = now
    if (!slot || silentTicks < (slot.seconds ?? 1) * TICKS_PER_SECOND) return
    silentTicks = 0
    stuck.add(slot.id)
    const limit = slot.seconds === undefined ? 'a second' : `${slot.seconds} seconds`
    restart(`${slot.id} did not come back within ${limit}: is there a loop that never ends?`)
  }

  const receive = (saved: readonly StudentFile[]) => {
    hasFiles.value ||= saved.length > 0
    const isSaved = (id: string) =>
      SLOTS.some(slot => slot.id === id && saved.some(({ lab, file }) => lab === slot.lab && file === slot.file))
    for (const id of stuck) if (isSaved(id)) stuck.delete(id)
    for (const file of saved) files.set(`${file.lab}/${file.file}`, file)
    worker.postMessage({ kind: 'functions', files: saved, stuck: [...stuck] } satisfies ToStudentWorker)
  }
  import.meta.hot?.on('backprop:functions', receive)
  import.meta.hot?.send('backprop:ready')

  return {
    ...{ slots, useYours, hasFiles },
    ask: message => worker.postMessage(message),
    use(yours) {
      useYours.value = yours
      worker.postMessage({ kind: 'use', yours } satisfies ToStudentWorker)
    },
    restart: () => restart(null),
    close() {
      import.meta.hot?.off('backprop:functions', receive)
      clearInterval(watch)
      worker.terminate()
    },
  }
}

const isSlots = (message: { readonly kind: string }): message is FromStudentWorker => message.kind === 'slots'
