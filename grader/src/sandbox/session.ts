import type { ChildProcess } from 'node:child_process'
import type { Duplex } from 'node:stream'
import type { Limits } from '@backprop/course'
import { decode } from './decode.ts'
import { encode } from './encode.ts'
import { FrameReader } from './frames.ts'
import type { Remote } from './remote.ts'
import { printable, SandboxDied, StudentError, type DeathKind } from './verdict.ts'
import { ProtocolError, WIRE_LIMITS, type ByValue, type WireHooks } from './wire.ts'

/** What a child may send in its whole life, and print. */
const BUDGET = { bytes: 1 << 30, frames: 2_000_000, printed: 1 << 20, keptOutput: 16_384 }
const CALLS = 3
const CALLBACKS = 4

interface Pending {
  resolve(value: unknown): void
  reject(reason: Error): void
  timer: NodeJS.Timeout
}

export interface SessionOptions {
  readonly limits: Pick<Limits, 'loadSeconds' | 'callSeconds'>
  readonly byValue: readonly ByValue[]
}

/**
 * The trusted end of one student's process. Everything that arrives is hostile data: it is decoded within bounds,
 * matched to a call that is waiting, and anything else ends the process.
 */
export class Session {
  readonly #child: ChildProcess
  readonly #limits: SessionOptions['limits']
  readonly #hooks: WireHooks
  readonly #pending = new Map<number, Pending>()
  readonly #functions = new Map<number, (...args: never[]) => unknown>()
  readonly #borrowed = new WeakMap<object, number>()
  readonly #exited: Promise<void>
  #dead: SandboxDied | null = null
  #greeted = false
  #lastCall = 0
  #inCallback = 0
  #received = { bytes: 0, frames: 0, printed: 0 }
  #output = ''
  #settleReady!: { resolve(): void; reject(reason: Error): void }
  #loadTimer: NodeJS.Timeout

  /** Resolves when the student's module has loaded; rejects with `StudentError` or `SandboxDied`. */
  readonly ready: Promise<void>

