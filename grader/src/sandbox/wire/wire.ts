/**
 * The wire format between the grader and a student's process, the same on both sides.
 *
 *     frame = u32le length of the rest | u32le length of json | json | padding to 8 | binary
 *
 * The JSON holds arrays and primitives only, never an object, so no key of a hostile peer can reach `__proto__`,
 * `constructor` or `then`. Typed arrays travel in the binary part. All sizes are checked before anything is allocated.
 * Structured clone, `v8.deserialize` and Node's IPC are not used: each lets a hostile peer harm the reader.
 */

export interface WireLimits {
  /** Bytes of one frame. */
  readonly frame: number
  /** Bytes of its JSON part. */
  readonly json: number
  /** Values in one message. */
  readonly nodes: number
  readonly depth: number
  /** Characters of one string. */
  readonly string: number
  /** Numeric keys of one Map or Set. */
  readonly numericKeys: number
}

/** The most that the grader reads from a student's process. */
export const WIRE_LIMITS: WireLimits = {
  frame: 64 << 20,
  json: 8 << 20,
  nodes: 500_000,
  depth: 64,
  string: 1 << 20,
  numericKeys: 4096,
}

/**
 * The most that a student's process reads from the grader: anything that the grader has read, wrapped in a call, and
 * encoded as the grader encodes it. A short `1e20` then has 21 digits, and an invalid UTF-8 byte becomes three.
 */
export const REPLY_LIMITS: WireLimits = {
  ...WIRE_LIMITS,
  frame: 3 * WIRE_LIMITS.frame,
  json: 6 * WIRE_LIMITS.json,
  nodes: WIRE_LIMITS.nodes + 64,
  depth: WIRE_LIMITS.depth + 8,
}

/**
 * How many bytes one callback may be given unless a suite asks for more, and by what factor more all callbacks of a
 * process together may get: suites keep their data until the end of the test.
 */
export const CALLBACK_LIMITS = { bytes: 1 << 20, timesAll: 4 }

/** Lists with more plain numbers than this travel as one block of bytes; shorter ones never do. */
export const SHORT_LIST = 32

const MOST_BIGINT = 1n << 64n
export const isBigIntThatTravels = (value: bigint): boolean => value <= MOST_BIGINT && value >= -MOST_BIGINT

/** The peer sent something that no well-behaved peer sends. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
}

/** Typed arrays by the tag that they travel under. */
export const TYPED_ARRAYS = {
  f32: Float32Array,
  f64: Float64Array,
  i8: Int8Array,
  u8: Uint8Array,
  c8: Uint8ClampedArray,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
} as const
export type TypedArrayTag = keyof typeof TYPED_ARRAYS
export type AnyTypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array

/**
 * A class whose instances travel by value: taken apart into plain data on one side and rebuilt on the other.
 * `build` runs on data from a hostile peer, so it checks everything and calls `refuse` on anything invalid.
 */
export interface ByValue<T = unknown> {
  readonly tag: string
  is(value: unknown): value is T
  takeApart(value: T): unknown
  build(parts: unknown, refuse: (why: string) => never): T
}

/** What a value may be besides plain data; each side of the wall fills in what it allows. */
export interface WireHooks {
  readonly byValue?: readonly ByValue[]
  /** Gives a function an id under which the peer may call it. */
  readonly holdFunction?: (f: (...args: never[]) => unknown) => number
  /** Gives a class instance an id under which the peer may use it; `null` when this side does not lend objects. */
  readonly holdObject?: (object: object) => number
  /** The id of something that the peer lent us earlier, if `value` is that. */
  readonly borrowedId?: (value: unknown) => number | null
  readonly borrowFunction?: (id: number, name: string) => unknown
  readonly borrowObject?: (id: number, className: string) => unknown
  /** What we lent to the peer earlier under this id. */
  readonly lent?: (id: number) => unknown
  /** Send the stack of an error. The grader's stacks would reveal its paths. */
  readonly sendsStacks?: boolean
  readonly makeError?: (name: string, message: string, stack: string) => Error
}

/**
 * Methods that the language and test libraries look for on any value. A peer's function under such a name would be
 * called when the value is compared, printed or awaited: an `asymmetricMatch` can even claim to equal anything.
 */
export const METHODS_OF_OTHERS: ReadonlySet<string> = new Set([
  ...['then', 'toJSON', 'toString', 'toLocaleString', 'valueOf', 'constructor', 'inspect'],
  ...['asymmetricMatch', 'toAsymmetricMatcher', '$$typeof', 'nodeType', 'tagName'],
])

/**
 * A field that loops over lists rely on. On a plain object it can be anything, such as 1e15, and a loop that
 * trusts it never ends; on lists and typed arrays the language defines it.
 */
export const LENGTH = 'length'

export const padding = (bytes: number): number => (8 - (bytes & 7)) & 7
