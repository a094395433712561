import type { ChildProcess } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { constants } from 'node:os'
import type { Duplex } from 'node:stream'
import { FIRST_OF_SLOTS, type Order } from './child/serve-forks.ts'
import type { Child } from './exit-status.ts'
import { childrenOf, innermostId } from './proc.ts'
import { type ChildSpec, MOST_DESCRIPTORS } from './tiers/command-line.ts'
import { seccompProgram } from './tiers/seccomp.ts'
import { isConfined, type TierId, TIERS } from './tiers/tiers.ts'
import { Channel } from './wire/channel.ts'
import { ProtocolError } from './wire/wire.ts'

/** The trusted end of processes that copy themselves; `child/serve-forks.ts` is the other end. */

/** How many copies one server makes. Each needs descriptors that exist when the server starts. */
const SLOTS = 32
/** The system leaves processes out of a list of children if another one goes while the list is read. */
const READINGS = 5
/** On a busy machine; a server that takes longer for anything does not work. */
const PATIENCE_SECONDS = 20

type Launch = Omit<ChildSpec, 'module' | 'forks'> & { readonly tier: TierId }

/** Whether there are fork servers here: they need `node:ffi`, and a tier in which student code can't reach its server. */
export const canFork = (tier: TierId): boolean =>
  isConfined(tier) && process.arch === 'x64' && process.allowedNodeEnvironmentFlags.has('--allow-ffi')

/**
 * The fork servers of one submission.
 * @param patienceSeconds how long an order may take
 */
export class ForkServers {
  readonly #patienceSeconds: number
  /** By how they were launched; null if that does not work. */
  readonly #current = new Map<string, Promise<ForkServer | null>>()
  readonly #all = new Set<ForkServer>()

  constructor(patienceSeconds = PATIENCE_SECONDS) {
    this.#patienceSeconds = patienceSeconds
  }

  /** A new process with this module, or null: then a process must be started without a server. */
  async fork(launch: Launch, module: string): Promise<Child | null> {
    if (!canFork(launch.tier)) return null
    const kind = kindOf(launch)
    const known = this.#current.get(kind)
    const server = await known
    if (server === null) return null
    const slot = server?.takeSlot()
    if (server && slot !== undefined) {
      const copy = await server.fork(slot, module)
      if (copy === null) this.giveUp(launch)
      return copy
    }
    // Somebody else may have started the next one in the meantime.
    if (this.#current.get(kind) === known) this.#current.set(kind, this.#start(launch))
    return this.fork(launch, module)
  }

  /** From now on there are no copies for this launch: it turned out that they don't work here. */
  giveUp(launch: Launch): void {
    this.#current.set(kindOf(launch), Promise.resolve(null))
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map(server => server.close()))
  }

  async #start(launch: Launch): Promise<ForkServer | null> {
    try {
      const server = new ForkServer(launch, this.#patienceSeconds)
      this.#all.add(server)
      void server.gone.then(() => this.#all.delete(server))
      return (await server.opens()) ? server : null
    } catch {
      return null // the system has not enough descriptors for so many pipes
    }
  }
}

const kindOf = (launch: Launch): string => JSON.stringify(launch)

class ForkServer {
  /** Resolves when the server and all its copies are gone. */
  readonly gone: Promise<void>
  readonly #process: ChildProcess
  readonly #orders: Channel
  readonly #descriptorsEach: number
  readonly #patienceSeconds: number
  /** Reports come in the order of the orders. */
  readonly #waiting: {
    readonly resolve: (report: readonly unknown[]) => void
    readonly reject: (why: Error) => void
  }[] = []
  /** The system's id of the process that makes the copies. */
  #pid = 0
  #used = 0
  #running = 0
  #isOver = false

