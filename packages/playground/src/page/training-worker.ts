import type { FromWorker, ToWorker } from '../worker/protocol.ts'

const TICK_MS = 250
/** Ticks without an answer after which the worker counts as stuck: one second. */
const STUCK_TICKS = 4
/** A landscape or several seeds may keep the worker busy for longer. */
const STUCK_TICKS_AT_LONG_WORK = 40

/** What the page does when the worker says something, or nothing for too long. */
export interface WorkerEvents {
  readonly message: (message: FromWorker) => void
  /** The worker was ended. `slot` is the index of the slot that ran, if that could be seen. */
  readonly stuck: (slot: number | null) => void
  /** The worker's own script failed. */
  readonly broken: (why: string) => void
}

/** The worker that trains, and a watchdog that ends it when it doesn't answer. */
export class TrainingWorker {
  readonly #events: WorkerEvents
  readonly #worker: Worker
  readonly #running: Int32Array | null
  readonly #watch: number
  #ready = false
  #longWork = false
  #unanswered = 0
  #silentTicks = 0

  constructor(events: WorkerEvents) {
    this.#events = events
    this.#worker = new Worker(new URL('../worker/worker.ts', import.meta.url), { type: 'module' })
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#receive(data)
    this.#worker.onerror = event => events.broken(event.message || 'The file of the worker could not be loaded.')
    this.#running = crossOriginIsolated ? new Int32Array(new SharedArrayBuffer(4)).fill(-1) : null
    if (this.#running) this.send({ kind: 'shared', running: this.#running })
    // Ticks are counted, not seconds: a page that was suspended misses ticks too.
    this.#watch = window.setInterval(() => this.#tick(), TICK_MS)
  }

  send(message: ToWorker): void {
    if (message.kind === 'frame') this.#unanswered += 1
    if (message.kind === 'landscape' || message.kind === 'seeds') this.#longWork = true
    this.#worker.postMessage(message)
  }

  end(): void {
    clearInterval(this.#watch)
    this.#worker.terminate()
  }

  #receive(message: FromWorker): void {
    this.#ready = true
    this.#silentTicks = 0
    if (message.kind === 'frame') this.#unanswered = 0
    if (message.kind === 'landscape' || message.kind === 'seeds') this.#longWork = false
    this.#events.message(message)
  }

  #tick(): void {
    if (!this.#ready || this.#unanswered === 0) return
    this.#silentTicks += 1
    if (this.#silentTicks < (this.#longWork ? STUCK_TICKS_AT_LONG_WORK : STUCK_TICKS)) return
    const slot = this.#running ? Atomics.load(this.#running, 0) : -1
    this.end()
    this.#events.stuck(slot < 0 ? null : slot)
  }
}
