import {
  isBigIntThatTravels,
  LENGTH,
  METHODS_OF_OTHERS,
  padding,
  ProtocolError,
  SHORT_LIST,
  TYPED_ARRAYS,
  type TypedArrayTag,
  WIRE_LIMITS,
  type WireHooks,
  type WireLimits,
} from './wire.ts'

const SPECIAL_NUMBERS = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['-0', -0],
])

const refuse = (why: string): never => {
  throw new ProtocolError(why)
}

/** The message in a frame (without its leading length). Throws `ProtocolError`, and nothing else, on hostile bytes. */
export function decode(frame: Buffer, hooks: WireHooks = {}, limits: WireLimits = WIRE_LIMITS): unknown {
  if (frame.length < 4) refuse('a frame without a length')
  const jsonLength = frame.readUInt32LE(0)
  if (jsonLength > limits.json || 4 + jsonLength > frame.length) refuse('a frame whose JSON is longer than it may be')
  const json = frame.subarray(4, 4 + jsonLength)
  refuseDeepJson(json, limits.depth * 2 + 8)
  let root: unknown
  try {
    root = JSON.parse(json.toString('utf8'))
  } catch {
    refuse('a frame that is not JSON')
  }
  const binary = frame.subarray(Math.min(frame.length, 4 + jsonLength + padding(4 + jsonLength)))
  return new Decoder(binary, hooks, limits).value(root, 0)
}

/** JSON.parse on millions of nested brackets takes seconds and hundreds of megabytes, so look before parsing. */
function refuseDeepJson(json: Buffer, most: number): void {
  const [quote, backslash, open, close, brace] = [34, 92, 91, 93, 123]
  let depth = 0
  let inString = false
  for (let i = 0; i < json.length; i++) {
    const byte = json[i]
    if (inString) {
      if (byte === backslash) i++
      else if (byte === quote) inString = false
    } else if (byte === quote) inString = true
    else if (byte === open && ++depth > most) refuse('a value nested too deeply')
    else if (byte === close) depth--
    else if (byte === brace) refuse('an object in JSON')
  }
}

class Decoder {
  readonly #binary: Buffer
  readonly #hooks: WireHooks
  readonly #limits: WireLimits
  #nodes = 0
  #bytesTaken = 0

  constructor(binary: Buffer, hooks: WireHooks, limits: WireLimits) {
    this.#binary = binary
    this.#hooks = hooks
    this.#limits = limits
  }

  value(json: unknown, depth: number): unknown {
    if (++this.#nodes > this.#limits.nodes) refuse('a message with too many values')
    if (depth > this.#limits.depth) refuse('a value nested too deeply')
    if (json === null || typeof json === 'number' || typeof json === 'boolean') return json
    if (typeof json === 'string') return this.#string(json)
    if (!Array.isArray(json)) return refuse('an object in JSON')
    return this.#tagged(json, depth)
  }

  #tagged(parts: readonly unknown[], depth: number): unknown {
    const sub = (part: unknown) => this.value(part, depth + 1)
    switch (parts[0]) {
      case 'u':
        return undefined
      case 'n':
        return SPECIAL_NUMBERS.get(this.#string(parts[1])) ?? refuse('an invalid number')
      case 'i':
        return this.#bigint(this.#string(parts[1]))
      case 't':
        return this.#typedArray(parts)
      case 'd':
        return this.#numbers(parts)
      case 'a':
        return parts.slice(1).map(sub)
      case 'm':
        return new Map(this.#keyed(pairs(parts).map(([key, part]) => [sub(key), sub(part)] as const)))
      case 's':
        return new Set(this.#keyed(parts.slice(1).map(part => [sub(part)] as const)).map(([key]) => key))
      case 'o':
        return this.#object(parts, sub)
      case 'e':
        return this.#error(parts)
      default:
        return this.#lent(parts, sub)
    }
  }

  /** Numbers are hashed without a secret, so a sender can pick keys that all collide: their count is limited. */
  #keyed<T extends readonly unknown[]>(entries: T[]): T[] {
    const guessable = entries.filter(([key]) => typeof key === 'number' || typeof key === 'bigint').length
    return guessable > this.#limits.numericKeys ? refuse('too many numbers as keys') : entries
  }

  #lent(parts: readonly unknown[], sub: (part: unknown) => unknown): unknown {
    const { borrowFunction, borrowObject, lent } = this.#hooks
    if (parts[0] === 'x') return this.#build(parts[1], sub(parts[2]))
    const id = Number.isSafeInteger(parts[1]) ? (parts[1] as number) : refuse('an invalid id')
    const name = () => this.#string(parts[2]).slice(0, 100)
    if (parts[0] === 'f' && borrowFunction) return borrowFunction(id, name())
    if (parts[0] === 'h' && borrowObject) return borrowObject(id, name())
    if (parts[0] === 'b' && lent) return lent(id)
    return refuse('an unexpected kind of value')
  }

  #build(tag: unknown, parts: unknown): unknown {
    const kind = this.#hooks.byValue?.find(each => each.tag === tag) ?? refuse('a class that does not travel')
    try {
      return kind.build(parts, refuse)
    } catch (error) {
      // A class may refuse its parts with its own error; on hostile data that is the sender's fault too.
      return refuse(error instanceof ProtocolError ? error.message : `invalid parts of a ${kind.tag}`)
    }
  }

  #string(value: unknown): string {
    if (typeof value !== 'string' || value.length > this.#limits.string) return refuse('not a string, or too long')
    return value
  }

  #bigint(text: string): bigint {
    const value = /^-?\d{1,20}$/.test(text) ? BigInt(text) : refuse('an invalid bigint')
    return isBigIntThatTravels(value) ? value : refuse('a bigint that is too large')
  }