  constructor({ tier, ...spec }: Launch, patienceSeconds: number) {
    this.#patienceSeconds = patienceSeconds
    this.#descriptorsEach = spec.backend === 'device' ? 4 : 3
    this.#process = TIERS[tier].launch({ ...spec, module: '', forks: SLOTS * this.#descriptorsEach })
    this.#process.on('error', () => {}) // it has no streams if the system has no descriptors left: then the next lines throw
    const { stdio, stdout, stderr } = this.#process
    for (const stream of [stdout, stderr, ...stdio.slice(FIRST_OF_SLOTS)]) stream?.on('error', () => {}) // they end with it
    for (const stream of [stdout, stderr]) stream?.resume()
    const end = () => void this.close()
    this.#orders = new Channel(
      stdio[3] as Duplex,
      {},
      { onMessage: each => this.#hear(each), onBreach: end, onFault: end },
    )
    this.gone = new Promise(resolve => {
      for (const event of ['exit', 'error'] as const) {
        this.#process.on(event, () => {
          this.#end()
          resolve()
        })
      }
    })
  }

  /** The next slot, if there is one left. */
  takeSlot(): number | undefined {
    if (this.#used === SLOTS) return undefined
    this.#running++
    return this.#used++
  }

  /** Whether it works here. */
  async opens(): Promise<boolean> {
    try {
      await this.#ask(['open', SLOTS, this.#descriptorsEach, MOST_DESCRIPTORS, seccompProgram()])
      for (let pids = [this.#process.pid ?? 0]; pids.length > 0; pids = childrenOf(this.#pid)) this.#pid = pids[0]
      return true
    } catch {
      return false
    }
  }

  /** A copy that loads this module, or null if it could not be made: then this server makes no more. */
  async fork(slot: number, module: string): Promise<Child | null> {
    const first = FIRST_OF_SLOTS + slot * this.#descriptorsEach
    const streams = this.#process.stdio.slice(first, first + this.#descriptorsEach) as Duplex[]
    try {
      const [, id] = await this.#ask(['fork', slot, module])
      const pid = this.#find(Number(id))
      if (pid !== undefined) return new Copy(pid, streams, () => this.#kill(pid, Number(id)))
    } catch {
      // it is gone
    }
    // The other copies have nothing to do with it.
    for (const stream of streams) stream.destroy()
    this.#used = SLOTS
    this.#leave()
    return null
  }

  async close(): Promise<void> {
    this.#process.kill('SIGKILL')
    this.#end()
    await this.gone
  }

  /** The system's id of a copy, from the server's. */
  #find(id: number): number | undefined {
    for (let i = 0; i < READINGS && id > 0; i++) {
      const pid = childrenOf(this.#pid).find(each => innermostId(each) === id)
      if (pid !== undefined) return pid
    }
    return undefined
  }

  /** Kills a copy, and returns its status when it is gone. If it has ended by itself, that changes nothing. */
  async #kill(pid: number, id: number): Promise<number> {
    // With its server, it has ended too, and its id may be that of another process.
    if (!this.#isOver) process.kill(pid, 'SIGKILL')
    const [, , status] = await this.#ask(['reap', id])
    this.#leave()
    return Number(status)
  }

  /** One copy less. */
  #leave(): void {
    this.#running--
    if (this.#running === 0 && this.#used === SLOTS) void this.close()
  }

  #ask(order: Order): Promise<readonly unknown[]> {
    if (this.#isOver) return Promise.reject(new Error('the fork server is gone'))
    const patience = setTimeout(() => void this.close(), this.#patienceSeconds * 1000)
    const report = new Promise<readonly unknown[]>((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.#orders.send(order)
    })
    return report.finally(() => clearTimeout(patience))
  }

  #hear(report: readonly unknown[]): void {
    const next = this.#waiting.shift()
    if (!next) throw new ProtocolError('a report without an order')
    next.resolve(report)
  }

  #end(): void {
    this.#isOver = true
    this.#orders.close()
    for (const { reject } of this.#waiting.splice(0)) reject(new Error('the fork server is gone'))
  }
}

const SIGNALS = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name as NodeJS.Signals]))

type Events = {
  error: [Error]
  exit: [number | null, NodeJS.Signals | null]
  close: []
}

/** One copy. It is killed by this side, and its id is not given to another process until its server lets go. */
class Copy extends EventEmitter<Events> implements Child {
  readonly stdout: Duplex
  readonly stderr = null
  readonly stdio: readonly (Duplex | null)[]
  readonly pid: number
  readonly #end: () => Promise<number>
  readonly #closed: Promise<unknown>
  #isEnding = false

  /** @param end kills it and returns its status */
  constructor(pid: number, streams: readonly Duplex[], end: () => Promise<number>) {
    super()
    const [output, calls, callbacks, device] = streams
    this.pid = pid
    this.stdout = output
    this.stdio = [null, output, null, calls, callbacks, device]
    this.#end = end
    // That is how the end of a process shows; there is no `end` if it had something left to read.
    calls.on('close', () => this.kill())
    this.#closed = Promise.all(streams.map(stream => new Promise(resolve => stream.on('close', resolve))))
  }

  kill(): boolean {
    if (this.#isEnding) return false
    this.#isEnding = true
    void this.#leave()
    return true
  }

  async #leave(): Promise<void> {
    const status = await this.#end().catch(() => constants.signals.SIGKILL)
    const signal = SIGNALS.get(status & 0x7f) ?? null
    this.emit('exit', signal === null ? status >> 8 : null, signal)
    for (const stream of this.stdio) stream?.resume() // one that is not read never ends
    await this.#closed
    this.emit('close')
  }
}
