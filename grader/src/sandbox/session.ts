import { AssertionError } from 'node:assert'
import type { Duplex } from 'node:stream'
import type { Limits } from '@backprop/course'
import { deadline, type Waiting, waitingOf } from './deadline.ts'
import { DEVICE } from './device/limits.ts'
import { type Child, ended } from './exit-status.ts'
import { Printed } from './printed.ts'
import { mayPromise, type Promises } from './promises.ts'
import { isSlow } from './slow.ts'
import type { Trace } from './trace.ts'
import { Channel, type ChannelListener } from './wire/channel.ts'
import { Lending, remoteModule } from './wire/lending.ts'
import type { Remote } from './wire/remote.ts'
import { atLoading, type DeathKind, SandboxDied, StudentError } from './wire/sandbox-errors.ts'
import { type ByValue, CALLBACK_LIMITS, ProtocolError } from './wire/wire.ts'

const OUT_OF_MEMORY = /heap limit|heap out of memory|allocation failed/i

/** A sandbox may start slowly on a busy machine; one that takes longer than this does not work. */
const START_SECONDS = 60

interface Pending {
  readonly operation: string
  /** What was called. */
  readonly name: string
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: Error) => void
  readonly endClock: () => void
  /** Whether it may return a promise, and whether the functions in its answer may. */
  readonly promises: { readonly itself: boolean; readonly lent: boolean }
}

/** Serves a child whose tensors are kept by the grader, over a separate stream. */
export type LendDevice = (stream: Duplex, onEnd: (why: DeathKind, what: string) => void) => { close(): void }

export interface SessionOptions {
  readonly limits: Pick<Limits, 'loadSeconds' | 'callSeconds'>
  readonly byValue: readonly ByValue[]
  readonly lendDevice?: LendDevice
  /** The process that computes for the child, if it is neither the child nor this one. */
  readonly devicePid?: number
  readonly trace?: Trace
  /** Functions, methods and returned functions (`predict`, `Network.forward`, `adam()`) that must keep arguments. */
  readonly keepsArguments?: readonly string[]
  /** How many bytes one call of a callback may be given; all calls together get a small multiple of that. */
  readonly callbackBytes?: number
  /** Which functions of the module return promises according to its stub; if absent, all may. */
  readonly promises?: Promises
  /** Called before the first answer is read, which may make this process run out of memory. */
  readonly onAnswer?: () => void
}

/**
 * The trusted end of one student's process. Everything that arrives is hostile data: it is decoded within bounds and
 * matched to a pending call; anything else ends the process.
 */
export class Session {
  /** Resolves when the student's module has loaded; rejects with `StudentError` or `SandboxDied`. */
  readonly ready: Promise<void>
  readonly #child: Child
  readonly #limits: SessionOptions['limits']
  readonly #trace: Trace | undefined
  readonly #keepsArguments: ReadonlySet<string>
  readonly #lending: Lending
  readonly #printed: Printed
  /** Calls go out and results come in on the first; the second is for callbacks, while the child waits in a call. */
  readonly #calls: Channel
  readonly #callbacks: Channel
  readonly #pending = new Map<number, Pending>()
  readonly #device: { close(): void } | undefined
  readonly #exited: Promise<void>
  readonly #waiting: Waiting
  /** Cancels the time limit on the start, and then the one on loading. */
  #endStart: () => void
  readonly #promises: Promises | undefined
  readonly #callbackBytes: number
  /** Called once. */
  #onAnswer: (() => void) | undefined
  #callbackBytesTaken = 0
  #settleReady!: Pick<Pending, 'resolve' | 'reject'>
  #dead: SandboxDied | null = null
  /** Why calls that are made after the end fail. */
  #reason: Error | null = null
  #hasAnswered = false
  #greeted = false
  #loaded = false
  #lastCall = 0
  #callbacksRunning = 0

