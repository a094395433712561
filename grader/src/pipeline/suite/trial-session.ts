import { AssertionError } from 'node:assert'
import type { Backend } from '@backprop/core'
import { watchArguments } from '../../sandbox/child/arguments.ts'
import { Latecomers } from '../../sandbox/child/latecomers.ts'
import { isSlow } from '../../sandbox/slow.ts'
import { decode } from '../../sandbox/wire/decode.ts'
import { encode } from '../../sandbox/wire/encode.ts'
import { Lending, remoteModule } from '../../sandbox/wire/lending.ts'
import type { Remote } from '../../sandbox/wire/remote.ts'
import { SandboxDied, StudentError } from '../../sandbox/wire/sandbox-errors.ts'
import { ourClasses } from '../../sandbox/wire/values.ts'
import type { WireHooks } from '../../sandbox/wire/wire.ts'

type Callable = (...args: unknown[]) => unknown
export type Exports = Readonly<Record<string, unknown>>

/**
 * A module behind a test's `student`, like in a session, but in this process: everything that crosses is
 * encoded in the wire format and decoded again, so each side has its own copy. There is no wall and no clock. A
 * callback is answered immediately; an asynchronous one reaches the module as a promise, where a child would wait.
 */
export class LocalSession {
  readonly #exports: Exports
  readonly #keepsArguments: readonly string[]
  readonly #ours: Lending
  readonly #theirs: WireHooks
  readonly #lent = new Map<number, object>()
  readonly #lentIds = new WeakMap<object, number>()
  readonly #callbacks = new Map<number, Callable>()
  readonly #callbackIds = new WeakMap<object, number>()
  readonly #late = new Latecomers()
  #lastId = 0
  #running = 0
  /** What ended the session: a failed assertion in a callback, or a callback after its function had returned. */
  #over: Error | null = null

  constructor(exports: Exports, on: Backend, keepsArguments: readonly string[] = []) {
    this.#exports = exports
    this.#keepsArguments = keepsArguments
    const byValue = ourClasses(on)
    this.#ours = new Lending(byValue, (...request) => this.#request(...request))
    this.#theirs = {
      byValue,
      holdFunction: f => this.#lend(f),
      holdObject: object => this.#lend(object),
      lent: id => this.#lent.get(id),
      borrowedId: value => this.#callbackIds.get(value as object) ?? null,
      borrowFunction: id => this.#borrow(id),
    }
  }

  remote<M>(): Remote<M> {
    return remoteModule((...request) => this.#request(...request)) as Remote<M>
  }

  #request(operation: string, holder: number, name: string, args: readonly unknown[]): Promise<unknown> {
    const answer = this.#ask(operation, holder, name, args)
    answer.catch(() => {}) // as in a session: the caller gets the error
    return answer
  }

  async #ask(operation: string, holder: number, name: string, args: readonly unknown[]): Promise<unknown> {
    this.#refuseIfOver()
    const there = crossed(args, this.#ours.hooks, this.#theirs) as unknown[]
    const path =
      holder === 0 ? name : name === '' ? this.#ours.className(holder) : `${this.#ours.className(holder)}.${name}`
    const changed = this.#keepsArguments.includes(path) ? watchArguments(there, this.#theirs) : () => []
    this.#running++
    try {
      const given = await this.#perform(operation, holder, name, there)
      this.#refuseIfOver()
      if (this.#running === 1 && this.#late.forgotten() !== null) throw new AssertionError({ message: 'did not wait' })
      if (changed(null).length > 0) throw new AssertionError({ message: `${path} changes an argument` })
      const value = crossed(given, this.#theirs, this.#ours.hooks)
      if (operation === 'new') this.#ours.nameClass(value, name)
      this.#ours.nameReturned(value, `${name}()`)
      return value
    } catch (error) {
      this.#refuseIfOver()
      throw error instanceof AssertionError ? error : this.#thrown(error)
    } finally {
      this.#running--
    }
  }

  #refuseIfOver(): void {
    if (this.#over) throw this.#over
  }

  #perform(operation: string, holder: number, name: string, args: unknown[]): unknown {
    const owner = (holder === 0 ? this.#exports : this.#lent.get(holder)) as Record<string, unknown> & Callable
    if (operation === 'get') return owner[name]
    if (operation === 'drop') return void this.#lent.delete(holder)
    if (operation === 'new') return new (owner[name] as new (...args: unknown[]) => object)(...args)
    if (name === '') return owner(...args)
    const f = owner[name]
    if (typeof f !== 'function' && holder !== 0) return f
    if (typeof f !== 'function') throw new TypeError(`there is no function named ${name}: is it exported?`)
    return (f as Callable).apply(holder === 0 ? undefined : owner, args)
  }

  #lend(thing: object): number {
    const id = this.#lentIds.get(thing) ?? ++this.#lastId
    this.#lentIds.set(thing, id)
    this.#lent.set(id, thing)
    return id
  }

  #borrow(id: number): Callable {
    const known = this.#callbacks.get(id)
    if (known) return known
    const callback = (...args: unknown[]) => this.#callBack(id, args)
    this.#callbacks.set(id, callback)
    this.#callbackIds.set(callback, id)
    return callback
  }

  #callBack(id: number, args: unknown[]): unknown {
    if (this.#running === 0) this.#over ??= new SandboxDied('exit', 'called back after its function had returned')
    this.#refuseIfOver()
    const here = crossed(args, this.#theirs, this.#ours.hooks) as never[]
    const answered = (value: unknown) => crossed(value, this.#ours.hooks, this.#theirs)
    const failed = (error: unknown): never => {
      if (isAssertion(error)) this.#over ??= error
      throw this.#over ?? (error instanceof Error ? error : new Error(String(error)))
    }
    const f = this.#ours.callback(id) ?? failed(new TypeError('a call of an unknown callback'))
    try {
      const value = f(...here)
      if (value instanceof Promise) return value.then(answered).catch(failed)
      return isSlow(f) ? this.#late.promise(id, true, answered(value)) : answered(value)
    } catch (error) {
      return failed(error)
    }
  }

  #thrown(error: unknown): Error {
    const seen = crossed(error, this.#theirs, this.#ours.hooks)
    return seen instanceof StudentError ? seen : new StudentError('Error', 'threw something that is not an Error', '')
  }
}

/** A value the way it arrives on the other side. */
const crossed = (value: unknown, from: WireHooks, to: WireHooks): unknown =>
  (decode(encode([value], from).subarray(4), to) as unknown[])[0]

const isAssertion = (error: unknown): error is Error =>
  error instanceof Error && (error.name === 'AssertionError' || '__vitest_error_context__' in error)
