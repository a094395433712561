import type { FromWorker, ToWorker } from '../worker/protocol.ts'

const TICK_MS = 250
/** Ticks that one call of a student's function may take: one second. */
const STUCK_TICKS = 4
/** Our code always comes back, but a busy machine may take its time. */
const OUR_STUCK_TICKS = 60

/** What the page does when the worker says something, or nothing for too long. */
export interface WorkerEvents {
  readonly message: (message: FromWorker) => void
  /** The worker was ended. `slot` is the index in `SLOTS` of the function that ran, if that could be seen. */
  readonly stuck: (slot: number | null) => void
  /** The worker's own script failed. */
  readonly broken: (why: string) => void
}

/** The worker that trains, and a watchdog that ends it when it doesn't answer. */
export class TrainingWorker {
  readonly #events: WorkerEvents
  readonly #worker: Worker
  /** See `shared` in the protocol; null where pages can't share memory. */
  readonly #running: Int32Array | null
  readonly #watch: number
  #ready = false
  #hasStudentCode = false
  #calls = 0
  #unanswered = 0
  /** Files that were sent and not yet tried: the trial of a function may hang while no frame is under way. */
  #loading = 0
  #silentTicks = 0

  constructor(events: WorkerEvents) {
    this.#events = events
    this.#worker = new Worker(new URL('../worker/worker.ts', import.meta.url), { type: 'module' })
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#receive(data)
    this.#worker.onerror = event => events.broken(event.message || 'The file of the worker could not be loaded.')
    this.#running = crossOriginIsolated ? new Int32Array(new SharedArrayBuffer(8)).fill(-1) : null
    if (this.#running) this.send({ kind: 'shared', running: this.#running })
    // Ticks are counted, not seconds: a page that was suspended misses ticks too.
    this.#watch = window.setInterval(() => this.#tick(), TICK_MS)
  }

  send(message: ToWorker): void {
    if (message.kind === 'frame') this.#unanswered += 1
    if (message.kind === 'functions') {
      this.#hasStudentCode ||= message.files.length > 0
      this.#loading += 1
    }
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
    if (message.kind === 'loaded') this.#loading -= 1
    this.#events.message(message)
  }

  #tick(): void {
    if (!this.#ready || (this.#unanswered === 0 && this.#loading === 0)) return
    const slot = this.#running ? Atomics.load(this.#running, 0) : -1
    const calls = this.#running ? Atomics.load(this.#running, 1) : 0
    // Where calls begin and end, the worker is slow rather than stuck.
    this.#silentTicks = calls === this.#calls ? this.#silentTicks + 1 : 0
    this.#calls = calls
    const mayBeTheirs = this.#running ? slot >= 0 : this.#hasStudentCode
    if (this.#silentTicks < (mayBeTheirs ? STUCK_TICKS : OUR_STUCK_TICKS)) return
    this.end()
    this.#events.stuck(slot < 0 ? null : slot)
  }
}
