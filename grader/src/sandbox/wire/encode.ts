import {
  type AnyTypedArray,
  isBigIntThatTravels,
  LENGTH,
  METHODS_OF_OTHERS,
  padding,
  SHORT_LIST,
  TYPED_ARRAYS,
  WIRE_LIMITS,
  type WireHooks,
  type WireLimits,
} from './wire.ts'

/** A value is too large, too deep or of a kind that can't cross the wall; the message is for its sender. */
export class CannotSend extends TypeError {
  override readonly name = 'CannotSend'
}

// Asked of the engine, not of the value: a value may claim anything.
const typedArrayName = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype) as object,
  Symbol.toStringTag,
)
const TAG_OF = new Map(Object.entries(TYPED_ARRAYS).map(([tag, array]) => [array.name, tag]))

/** One message as a complete frame, its own length in front. */
export function encode(message: unknown, hooks: WireHooks = {}, limits: WireLimits = WIRE_LIMITS): Buffer {
  const encoder = new Encoder(hooks, limits)
  const json = Buffer.from(JSON.stringify(encoder.value(message, 0)), 'utf8')
  if (json.length > limits.json)
    throw new CannotSend(`a value whose text takes ${json.length} bytes cannot be sent; the limit is ${limits.json}`)
  const start = 8 + json.length + padding(4 + json.length)
  const total = start + encoder.binaryLength
  if (total - 4 > limits.frame)
    throw new CannotSend(`a value of ${total} bytes is too large to send; the limit is ${limits.frame}`)

  const frame = Buffer.alloc(total)
  frame.writeUInt32LE(total - 4, 0)
  frame.writeUInt32LE(json.length, 4)
  json.copy(frame, 8)
  let at = start
  for (const bytes of encoder.binary) {
    frame.set(bytes, at)
    at += bytes.byteLength + padding(bytes.byteLength)
  }
  return frame
}

class Encoder {
  readonly binary: Uint8Array[] = []
  binaryLength = 0
  readonly #hooks: WireHooks
  readonly #limits: WireLimits
  readonly #open = new Set<object>()
  #nodes = 0

  constructor(hooks: WireHooks, limits: WireLimits) {
    this.#hooks = hooks
    this.#limits = limits
  }

  value(value: unknown, depth: number): unknown {
    if (++this.#nodes > this.#limits.nodes) throw new CannotSend('a value with too many parts cannot be sent')
    if (depth > this.#limits.depth) throw new CannotSend('a value that is nested too deeply cannot be sent')
    switch (typeof value) {
      case 'number':
        return Number.isFinite(value) && !Object.is(value, -0)
          ? value
          : ['n', Object.is(value, -0) ? '-0' : String(value)]
      case 'boolean':
        return value
      case 'undefined':
        return ['u']
      case 'string':
        return this.#string(value)
      case 'bigint':
        if (!isBigIntThatTravels(value)) throw new CannotSend('a bigint that large cannot be sent')
        return ['i', value.toString()]
      case 'symbol':
        throw new CannotSend('a symbol cannot be sent')
      case 'function':
        return this.#function(value as (...args: never[]) => unknown)
      case 'object':
        return value === null ? null : this.#object(value, depth)
    }
  }

  #string(text: string): string {
    if (text.length > this.#limits.string) throw new CannotSend('a string that long cannot be sent')
    return text
  }

  #function(f: (...args: never[]) => unknown): unknown {
    const borrowed = this.#hooks.borrowedId?.(f) ?? null
    if (borrowed !== null) return ['b', borrowed]
    if (!this.#hooks.holdFunction) throw new CannotSend('a function cannot be sent here')
    return ['f', this.#hooks.holdFunction(f), String(f.name).slice(0, 100)]
  }

  #object(value: object, depth: number): unknown {
    const borrowed = this.#hooks.borrowedId?.(value) ?? null
    if (borrowed !== null) return ['b', borrowed]
    const tag = ArrayBuffer.isView(value) ? TAG_OF.get(String(typedArrayName?.get?.call(value))) : undefined
    if (tag) return this.#bytes('t', value as AnyTypedArray, tag)
    const kind = this.#hooks.byValue?.find(candidate => candidate.is(value))
    if (kind) return ['x', kind.tag, this.value(kind.takeApart(value), depth + 1)]

    if (this.#open.has(value)) throw new CannotSend('a value that contains itself cannot be sent')
    this.#open.add(value)
    const encoded = this.#container(value, depth)
    this.#open.delete(value)
    return encoded
  }

  #container(value: object, depth: number): unknown {
    const sub = (part: unknown) => this.value(part, depth + 1)
    if (Array.isArray(value)) return this.#array(value, depth)
    if (value instanceof Map)
      return [
        'm',
        ...this.#keyed([...(value as Map<unknown, unknown>)]).flatMap(([key, part]) => [sub(key), sub(part)]),
      ]
    if (value instanceof Set)
      return ['s', ...this.#keyed([...(value as Set<unknown>)].map(key => [key] as const)).map(([key]) => sub(key))]
    if (value instanceof Error)
      return [
        'e',
        String(value.name).slice(0, 200),
        String(value.message).slice(0, 4000),
        this.#hooks.sendsStacks ? String(value.stack).slice(0, 8000) : '',
      ]
    if (typeof (value as { then?: unknown }).then === 'function')
      throw new CannotSend('a promise inside a value cannot be sent: is an await missing?')
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype === Object.prototype || prototype === null)
      return ['o', ...Object.entries(value).flatMap(([key, part]) => this.#property(key, part, depth))]
    if (!this.#hooks.holdObject) throw new CannotSend('an instance of a class cannot be sent here')
    return ['h', this.#hooks.holdObject(value), String(value.constructor?.name).slice(0, 100)]
  }

  #property(key: string, part: unknown, depth: number): [key: string, part: unknown] {
    if (key === '__proto__') throw new CannotSend('an object with a key named __proto__ cannot be sent')
    if (key === LENGTH) throw new CannotSend('an object with a field named length cannot be sent; a list can')
    if (typeof part === 'function' && METHODS_OF_OTHERS.has(key))
      throw new CannotSend(`an object with a method named ${key} cannot be sent`)
    return [this.#string(key), this.value(part, depth + 1)]
  }

  #keyed<T extends readonly unknown[]>(entries: T[]): T[] {
    const numbers = entries.filter(([key]) => typeof key === 'number' || typeof key === 'bigint').length
    if (numbers <= this.#limits.numericKeys) return entries
    throw new CannotSend(`a Map or Set with ${numbers} numbers as keys cannot be sent; a list can`)
  }

  #array(array: readonly unknown[], depth: number): unknown {
    if (array.length > this.#limits.frame / 8) throw new CannotSend(`an array of length ${array.length} cannot be sent`)
    // A long list of plain numbers travels as one block.
    if (array.length > SHORT_LIST && array.every(part => typeof part === 'number'))
      return this.#bytes('d', Float64Array.from(array))
    const parts: unknown[] = ['a']
    for (let i = 0; i < array.length; i++) parts.push(this.value(array[i], depth + 1))
    return parts
  }

  #bytes(kind: 't' | 'd', array: AnyTypedArray, tag?: string): unknown {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
    const at = this.binaryLength
    this.binary.push(bytes)
    this.binaryLength += bytes.byteLength + padding(bytes.byteLength)
    return tag ? [kind, at, bytes.byteLength, tag] : [kind, at, bytes.byteLength]
  }
}