  /** Only long lists may come as a block: a short one, sent back as a list, would count each number as a value. */
  #numbers(parts: readonly unknown[]): number[] {
    const numbers = Array.from(new Float64Array(this.#bytes(parts[1], parts[2], 8)))
    return numbers.length > SHORT_LIST ? numbers : refuse('a short list as a block')
  }

  #bytes(offset: unknown, length: unknown, size: number): ArrayBuffer {
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length)) refuse('an invalid range')
    const [from, count] = [offset as number, length as number]
    if (from < 0 || count < 0 || from + count > this.#binary.length || count % size !== 0)
      refuse('a range outside the frame')
    // Honest ranges do not overlap; repeating the same bytes would take more memory than was ever sent.
    this.#bytesTaken += count
    if (this.#bytesTaken > this.#binary.length) refuse('ranges that overlap')
    // A copy: it is aligned, and later writes to the frame's memory cannot change it.
    return new Uint8Array(this.#binary.subarray(from, from + count)).buffer
  }

  #typedArray(parts: readonly unknown[]): unknown {
    const tag = this.#string(parts[3])
    if (!Object.hasOwn(TYPED_ARRAYS, tag)) refuse('a kind of array that does not travel')
    const array = TYPED_ARRAYS[tag as TypedArrayTag]
    return new array(this.#bytes(parts[1], parts[2], array.BYTES_PER_ELEMENT))
  }

  #object(parts: readonly unknown[], sub: (part: unknown) => unknown): object {
    const object = {}
    for (const [key, part] of pairs(parts)) {
      if (this.#string(key) === '__proto__') refuse('a key named __proto__')
      if (key === LENGTH) refuse('an object with a length')
      const value = sub(part)
      if (typeof value === 'function' && METHODS_OF_OTHERS.has(key as string)) refuse(`a method ${String(key)}`)
      Object.defineProperty(object, key as string, { value, enumerable: true, writable: true, configurable: true })
    }
    return object
  }

  #error(parts: readonly unknown[]): Error {
    const [name, message, stack] = [this.#string(parts[1]), this.#string(parts[2]), this.#string(parts[3])]
    if (this.#hooks.makeError) return this.#hooks.makeError(name, message, stack)
    return Object.assign(new Error(message), { name })
  }
}

function pairs(parts: readonly unknown[]): [unknown, unknown][] {
  if (parts.length % 2 === 0) refuse('a key without a value')
  return Array.from({ length: (parts.length - 1) / 2 }, (_, i) => [parts[1 + 2 * i], parts[2 + 2 * i]])
}
