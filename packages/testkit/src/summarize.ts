import { flatten, shapeOf } from './numbers.ts'

/** A name for an object that is more than its data; `undefined` for plain data. */
export type Naming = (x: object) => string | undefined

/** How much is written out; longer values are summarized by their size, their first parts and statistics. */
const LIMITS = { numbers: 24, first: 6, parts: 8, characters: 80, depth: 4 }

/**
 * Any value as a short line: `[[2, 1], [0, 3]]`, or for many numbers their shape, the first few and statistics. As in
 * numbers.ts, nothing is trusted, and no method of the value is called.
 */
export function summarize(x: unknown, naming: Naming = () => undefined, depth = 0): string {
  if (typeof x === 'number') return digits(x)
  if (typeof x === 'string') return quote(x)
  if (typeof x === 'bigint') return `${x}n`
  if (typeof x === 'function') return 'a function'
  if (typeof x !== 'object' || x === null) return String(x)
  return (
    naming(x) ?? numbersIn(x) ?? (depth === LIMITS.depth ? '…' : parts(x, part => summarize(part, naming, depth + 1)))
  )
}

/** A summary of something that is only numbers: arrays of them, a typed array, a tensor. */
function numbersIn(x: object): string | undefined {
  const shape = shapeOf(x)
  if ('text' in shape) return undefined
  const flat = flatten(x, shape)
  if ('text' in flat) return undefined
  const kind = Array.isArray(x) ? '' : ArrayBuffer.isView(x) ? classOf(x) : 'tensor'
  const size = `[${shape.join(', ')}]`
  const count = flat.values.length
  if (count === 0 && (kind || shape.length > 1)) return `${kind || 'numbers'} ${size}`
  if (count <= LIMITS.numbers) return `${kind && `${kind} ${size} `}${nested(Array.from(flat.values), shape)}`
  const first = Array.from({ length: LIMITS.first }, (_, i) => digits(flat.values[i]))
  return `${kind || 'numbers'} ${size}: ${first.join(', ')}, … (${statistics(flat.values)})`
}

function nested(values: readonly number[], [length, ...inner]: readonly number[]): string {
  if (length === undefined) return digits(values[0])
  const step = values.length / length
  const rows = Array.from({ length }, (_, i) => nested(values.slice(i * step, (i + 1) * step), inner))
  return `[${rows.join(', ')}]`
}

function statistics(values: ArrayLike<number>): string {
  let [min, max, sum, finite] = [Infinity, -Infinity, 0, 0]
  for (let i = 0; i < values.length; i++) {
    const x = values[i]
    if (!Number.isFinite(x)) continue
    if (x < min) min = x
    if (x > max) max = x
    sum += x
    finite++
  }
  const others = values.length - finite
  if (finite === 0) return 'none is finite'
  const spread = `min ${digits(min)}, max ${digits(max)}, mean ${digits(sum / finite)}`
  return others > 0 ? `${spread}; ${others} not finite` : spread
}

function parts(x: object, sub: (part: unknown) => string): string {
  if (Array.isArray(x)) return `[${listed(x, sub)}]`
  if (x instanceof Map) return `Map { ${listed([...x], ([key, part]) => `${sub(key)} → ${sub(part)}`)} }`
  if (x instanceof Set) return `Set { ${listed([...x], sub)} }`
  if (x instanceof Error) return `${classOf(x)}: ${quote(x.message)}`
  const prototype: unknown = Object.getPrototypeOf(x)
  if (prototype !== Object.prototype && prototype !== null) return `an instance of ${classOf(x)}`
  const members = Object.entries(x)
  return members.length === 0 ? '{}' : `{ ${listed(members, ([key, part]) => `${nameOf(key)}: ${sub(part)}`)} }`
}

function listed<T>(items: readonly T[], each: (item: T) => string): string {
  const more = items.length - LIMITS.parts
  return [...items.slice(0, LIMITS.parts).map(each), ...(more > 0 ? [`… ${more} more`] : [])].join(', ')
}

function digits(x: number): string {
  return Object.is(x, -0) ? '-0' : String(Number(x.toPrecision(9)))
}

const quote = (text: string): string =>
  text.length > LIMITS.characters ? `${JSON.stringify(text.slice(0, LIMITS.characters))}…` : JSON.stringify(text)
const nameOf = (key: string): string => (/^\w{1,40}$/.test(key) ? key : quote(key))

/** From the prototype, because an own property could say anything. */
function classOf(x: object): string {
  const { constructor } = Object.getPrototypeOf(x) as { constructor?: { name?: unknown } }
  return typeof constructor?.name === 'string' ? constructor.name : 'an unnamed class'
}
