import { safeLine } from '@backprop/safe-text'
import { StudentError } from './sandbox-errors.ts'
import { type ByValue, METHODS_OF_OTHERS, type WireHooks } from './wire.ts'

/** How a borrowed function or object reaches its owner: `(operation, id, method, arguments)`. */
export type Request = (operation: string, id: number, name: string, args: readonly unknown[]) => Promise<unknown>

/** The module on the other side. The proxy has every name, because only that side knows which exist. */
export function remoteModule(request: Request): object {
  const get = (_: object, name: string | symbol) => {
    if (typeof name !== 'string' || name === 'then') return undefined
    const call = (...args: unknown[]) => request('call', 0, name, args)
    return Object.assign(call, {
      new: (...args: unknown[]) => request('new', 0, name, args),
      value: () => request('get', 0, name, []),
    })
  }
  return new Proxy(Object.create(null) as object, { get })
}

/**
 * What the two sides lend each other: the functions that we pass into the child as callbacks, and the functions and
 * objects that it returns, which stay there and are used from here by their ids.
 */
export class Lending {
  readonly hooks: WireHooks
  readonly #request: Request
  readonly #ours = new Map<number, (...args: never[]) => unknown>()
  readonly #ourIds = new WeakMap<object, number>()
  readonly #theirIds = new WeakMap<object, number>()
  readonly #classNames = new Map<number, string>()
  /** Their functions and objects that have arrived since the last answer. */
  #arrived: number[] = []
  /** Those whose calls may return promises. */
  readonly #mayPromise = new Set<number>()
  #lastId = 0

  constructor(byValue: readonly ByValue[], request: Request) {
    this.#request = request
    this.hooks = {
      byValue,
      holdFunction: f => this.#hold(f),
      lent: id => this.#ours.get(id),
      borrowedId: value => this.#theirIds.get(value as object) ?? null,
      borrowFunction: id => this.#borrow(id, (...args: unknown[]) => request('call', id, '', args)),
      borrowObject: (id, className) => {
        this.#classNames.set(id, className)
        return this.#borrow(id, this.#handle(id, className))
      },
      makeError: (name, message, stack) => new StudentError(name, message, stack),
    }
  }

  /** A function that was passed into the child, by the id under which the child calls it back. */
  callback(id: unknown): ((...args: never[]) => unknown) | undefined {
    return this.#ours.get(id as number)
  }

  /** The class of one of their objects, under their name for it, or where one of their functions comes from. */
  className(id: number): string {
    return this.#classNames.get(id) ?? ''
  }

  /** What `new` made is known by the name that its class is exported under; the class itself may have another. */
  nameClass(object: unknown, className: string): void {
    const id = this.#theirIds.get(object as object)
    if (id !== undefined) this.#classNames.set(id, className)
  }

  /** A function that a call of `adam` returned is known as `adam()`, one of an object as `dropout().forward`. */
  nameReturned(value: unknown, name: string): void {
    if (typeof value === 'function') this.nameClass(value, name)
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return
    for (const [key, f] of Object.entries(value)) if (typeof f === 'function') this.nameClass(f, `${name}.${key}`)
  }

  /** Records whether calls of what came with an answer may return promises. */
  judgeArrived(mayPromise: boolean): void {
    if (mayPromise) for (const id of this.#arrived) this.#mayPromise.add(id)
    this.#arrived = []
  }

  mayPromise(id: number): boolean {
    return this.#mayPromise.has(id)
  }

  #hold(f: (...args: never[]) => unknown): number {
    const id = this.#ourIds.get(f) ?? ++this.#lastId
    this.#ourIds.set(f, id)
    this.#ours.set(id, f)
    return id
  }

  #borrow<T extends object>(id: number, thing: T): T {
    this.#theirIds.set(thing, id)
    this.#arrived.push(id)
    return thing
  }

  /** The proxy has every method, because only the other side knows which exist. */
  #handle(id: number, className: string): object {
    const get = (_: object, name: string | symbol) => {
      if (typeof name !== 'string' || METHODS_OF_OTHERS.has(name)) return undefined
      if (name === '$class') return safeLine(className)
      if (name === '$drop') return () => this.#request('drop', id, '', [])
      return (...args: unknown[]) => this.#request('call', id, name, args)
    }
    return new Proxy(Object.create(null) as object, { get })
  }
}