  constructor(
    child: Child,
    {
      limits,
      byValue,
      lendDevice,
      devicePid,
      trace,
      keepsArguments,
      promises,
      onAnswer,
      callbackBytes = CALLBACK_LIMITS.bytes,
    }: SessionOptions,
  ) {
    this.#child = child
    this.#limits = limits
    this.#trace = trace
    this.#keepsArguments = new Set(keepsArguments)
    this.#promises = promises
    this.#onAnswer = onAnswer
    this.#callbackBytes = callbackBytes
    this.#lending = new Lending(byValue, (...request) => this.#request(...request))
    this.#calls = this.#open(3, message => this.#onCallsMessage(message))
    this.#callbacks = this.#open(4, (...received) => this.#onCallbacksMessage(...received))
    const device = child.stdio.at(DEVICE) as Duplex | undefined
    device?.on('error', () => {}) // like the others, it breaks when the child dies
    this.#device = device && lendDevice?.(device, (why, what) => this.#kill(why, what))
    this.ready = new Promise((resolve, reject) => {
      this.#settleReady = { resolve: () => resolve(), reject }
    })
    this.ready.catch(() => {}) // callers that await it still get the error
    this.#waiting = waitingOf(child.pid, devicePid)
    const late = `the sandbox did not start within ${START_SECONDS} s`
    this.#endStart = deadline(START_SECONDS, this.#waiting, () => this.#kill('launch', late))
    const flood = () => this.#kill('flood', 'printed more than allowed')
    this.#printed = new Printed([child.stdout, child.stderr], flood)
    child.on('error', error => this.#kill('launch', error.message))
    this.#exited = ended(child, (code, signal) => this.#onExit(code, signal))
  }

  /** What the child printed, sanitized, for the instructor's log. */
  get output(): string {
    return this.#printed.text
  }

  /** Whether the student's code has returned, thrown or called back: from then on it may affect what the test sees. */
  get hasAnswered(): boolean {
    return this.#hasAnswered
  }

  /** Whether the process is gone, for whatever reason. */
  get isOver(): boolean {
    return this.#dead !== null
  }

  /** The student's module. `M` is what its source file claims to export, which is unchecked. */
  remote<M>(): Remote<M> {
    return remoteModule((...request) => this.#request(...request)) as Remote<M>
  }

  /** Ends the process and waits until it is gone. */
  async close(): Promise<void> {
    this.#kill('closed', 'the session was closed')
    await this.#exited
  }

  #request(operation: string, holder: number, name: string, args: readonly unknown[]): Promise<unknown> {
    const answer = this.#ask(operation, holder, name, args)
    answer.catch(() => {}) // an abandoned call is not the suite's fault; callers that await it still get the error
    this.#trace?.({ operation, holder, name, args }, answer)
    return answer
  }

  #ask(operation: string, holder: number, name: string, args: readonly unknown[]): Promise<unknown> {
    if (this.#reason) return Promise.reject(this.#reason)
    const id = ++this.#lastCall
    // While the child waits for a callback's answer it reads nothing but the callback channel.
    const channel = this.#callbacksRunning > 0 ? this.#callbacks : this.#calls
    const path = this.#fullName(holder, name)
    return new Promise((resolve, reject) => {
      // A value that can't be sent throws here, which fails this call.
      channel.send(['call', id, operation, holder, name, args, this.#keepsArguments.has(path), this.#callbackBytes])
      const late = `${name || 'a call'} took more than ${this.#limits.callSeconds} s`
      const endClock = deadline(this.#limits.callSeconds, this.#waiting, () => this.#kill('timeout', late))
      const promises = mayPromise(this.#promises, path, this.#lending.mayPromise(holder))
      this.#pending.set(id, { operation, name, promises, resolve, reject, endClock })
    })
  }

  /** The name that suites list: `predict`, `Network.forward`, or `adam()` for the function that `adam` returns. */
  #fullName(holder: number, name: string): string {
    if (holder === 0) return name
    const owner = this.#lending.className(holder)
    return name === '' ? owner : `${owner}.${name}`
  }

  #onCallsMessage(message: readonly unknown[]): void {
    if (message[0] === 'hello') this.#greet()
    else if (message[0] === 'ready') {
      this.#loaded = true
      this.#endStart()
      this.#settleReady.resolve(undefined)
    } else if (message[0] === 'return') this.#settle(message)
    else if (message[0] === 'failed-to-load' || message[0] === 'crashed') {
      const error = this.#loaded ? thrown(message[1]) : atLoading(thrown(message[1]))
      this.#kill('exit', `the module failed: ${error.message}`, error)
    } else throw new ProtocolError('a message of an unknown kind')
  }

  /** From now on the student's code runs: the time before doesn't count against the student. */
  #greet(): void {
    if (this.#greeted) return
    this.#greeted = true
    this.#endStart()
    const { loadSeconds } = this.#limits
    const late = `loading the module took more than ${loadSeconds} s`
    this.#endStart = deadline(loadSeconds, this.#waiting, () => this.#kill('timeout', late))
  }

  #onCallbacksMessage(message: readonly unknown[], bytes: number): void {
    if (message[0] === 'return') return this.#settle(message)
    const [kind, id, args] = message
    const f = kind === 'callback' ? this.#lending.callback(id) : undefined
    if (!f || !Array.isArray(args)) throw new ProtocolError('a call of an unknown callback')
    this.#hasAnswered = true
    // With honest code, the process enforces this limit itself.
    if (bytes > this.#callbackBytes) throw new ProtocolError('more data for a callback than allowed')
    this.#callbackBytesTaken += bytes
    const most = CALLBACK_LIMITS.timesAll * this.#callbackBytes
    if (this.#callbackBytesTaken > most) return this.#kill('flood', `gave callbacks more than ${most} bytes`)
    if (this.#pending.size === 0) return this.#kill('exit', 'called back after its function had returned')
    // The child waits for each answer, so it never has more open callbacks than open calls.
    if (this.#callbacksRunning >= this.#pending.size) throw new ProtocolError('a callback inside another')
    void this.#answerCallback(f, args as never[])
  }

  async #answerCallback(f: (...args: never[]) => unknown, args: never[]): Promise<void> {
    this.#callbacksRunning++
    try {
      const value = f(...args)
      this.#trace?.({ operation: 'callback', holder: 0, name: f.name, args }, Promise.resolve(value))
      this.#answer(f, true, await value)
    } catch (error) {
      // Its message would reveal what was expected, and a child that catches it would carry on regardless.
      if (isAssertion(error)) return this.#kill('closed', 'an assertion failed in a callback', error)
      // Also if the answer can't be sent: the student's code asked for too much.
      this.#answer(f, false, new Error(error instanceof Error ? error.message.slice(0, 500) : 'the callback failed'))
    }
  }

  #answer(f: (...args: never[]) => unknown, ok: boolean, value: unknown): void {
    if (this.#dead) return
    this.#callbacks.send(['answer', ok, value, isSlow(f)])
    this.#callbacksRunning--
  }

  #settle([, id, ok, value, changed = [], isPromise, forgotten]: readonly unknown[]): void {
    const call = this.#pending.get(id as number)
    if (!call) throw new ProtocolError('an answer to no pending call')
    if (!Array.isArray(changed) || !changed.every(isChange))
      throw new ProtocolError('an invalid list of changed arguments')
    this.#hasAnswered = true
    this.#pending.delete(id as number)
    call.endClock()
    if (ok === true && call.operation === 'new') this.#lending.nameClass(value, call.name)
    if (ok === true) this.#lending.nameReturned(value, `${call.name}()`)
    this.#lending.judgeArrived(call.promises.lent)
    const slow = this.#lending.callback(forgotten)
    const wrong =
      isPromise === true && !call.promises.itself
        ? promiseGiven(call.name)
        : slow
          ? `did not wait for ${slow.name}(): is an await missing?`
          : ok === true && changed.length > 0
            ? changes(call.name, changed[0])
            : null
    if (wrong !== null) call.reject(new AssertionError({ message: wrong }))
    else if (ok === true) call.resolve(value)
    else call.reject(notThere(call, thrown(value)))
  }

  #kill(kind: DeathKind, why: string, reason?: Error): void {
    if (this.#dead) return
    this.#dead = new SandboxDied(kind, why)
    this.#reason = reason ?? this.#dead
    this.#calls.close()
    this.#callbacks.close()
    this.#device?.close()
    this.#endStart()
    this.#child.kill('SIGKILL')
    for (const call of this.#pending.values()) {
      call.endClock()
      call.reject(this.#reason)
    }
    this.#pending.clear()
    this.#settleReady.reject(this.#reason)
  }

  #onExit(code: number | null, signal: NodeJS.Signals | null): void {
    const how = signal ?? `exit code ${code}`
    if (!this.#greeted) this.#kill('launch', `the sandbox did not start: ${this.output || how}`)
    else if (OUT_OF_MEMORY.test(this.output) || code === 137) this.#kill('memory', 'ran out of memory')
    else if (signal === 'SIGXCPU' || code === 152) this.#kill('cpu', 'used up its CPU time')
    else this.#kill('exit', `ended the process (${how}) before answering`)
  }

  #open(fd: number, onMessage: ChannelListener['onMessage']): Channel {
    const onBreach = (kind: DeathKind, what: string) => this.#kill(kind, what)
    // The bug may be in our reader, but the student's message triggered it.
    const onFault = (error: unknown) => {
      this.#hasAnswered = true
      const reason = error instanceof Error ? error : new Error(String(error))
      this.#kill('closed', `a message could not be read: ${reason.message}`, reason)
    }
    const onFrame = () => {
      if (this.#pending.size === 0) return
      this.#onAnswer?.()
      this.#onAnswer = undefined
    }
    return new Channel(this.#child.stdio[fd] as Duplex, this.#lending.hooks, { onFrame, onMessage, onBreach, onFault })
  }
}

/** An argument that a call has changed: its index, and its name, which is hostile text. */
type Change = readonly [index: number, name: string]

const isChange = (value: unknown): value is Change =>
  Array.isArray(value) && Number.isSafeInteger(value[0]) && typeof value[1] === 'string'

function changes(call: string, [index, name]: Change): string {
  const shown = /^[\w$]{1,40}$/.test(name) ? ` (${name})` : ''
  return `${call || 'the returned function'} changes its argument ${index + 1}${shown}; it must leave it as it was`
}

/** A failed expectation, from Vitest's matchers or from ours. */
const isAssertion = (error: unknown): error is Error =>
  error instanceof Error && (error.name === 'AssertionError' || '__vitest_error_context__' in error)

const promiseGiven = (name: string) =>
  `${name || 'a function'}() returned a promise, expected the value itself: is it async?`

/** The runner's message that a function is not exported gives nothing away, so the student may read it. */
function notThere({ name }: Pick<Pending, 'name'>, error: StudentError): StudentError {
  const words = [
    `there is no function named ${name}: is it exported?`,
    `there is no class named ${name}: is it exported?`,
  ]
  const told = words.find(each => error.message === `TypeError: ${each}`)
  return told ? new StudentError('TypeError', told, error.thrownStack, told) : error
}

/** What the student's code threw, whatever it was. */
const thrown = (value: unknown): StudentError =>
  value instanceof StudentError ? value : new StudentError('Error', 'threw something that is not an Error', '')