  constructor(child: ChildProcess, { limits, byValue }: SessionOptions) {
    this.#child = child
    this.#limits = limits
    this.#hooks = this.#makeHooks(byValue)
    this.ready = new Promise((resolve, reject) => (this.#settleReady = { resolve, reject }))
    this.ready.catch(() => {})
    const late = `loading the module took more than ${limits.loadSeconds} s`
    this.#loadTimer = setTimeout(() => this.#kill('timeout', late), limits.loadSeconds * 1000)
    this.#listen(CALLS, message => this.#onCallsMessage(message))
    this.#listen(CALLBACKS, message => this.#onCallbacksMessage(message))
    this.#capture(child.stdout)
    this.#capture(child.stderr)
    child.on('error', error => this.#kill('launch', error.message))
    this.#exited = new Promise(resolve => {
      // All output is in when the pipes close; a process that the child left behind may hold them open for ever.
      child.on('exit', (code, signal) => {
        const done = () => resolve(this.#onExit(code, signal))
        const patience = setTimeout(done, 500)
        child.on('close', () => (clearTimeout(patience), done()))
      })
      child.on('error', () => resolve())
    })
  }

  /** What the child printed, made safe, for the instructor's log. */
  get output(): string {
    return printable(this.#output)
  }

  /** The student's module. `R` is what its source file says it exports; what really comes back is checked by nobody but you. */
  remote<M>(): Remote<M> {
    const get = (_: object, name: string | symbol) => {
      if (typeof name !== 'string' || name === 'then') return undefined
      const call = (...args: unknown[]) => this.#request('call', 0, name, args)
      return Object.assign(call, {
        new: (...args: unknown[]) => this.#request('new', 0, name, args),
        value: () => this.#request('get', 0, name, []),
      })
    }
    // The proxy has every name, because only the other side knows which exist.
    return new Proxy(Object.create(null) as object, { get }) as Remote<M>
  }

  /** Ends the process and waits until it is gone. */
  async close(): Promise<void> {
    this.#dead ??= new SandboxDied('closed', 'the session was closed')
    clearTimeout(this.#loadTimer)
    for (const { timer } of this.#pending.values()) clearTimeout(timer)
    this.#child.kill('SIGKILL')
    await this.#exited
  }

  #request(operation: string, holder: number, name: string, args: unknown[]): Promise<unknown> {
    if (this.#dead) return Promise.reject(this.#dead)
    const id = ++this.#lastCall
    const frame = encode(['call', id, operation, holder, name, args], this.#hooks)
    return new Promise((resolve, reject) => {
      const late = `${name || 'a call'} took more than ${this.#limits.callSeconds} s`
      const timer = setTimeout(() => this.#kill('timeout', late), this.#limits.callSeconds * 1000)
      this.#pending.set(id, { resolve, reject, timer })
      // While the child waits for a callback's answer it reads nothing but the callback channel.
      this.#stream(this.#inCallback > 0 ? CALLBACKS : CALLS).write(frame)
    })
  }

  #onCallsMessage(message: readonly unknown[]): void {
    if (message[0] === 'hello') this.#greeted = true
    else if (message[0] === 'ready') {
      clearTimeout(this.#loadTimer)
      this.#settleReady.resolve()
    } else if (message[0] === 'return') this.#settle(message)
    else if (message[0] === 'failed-to-load' || message[0] === 'crashed') this.#fail(message[1])
    else throw new ProtocolError('a message of an unknown kind')
  }

  #onCallbacksMessage(message: readonly unknown[]): void {
    if (message[0] === 'return') return this.#settle(message)
    const [kind, id, args] = message
    const f = kind === 'callback' ? this.#functions.get(id as number) : undefined
    if (!f || this.#pending.size === 0 || !Array.isArray(args))
      throw new ProtocolError('a callback that was not offered')
    void this.#answerCallback(f, args as never[])
  }

  async #answerCallback(f: (...args: never[]) => unknown, args: never[]): Promise<void> {
    this.#inCallback++
    let answer: unknown[]
    try {
      answer = ['answer', true, await f(...args)]
    } catch (error) {
      answer = ['answer', false, new Error(error instanceof Error ? error.message : String(error))]
    }
    this.#inCallback--
    if (!this.#dead) this.#stream(CALLBACKS).write(encode(answer, this.#hooks))
  }

  #settle([, id, ok, value]: readonly unknown[]): void {
    const call = this.#pending.get(id as number)
    if (!call) throw new ProtocolError('an answer to a call that is not waiting')
    this.#pending.delete(id as number)
    clearTimeout(call.timer)
    if (ok === true) call.resolve(value)
    else call.reject(value instanceof Error ? value : new StudentError('Error', 'threw something that is no error', ''))
  }

  /** The module threw while loading, or something threw outside any call. */
  #fail(value: unknown): void {
    const error =
      value instanceof StudentError ? value : new StudentError('Error', 'threw something that is no error', '')
    this.#kill('exit', `the module failed: ${error.message}`, error)
  }

  #kill(kind: DeathKind, why: string, reason?: Error): void {
    if (this.#dead) return
    this.#dead = new SandboxDied(kind, why)
    clearTimeout(this.#loadTimer)
    this.#child.kill('SIGKILL')
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer)
      reject(reason ?? this.#dead)
    }
    this.#pending.clear()
    this.#settleReady.reject(reason ?? this.#dead)
  }

  #onExit(code: number | null, signal: NodeJS.Signals | null): void {
    if (!this.#greeted)
      return this.#kill('launch', `the sandbox did not start: ${this.output || `exit code ${code ?? signal}`}`)
    if (/heap limit|heap out of memory|allocation failed/i.test(this.#output) || code === 137)
      return this.#kill('memory', 'ran out of memory')
    if (signal === 'SIGXCPU' || code === 152) return this.#kill('cpu', 'used up its processor time')
    this.#kill('exit', `ended the process (${signal ?? `exit code ${code}`}) before answering`)
  }

  #listen(fd: number, handle: (message: readonly unknown[]) => void): void {
    const frames = new FrameReader(WIRE_LIMITS.frame)
    const stream = this.#stream(fd)
    stream.on('error', () => {}) // a child that dies breaks its pipes; its exit tells
    stream.on('data', (chunk: Buffer) => {
      if (this.#dead) return
      this.#received.bytes += chunk.length
      if (this.#received.bytes > BUDGET.bytes) return this.#kill('flood', 'sent more data than allowed')
      try {
        for (const frame of frames.push(chunk)) {
          if (this.#dead) return
          if (++this.#received.frames > BUDGET.frames) return this.#kill('flood', 'sent more messages than allowed')
          const message = decode(frame, this.#hooks)
          if (!Array.isArray(message)) throw new ProtocolError('a message that is no list')
          handle(message)
        }
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error
        this.#kill('protocol', `sent ${error.message}`)
      }
    })
  }

  #capture(stream: NodeJS.ReadableStream | null): void {
    stream?.on('data', (chunk: Buffer) => {
      this.#received.printed += chunk.length
      if (this.#output.length < BUDGET.keptOutput) this.#output += chunk.toString('utf8').slice(0, BUDGET.keptOutput)
      if (this.#received.printed > BUDGET.printed) this.#kill('flood', 'printed more than allowed')
    })
    stream?.on('error', () => {})
  }

  #makeHooks(byValue: readonly ByValue[]): WireHooks {
    const ids = new WeakMap<object, number>()
    let last = 0
    return {
      byValue,
      holdFunction: f => {
        const id = ids.get(f) ?? ++last
        ids.set(f, id)
        this.#functions.set(id, f)
        return id
      },
      borrowedId: value => this.#borrowed.get(value as object) ?? null,
      lent: id => this.#functions.get(id),
      borrowFunction: id => this.#borrow(id, (...args: unknown[]) => this.#request('call', id, '', args)),
      borrowObject: (id, className) => this.#borrow(id, this.#handle(id, className)),
      makeError: (name, message, stack) => new StudentError(name, message, stack),
    }
  }

  #borrow<T extends object>(id: number, thing: T): T {
    this.#borrowed.set(thing, id)
    return thing
  }

  #handle(id: number, className: string): object {
    const get = (_: object, name: string | symbol) => {
      if (typeof name !== 'string' || name === 'then') return undefined
      if (name === '$class') return printable(className)
      if (name === '$drop') return () => this.#request('drop', id, '', [])
      return (...args: unknown[]) => this.#request('call', id, name, args)
    }
    return new Proxy(Object.create(null) as object, { get })
  }

  #stream(fd: number): Duplex {
    return this.#child.stdio[fd] as Duplex
  }
}
