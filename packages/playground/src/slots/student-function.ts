/** A function of unknown quality. */
export type Code = (...args: unknown[]) => unknown

/** Exports of a module by their names. */
export type Exports = Readonly<Record<string, unknown>>

/** Narrows what a module exports, or a function returned. */
export const isCode = (value: unknown): value is Code => typeof value === 'function'

/** A student's function threw, or returned something else than it must. */
export class SlotFault extends Error {
  /** The id of its slot. */
  readonly slot: string

  constructor(slot: string, message: string, cause?: unknown) {
    super(message, { cause })
    this.slot = slot
  }
}

/** A student's function was given numbers that aren't finite or beyond all bounds, so what it did with them is excused. */
export class Diverged extends Error {}

/** How many characters of what a function threw or returned are shown. */
const MOST_SHOWN = 200

/** One function of a student: calls it, says which one runs, and checks what comes back. */
export class StudentFunction {
  /** The id of its slot. */
  readonly slot: string
  /** The exports of its file, with the parts that its slot names. */
  readonly parts: Exports
  readonly #code: Code
  /** What a sentence about it starts with: nothing, or which function that it returned this is. */
  readonly #prefix: string
  /** Writes down that it runs (true) or has ended (false), so that an endless loop can be named. */
  readonly #mark: (runs: boolean) => void

  constructor(
    slot: string,
    code: Code,
    mark: (runs: boolean) => void,
    { prefix = '', parts = {} }: { readonly prefix?: string; readonly parts?: Exports } = {},
  ) {
    this.slot = slot
    this.parts = parts
    this.#prefix = prefix
    this.#code = code
    this.#mark = mark
  }

  /** A function that this one returned, such as an optimizer's update. */
  returned(code: unknown, name: string): StudentFunction {
    if (!isCode(code)) throw this.fault(`expected a function, ${name},`, code)
    return new StudentFunction(this.slot, code, this.#mark, { prefix: `In ${name} that it returned: ` })
  }

  /** Calls it, and returns what it returns. Throws SlotFault when it throws. */
  call(...args: unknown[]): unknown {
    return this.run(() => this.#code(...args), args)
  }

  /** Does work that calls the function or its parts, as one call of it with the numbers `args`. */
  run<Value>(work: () => Value, args: readonly unknown[]): Value {
    this.#mark(true)
    try {
      return work()
    } catch (error) {
      if (!args.every(isModerate)) throw new Diverged()
      throw this.thrown(error)
    } finally {
      this.#mark(false)
    }
  }

  /** Waits for what an asynchronous function answers; it may go on as soon as what it awaits is there. */
  async completion(promise: unknown): Promise<unknown> {
    try {
      return await promise
    } catch (error) {
      throw this.thrown(error)
    } finally {
      this.#mark(false)
    }
  }

  /** That it still runs, said by what it calls: a long one that moves on isn't taken for endless. */
  alive(): void {
    this.#mark(true)
  }

  /** Something that the function awaits: while that is not there, it doesn't run. */
  async awaited<Value>(work: () => Promise<Value>): Promise<Value> {
    this.#mark(false)
    const value = await work()
    this.#mark(true)
    return value
  }

  /** Calls it, and returns the number that it returns. */
  number(...args: unknown[]): number {
    const value = this.call(...args)
    if (typeof value === 'number' && Number.isFinite(value)) return value
    if (!args.every(isModerate)) throw new Diverged()
    throw this.fault('expected a finite number', value)
  }

  /** Calls it, and copies the `count` numbers of the list that it returns to the front of `into`. */
  numbers(into: Float64Array, count: number, ...args: unknown[]): void {
    this.copy(this.call(...args), into, 0, count, args)
  }

  /** Calls it, and returns the `count` rows of the list that it returns. */
  rows(count: number, ...args: unknown[]): ArrayLike<unknown> {
    return this.list(this.call(...args), count)
  }

  /** A list of `count` that it returned. */
  list(value: unknown, count: number): ArrayLike<unknown> {
    if (isList(value) && value.length === count) return value
    throw this.fault(`expected a list of ${count}`, value)
  }

  /** The fields of an object that it returned. */
  fields<Name extends string>(value: unknown, names: readonly Name[]): Readonly<Record<Name, unknown>> {
    if (typeof value !== 'object' || value === null)
      throw this.fault(`expected an object with ${names.join(', ')}`, value)
    return value as Record<Name, unknown>
  }

  /** Copies a list of `count` numbers that it returned for `args` into `into`, from `start`. */
  copy(list: unknown, into: Float64Array, start: number, count: number, args: readonly unknown[]): void {
    if (!isList(list) || list.length !== count)
      throw this.fault(`expected a list of ${count} ${count === 1 ? 'number' : 'numbers'}`, list)
    for (let i = 0; i < count; i += 1) {
      const value = list[i]
      // NaN and the infinities have no difference of 0 to themselves.
      if (typeof value !== 'number' || value - value !== 0) {
        if (!args.every(isModerate)) throw new Diverged()
        throw this.fault(`expected ${count} finite numbers, but for number ${i + 1}`, value)
      }
      into[start + i] = value
    }
  }

  /** That it returned something else than it must; `text` is what the sentence says of it. */
  fault(expected: string, got: unknown, text = shown(got)): SlotFault {
    const hint = got === undefined ? ' Does every path end with a return?' : ''
    return this.#fault(`${expected}, got ${text}.${hint}`)
  }

  /** That it threw. */
  thrown(error: unknown): SlotFault {
    if (error instanceof SlotFault) return error
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    return this.#fault(`it threw ${cut(text)}`, error)
  }

  #fault(sentence: string, cause?: unknown): SlotFault {
    const text = this.#prefix + sentence
    return new SlotFault(this.slot, text.charAt(0).toUpperCase() + text.slice(1), cause)
  }
}

const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value)

/** A training whose numbers are larger is out of bounds: their squares soon overflow. */
const LARGEST = 1e100

/** Whether a number is finite and not beyond all bounds, or all numbers in lists and objects are. */
function isModerate(value: unknown): boolean {
  if (typeof value === 'number') return Math.abs(value) < LARGEST
  if (isList(value)) return Array.from(value).every(isModerate)
  if (typeof value !== 'object' || value === null) return true
  // Not what tensors and generators consist of.
  return Object.getPrototypeOf(value) !== Object.prototype || Object.values(value).every(isModerate)
}

const cut = (text: string): string => (text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text)

/** A value for a sentence: short, whatever it is. */
function shown(value: unknown): string {
  if (isList(value)) return `a list of ${value.length}`
  if (typeof value === 'string') return cut(JSON.stringify(value))
  if (typeof value === 'function') return 'a function'
  if (typeof value !== 'object' || value === null) return cut(String(value))
  return value instanceof Promise ? 'a promise' : 'an object'
}
